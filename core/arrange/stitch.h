// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

/// A note on the grid of a song: step 0 is the first sixteenth of beat 0.
struct SongNote {
    int step = 0;
    int length = 1;
    int pitch = 60;
    int velocity = 0; ///< 0: by the rules of performance.h
    bool operator==(const SongNote&) const = default;
};

/// The steps that a unit writes: [first, first + count) counted from its own beginning. None where
/// another unit writes them.
struct WrittenSteps {
    int first = 0;
    int count = 0;
};

/// Which steps of each unit become part of the song (as in github ZZWaang/audio2midi,
/// perf_render.py). TwoBars: two bars and the next unit is left out; where two bars are longer than
/// a unit, one. FirstBar: one bar each. The last unit writes all that lies before the end.
/// @param beats  of the song: nothing is written before beat 0 or from this one on.
std::vector<WrittenSteps> writtenSteps(std::span<const Unit> units, Stitching stitching, int beats);

/// The notes that begin in the written steps, on the song's grid, by step and pitch. A note ends
/// where the same pitch begins again or where the song ends; of two equal ones the longer stays.
/// @param predictions  one a unit; those of units that write nothing are not looked at.
std::vector<SongNote> stitched(std::span<const Unit> units,
                               std::span<const std::vector<GridNote>> predictions,
                               std::span<const WrittenSteps> written, int beats);

} // namespace canto::arrange
