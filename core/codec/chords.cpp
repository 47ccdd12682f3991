// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/chords.h"

#include <algorithm>
#include <cmath>

namespace canto::codec {

namespace {

constexpr int kChords = 12 * kChordQualities;

/// Semitones above the root.
constexpr std::array<std::array<int, 4>, kChordQualities> kTones{{{0, 4, 7, -1},
                                                                  {0, 3, 7, -1},
                                                                  {0, 3, 6, -1},
                                                                  {0, 4, 8, -1},
                                                                  {0, 2, 7, -1},
                                                                  {0, 5, 7, -1},
                                                                  {0, 4, 7, 10},
                                                                  {0, 4, 7, 11},
                                                                  {0, 3, 7, 10},
                                                                  {0, 3, 6, 9},
                                                                  {0, 3, 6, 10}}};
/// Rarer chords need stronger evidence.
constexpr std::array<double, kChordQualities> kCost = {0,    0,    0.05, 0.06, 0.05, 0.05,
                                                       0.02, 0.02, 0.02, 0.07, 0.06};

using Chroma = std::array<double, 12>;

struct Beat {
    Chroma chroma{};
    int bass = -1; ///< pitch class
    bool sounds = false;
};

std::vector<Beat> soundOf(std::span<const music::Note> notes, const BeatGrid& grid) {
    const std::size_t count = grid.beats().size() - 1;
    std::vector<Beat> beats(count);
    std::vector<int> lowest(count, 128);
    for (const auto& note : notes) {
        const double from = grid.placeAt(note.start) / kStepsPerBeat;
        const double to = grid.placeAt(note.end()) / kStepsPerBeat;
        // A note played slightly early belongs to the next beat.
        const auto first = std::max(0.0, std::floor(from + 0.125));
        for (auto i = static_cast<std::size_t>(first); i < count; ++i) {
            const auto at = static_cast<double>(i);
            const double overlap = std::min(to, at + 1) - std::max(from, at);
            if (overlap <= 0 && at > from + 0.125) {
                break;
            }
            const double weight = std::clamp(overlap, 0.05, 1.0) * (0.3 + note.velocity / 127.0);
            beats[i].chroma[note.pitch % 12] += weight;
            beats[i].sounds = true;
            if (overlap > 0.15 && note.pitch < lowest[i]) {
                lowest[i] = note.pitch;
                beats[i].bass = note.pitch % 12;
            }
        }
    }
    return beats;
}

/// Roughly in [0, 1].
double fit(const Beat& beat, int chord) {
    const int root = chord / kChordQualities;
    const auto quality = static_cast<std::size_t>(chord % kChordQualities);
    double norm = 0;
    for (const double value : beat.chroma) {
        norm += value * value;
    }
    double inside = 0;
    int tones = 0;
    for (const int tone : kTones[quality]) {
        if (tone >= 0) {
            inside += beat.chroma[static_cast<std::size_t>((root + tone) % 12)];
            ++tones;
        }
    }
    const double likeness = inside / std::sqrt(norm * tones + 1e-9);
    return likeness + (beat.bass == root ? 0.12 : 0.0) - kCost[quality];
}

} // namespace

std::string nameOf(const Chord& chord) {
    static constexpr std::array<const char*, 12> kRoots = {"C",  "C#", "D",  "D#", "E",  "F",
                                                           "F#", "G",  "G#", "A",  "A#", "B"};
    if (chord.none()) {
        return "N";
    }
    return std::string(kRoots[static_cast<std::size_t>(chord.root)]) +
           kChordQualityNames[static_cast<std::size_t>(chord.quality)];
}

std::vector<Chord> chordsOf(std::span<const music::Note> notes, const BeatGrid& grid) {
    const auto beats = soundOf(notes, grid);
    std::vector<Chord> chords(beats.size());
    const auto first = static_cast<std::size_t>(
        std::find_if(beats.begin(), beats.end(), [](const Beat& beat) { return beat.sounds; }) -
        beats.begin());
    if (first == beats.size()) {
        return chords;
    }
    std::vector<std::array<int, kChords>> from(beats.size());
    std::array<double, kChords> score{};
    for (std::size_t beat = first; beat < beats.size(); ++beat) {
        const auto best =
            static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
        const double change = beat % kBeatsPerBar == 0 ? 0.08 : beat % 2 == 0 ? 0.16 : 0.3;
        const double reached = score[static_cast<std::size_t>(best)] - change;
        for (int chord = 0; chord < kChords; ++chord) {
            const auto c = static_cast<std::size_t>(chord);
            const bool stays = beat == first || score[c] >= reached;
            from[beat][c] = stays ? chord : best;
            score[c] = stays ? score[c] : reached;
            if (beats[beat].sounds) {
                score[c] += fit(beats[beat], chord);
            }
        }
    }
    auto chord = static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
    for (std::size_t beat = beats.size(); beat-- > first;) {
        chords[beat] = {chord / kChordQualities, chord % kChordQualities};
        chord = from[beat][static_cast<std::size_t>(chord)];
    }
    return chords;
}

} // namespace canto::codec
