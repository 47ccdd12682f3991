// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/grid_features.h"

#include <vector>

namespace canto::audio {

struct LineOptions {
    int lowest = 55; ///< MIDI pitches looked at
    int highest = 88;
    /// What a pitch a semitone higher may be weaker, dB: a lead lies on top, a bass below (< 0).
    double upward = 0.5;
    /// A tone has to be within so many dB of the loudest of the song, or nothing is heard.
    double range = 34;
    double step = 2.5; ///< dB lost by a new tone, and a tenth of it more for each semitone away
};

/// The lead line: C4 .. E6.
inline LineOptions leadLine() { return {.lowest = 57, .highest = 88}; }
/// The bass line: A0 .. C4.
inline LineOptions bassLine() { return {.lowest = 24, .highest = 57, .upward = -0.5}; }

/// One pitch a sixteenth (two cells of the grid), 0 for none: the strongest tones of the range,
/// the uppermost (or lowest) first, joined by Viterbi. A modest line: voices that cross an
/// accompaniment of the same loudness are lost to it.
std::vector<int> findLine(const Feature& grid, const LineOptions& options);

} // namespace canto::audio
