// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/baseline_arranger.h"

#include "core/arrange/melody_line.h"

#include <algorithm>
#include <cstdlib>

namespace canto::arrange {

namespace {

constexpr int kLowestBass = 36;   // C2
constexpr int kMiddle = 60;       // centre of the right hand's chords
constexpr int kHighestChord = 67; // G4
constexpr int kLowestChord = 52;  // E3

bool isDownbeat(const Unit& unit, int beat) { return beat == 0 || beat == unit.barBeats; }

int bassPitch(const audio::Chord& chord, int above) {
    return kLowestBass + (chord.bass + above) % 12 + (above >= 12 ? 12 : 0);
}

/// The fifth of the chord where it has one, else the octave of the bass.
int secondBass(const audio::Chord& chord) {
    const int fifth = (chord.root + 7) % 12;
    if (!chord.has(fifth) || fifth == chord.bass) {
        return bassPitch(chord, 12);
    }
    const int low = kLowestBass + fifth;
    return low > bassPitch(chord, 0) ? low : low + 12;
}

/// Three or four tones of the chord, in the octave around C4, as close to `last` as possible.
std::vector<int> voicing(const audio::Chord& chord, const std::vector<int>& last) {
    std::vector<int> best;
    int least = 1 << 20;
    for (int lowest = kLowestChord; lowest + 11 <= kHighestChord; ++lowest) {
        std::vector<int> tones;
        for (int pitch = lowest; pitch < lowest + 12; ++pitch) {
            if (chord.has(pitch % 12)) {
                tones.push_back(pitch);
            }
        }
        if (tones.empty() || tones.front() != lowest) {
            continue; // the same tones as with a higher `lowest`
        }
        int moved = std::abs(tones[tones.size() / 2] - kMiddle); // returns to the centre over time
        for (std::size_t i = 0; i < last.size(); ++i) {
            moved += 4 * std::abs(tones[std::min(i, tones.size() - 1)] - last[i]);
        }
        if (moved < least) {
            least = moved;
            best = std::move(tones);
        }
    }
    if (best.size() > 4) {
        best.resize(4);
    }
    return best;
}

} // namespace

void BaselineArranger::setDensity(double density) {
    constexpr float kReach = 0.4F;
    const auto less = static_cast<float>(std::clamp(density, -1.0, 1.0)) * kReach;
    m_threshold = std::clamp(m_options.threshold - less, 0.02F, 1.0F);
}

Result<std::vector<GridNote>> BaselineArranger::arrange(const Unit& unit,
                                                        std::span<const GridNote> /*previous*/,
                                                        const CancelToken& cancel) {
    if (unit.audio.size() != kUnitAudio) {
        return fail(Error::Code::BadShape, "The unit has no features of sound");
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Arranging cancelled");
    }
    std::vector<GridNote> notes;
    std::vector<int> hand;
    for (int beat = 0; beat < kUnitBeats; ++beat) {
        const audio::Chord& chord = unit.chords[static_cast<std::size_t>(beat)];
        if (chord.none()) {
            hand.clear();
            continue;
        }
        const bool changes =
            beat == 0 || !(unit.chords[static_cast<std::size_t>(beat) - 1] == chord);
        const bool first = changes || isDownbeat(unit, beat);
        const int step = beat * kStepsPerBeat;
        if (first) {
            int beats = 1;
            while (beat + beats < kUnitBeats && beats < 2 && !isDownbeat(unit, beat + beats) &&
                   unit.chords[static_cast<std::size_t>(beat + beats)] == chord) {
                ++beats;
            }
            notes.push_back({step, beats * kStepsPerBeat, bassPitch(chord, 0)});
        } else if (beat % 2 == 0 || unit.barBeats == 3) {
            notes.push_back({step, kStepsPerBeat, secondBass(chord)});
        }
        if (changes || hand.empty()) {
            hand = voicing(chord, hand);
        }
        for (int s = 0; s < kStepsPerBeat; ++s) {
            const auto at = static_cast<std::size_t>(step + s);
            if (!(s == 0 && first) && unit.onset[at] < m_threshold) {
                continue;
            }
            int length = 1; // until the next onset or beat
            while (s + length < kStepsPerBeat &&
                   unit.onset[at + static_cast<std::size_t>(length)] < m_threshold) {
                ++length;
            }
            for (const int pitch : hand) {
                if (!m_options.melody || unit.melody[at] == 0 || pitch < unit.melody[at]) {
                    notes.push_back({step + s, length, pitch});
                }
            }
        }
    }
    if (m_options.melody) {
        addMelody(unit, notes);
    }
    return notes;
}

} // namespace canto::arrange
