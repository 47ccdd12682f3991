// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/units.h"

#include "core/base/verify.h"

#include <algorithm>
#include <cmath>

namespace canto::arrange {

namespace {

/// The 90th percentile of the onset values that matter.
float strongOnset(const audio::SongFrames& frames) {
    std::vector<float> peaks;
    for (std::size_t i = 1; i + 1 < frames.onset.size(); ++i) {
        if (frames.onset[i] > frames.onset[i - 1] && frames.onset[i] >= frames.onset[i + 1]) {
            peaks.push_back(frames.onset[i]);
        }
    }
    if (peaks.empty()) {
        return 1;
    }
    const auto high =
        peaks.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(peaks.size() - 1) * 0.9);
    std::nth_element(peaks.begin(), high, peaks.end());
    return std::max(*high, 1e-6F);
}

/// Mean level of all frames that are not silent, dB.
float meanLevel(const audio::SongFrames& frames) {
    double sum = 0;
    std::size_t count = 0;
    for (const float level : frames.level) {
        if (level > -80) {
            sum += static_cast<double>(level);
            ++count;
        }
    }
    return count > 0 ? static_cast<float>(sum / static_cast<double>(count)) : -120.0F;
}

struct SongScale {
    float onset = 1;
    float level = 0;
};

Unit outlined(int firstBeat, int barBeats, const GridView& view, const audio::SongFrames& frames,
              const SongScale& scale) {
    Unit unit;
    unit.firstBeat = firstBeat;
    unit.barBeats = barBeats;
    unit.loudness.fill(-40);
    const int beats = static_cast<int>(view.beats.size()) - 1;
    for (int b = 0; b < kUnitBeats; ++b) {
        const int beat = firstBeat + b;
        if (beat < 0 || beat >= beats) {
            continue;
        }
        const auto at = static_cast<std::size_t>(beat);
        unit.chords[static_cast<std::size_t>(b)] =
            at < view.chords.size() ? view.chords[at] : audio::Chord{};
        const double length = (view.beats[at + 1] - view.beats[at]) / kStepsPerBeat;
        for (int s = 0; s < kStepsPerBeat; ++s) {
            const auto step = static_cast<std::size_t>(b * kStepsPerBeat + s);
            const auto line = at * kStepsPerBeat + static_cast<std::size_t>(s);
            unit.melody[step] = line < view.melody.size() ? view.melody[line] : 0;
            unit.bass[step] = line < view.bass.size() ? view.bass[line] : 0;
            const double middle = (view.beats[at] + s * length) * audio::kOnsetRate;
            const double half = 0.5 * length * audio::kOnsetRate;
            const auto first = static_cast<std::ptrdiff_t>(std::max(0.0, std::ceil(middle - half)));
            const auto last = std::min(static_cast<std::ptrdiff_t>(frames.onset.size()) - 1,
                                       static_cast<std::ptrdiff_t>(std::floor(middle + half)));
            double level = 0;
            for (auto i = first; i <= last; ++i) {
                const auto frame = static_cast<std::size_t>(i);
                unit.onset[step] = std::max(unit.onset[step], frames.onset[frame] / scale.onset);
                level += static_cast<double>(frames.level[frame]);
            }
            unit.onset[step] = std::min(unit.onset[step], 1.0F);
            if (last >= first) {
                unit.loudness[step] =
                    static_cast<float>(level / static_cast<double>(last - first + 1)) - scale.level;
            }
        }
    }
    return unit;
}

} // namespace

void fillAudio(Unit& unit, const audio::Feature& grid) {
    unit.audio.assign(kUnitAudio, 0.0F);
    for (int cell = 0; cell < kUnitCells; ++cell) {
        const int frame = unit.firstBeat * audio::kCellsPerBeat + cell;
        if (frame < 0 || frame >= grid.frames) {
            continue;
        }
        const auto values = grid.frame(frame);
        for (std::size_t channel = 0; channel < audio::kChannels; ++channel) {
            const std::size_t to =
                (channel * kUnitCells + static_cast<std::size_t>(cell)) * audio::kBands;
            std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(channel * audio::kBands),
                        audio::kBands, unit.audio.begin() + static_cast<std::ptrdiff_t>(to));
        }
    }
}

Unit unitAt(int firstBeat, int barBeats, const GridView& view, const audio::SongFrames& frames) {
    Unit unit =
        outlined(firstBeat, barBeats, view, frames, {strongOnset(frames), meanLevel(frames)});
    if (view.grid != nullptr) {
        fillAudio(unit, *view.grid);
    } else {
        unit.audio.assign(kUnitAudio, 0.0F);
    }
    return unit;
}

std::vector<Unit> unitsOf(const audio::AudioAnalysis& analysis, const audio::SongFrames& frames) {
    auto units = unitOutlines(analysis, frames);
    for (Unit& unit : units) {
        fillAudio(unit, analysis.grid);
    }
    return units;
}

std::vector<Unit> unitOutlines(const audio::AudioAnalysis& analysis,
                               const audio::SongFrames& frames) {
    const GridView view{analysis.beats.times, analysis.chords, analysis.melody, analysis.bass,
                        &analysis.grid};
    const SongScale scale{strongOnset(frames), meanLevel(frames)};
    std::vector<int> downbeats;
    const int beats = static_cast<int>(analysis.chords.size());
    for (int b = 0; b < beats; ++b) {
        if (analysis.metre.position[static_cast<std::size_t>(b)] == 0) {
            downbeats.push_back(b);
        }
    }
    const int bar = analysis.metre.beatsPerBar;
    if (downbeats.empty() || downbeats.front() > 0) { // an upbeat
        const int first = downbeats.empty() ? 0 : downbeats.front() - bar;
        downbeats.insert(downbeats.begin(), first);
    }
    std::vector<Unit> units;
    for (std::size_t i = 0; i < downbeats.size(); ++i) {
        const int length = i + 1 < downbeats.size() ? downbeats[i + 1] - downbeats[i] : bar;
        units.push_back(outlined(downbeats[i], length, view, frames, scale));
        units.back().repeats = audio::repeatedBeat(analysis.sections, downbeats[i]);
    }
    return units;
}

} // namespace canto::arrange
