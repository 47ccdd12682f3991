// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Estimates the chord of each beat.

#include "core/codec/beat_grid.h"
#include "core/music/song.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace canto::codec {

inline constexpr int kChordQualities = 11;
inline constexpr std::array<const char*, kChordQualities> kChordQualityNames = {
    "", "m", "dim", "aug", "sus2", "sus4", "7", "maj7", "m7", "dim7", "m7b5"};

/// No chord, or a root (0 is C) with a quality.
struct Chord {
    int root = -1;
    int quality = 0; ///< index into kChordQualityNames

    bool none() const { return root < 0; }
    bool operator==(const Chord&) const = default;
};

/// "C#m7"; "N" for no chord.
std::string nameOf(const Chord& chord);

/// One chord for each beat of the grid: the best path through all beats, where each chord is
/// weighted by how much of the sound its tones explain (by length and loudness, the bass twice) and
/// every change has a cost, the lowest at bar lines. A silent beat keeps the chord before it;
/// chords are missing only before the first note.
std::vector<Chord> chordsOf(std::span<const music::Note> notes, const BeatGrid& grid);

} // namespace canto::codec
