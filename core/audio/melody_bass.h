// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/grid_features.h"

#include <vector>

namespace canto::audio {

struct LineOptions {
    int lowest = 55; ///< range of MIDI pitches
    int highest = 88;
    /// How much weaker than its lower neighbour a semitone may be and still win, dB: a melody lies
    /// on top, a bass below (then < 0).
    double upward = 0.5;
    /// A tone must be within this many dB of the loudest tone of the song; otherwise there is none.
    double range = 34;
    double step = 2.5; ///< dB, cost of a new tone; a tenth of it more for each semitone away
};

/// Options for the melody: C4 .. E6.
inline LineOptions leadLine() { return {.lowest = 57, .highest = 88}; }
/// The bass line: A0 .. C4.
inline LineOptions bassLine() { return {.lowest = 24, .highest = 57, .upward = -0.5}; }

/// One pitch for each sixteenth (two cells of the grid), 0 for none: the strongest tones of the
/// range, the uppermost (or lowest) first, joined by Viterbi. A simple method: it loses voices that
/// cross an accompaniment of the same loudness.
std::vector<int> findLine(const Feature& grid, const LineOptions& options);

} // namespace canto::audio
