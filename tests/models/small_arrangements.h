// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Synthetic songs: chords that change each bar, a piano that plays their tones, and a sound in
// which each note is loud at its key.

#include "core/base/random.h"
#include "models/datasets/prepared_arrangements.h"

#include <string>

namespace canto::test {

inline tensors::ArrangedGrid madeGrid(int bars, std::uint64_t seed) {
    using canto::arrange::Part;
    Random random(seed);
    tensors::ArrangedGrid grid;
    const int beats = 4 * bars;
    const char* const labels[] = {"C:maj", "A:min", "F:maj", "G:maj/3"};
    for (int beat = 0; beat < beats; ++beat) {
        grid.chords.push_back(*audio::parseChord(labels[beat / 4 % 4]));
    }
    for (int beat = 0; beat < beats; ++beat) {
        const auto& chord = grid.chords[static_cast<std::size_t>(beat)];
        const auto add = [&](int step, int length, int pitch, Part part) {
            grid.notes.push_back({step, length, static_cast<std::uint8_t>(pitch), part});
        };
        if (beat % 2 == 0) {
            add(4 * beat, 8, 36 + chord.bass, Part::Piano);
        }
        for (int pitch = 60; pitch < 72; ++pitch) {
            if (chord.has(pitch % 12) && random.uniform() < 0.6) {
                add(4 * beat, 4, pitch, Part::Piano);
            }
        }
        if (beat % 4 == 2) {
            add(4 * beat + 2, 2, 72 + chord.root, Part::Bridge);
        }
        add(4 * beat + 1, 3, 84 + chord.root, Part::Melody);
    }
    const auto cells = static_cast<std::size_t>(8 * beats);
    grid.features.resize(cells * 3 * 88);
    for (auto& value : grid.features) {
        value = static_cast<std::uint8_t>(random.below(30));
    }
    for (const auto& note : grid.notes) {
        const auto key = static_cast<std::size_t>(note.pitch) - 21;
        const auto first = static_cast<std::size_t>(2 * note.step);
        for (std::size_t cell = first;
             cell < std::min(cells, first + 2 * static_cast<std::size_t>(note.length)); ++cell) {
            grid.features[(cell * 3) * 88 + key] = 200;
            grid.features[(cell * 3 + 1) * 88 + key] = cell == first ? 220 : 0;
            grid.features[(cell * 3 + 2) * 88 + key] = 180;
        }
    }
    for (int beat = 0; beat + 8 <= beats; beat += 4) {
        grid.downbeats.push_back(beat);
    }
    return grid;
}

/// The last song is "test", the one before "valid"; all are "train" unless `heldOut`.
inline tensors::PreparedArrangements smallArrangements(int songs, int bars, bool heldOut = true) {
    tensors::PreparedArrangements set;
    for (int song = 0; song < songs; ++song) {
        const std::string split = !heldOut            ? "train"
                                  : song == songs - 1 ? "test"
                                  : song == songs - 2 ? "valid"
                                                      : "train";
        const auto name = std::to_string(song);
        const auto added = set.addSong({name, name, "made", split, "made.sf2", "made"},
                                       madeGrid(bars, static_cast<std::uint64_t>(song) + 1));
        if (!added) {
            return {};
        }
    }
    return set;
}

} // namespace canto::test
