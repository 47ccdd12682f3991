// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reduces any song to a part that two hands can play.

#include "core/codec/beat_grid.h"
#include "core/music/song.h"

#include <string>
#include <vector>

namespace canto::codec {

/// What became of a song's notes.
struct PianoPart {
    std::vector<music::Note> notes; ///< by (start, pitch); starts and lengths as they were
    bool reduced = false;           ///< the song had more than a piano
    std::size_t drums = 0;          ///< notes left out: percussion
    std::size_t doubled = 0;        ///< ... the same pitch on another instrument at the same step
    std::size_t outOfReach = 0;     ///< ... out of reach of two hands
    /// For the user: "Reduced from 5 instruments to piano: 812 of 2,310 notes are left out". Empty
    /// if nothing was left out.
    std::string said() const;
    int instruments = 0;
};

/// A song whose notes are all played by pianos (programs 0-7) is unchanged except for percussion.
/// Otherwise, of the notes that begin on one sixteenth, the highest and the lowest are kept, then
/// from both ends inwards the notes within a hand's reach (14 semitones) of them, at most four for
/// each hand.
PianoPart pianoPartOf(const music::Song& song, const BeatGrid& grid);

} // namespace canto::codec
