// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

/// A note on the grid of a song: step 0 is the first sixteenth of beat 0.
struct SongNote {
    int step = 0;
    int length = 1;
    int pitch = 60;
    int velocity = 0; ///< 0: given by the rules of performance.h
    bool operator==(const SongNote&) const = default;
};

/// The steps that a unit contributes: [first, first + count) counted from its own beginning. Empty
/// where another unit contributes them.
struct WrittenSteps {
    int first = 0;
    int count = 0;
};

/// Which steps of each unit become part of the song (as in github ZZWaang/audio2midi,
/// perf_render.py). TwoBars: a unit contributes two bars and the next unit none; where two bars are
/// longer than a unit, one. FirstBar: each contributes one bar. The last unit contributes
/// everything up to the end.
/// @param beats  of the song: nothing is written before beat 0 or from this one on.
std::vector<WrittenSteps> writtenSteps(std::span<const Unit> units, Stitching stitching, int beats);

/// The notes that begin in the contributed steps, on the song's grid, by step and pitch. A note
/// ends where the same pitch begins again or where the song ends; of two equal notes the longer is
/// kept.
/// @param predictions  one for each unit; those of units without contributed steps are ignored.
std::vector<SongNote> stitched(std::span<const Unit> units,
                               std::span<const std::vector<GridNote>> predictions,
                               std::span<const WrittenSteps> written, int beats);

} // namespace canto::arrange
