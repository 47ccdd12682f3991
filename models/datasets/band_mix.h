// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/music/song.h"
#include "models/datasets/score_folder.h"

#include <string>
#include <vector>

namespace canto {

/// A piano score arranged for a band.
struct BandMix {
    music::Song song;  ///< 960 ticks a second, its beginning is the excerpt's
    std::string words; ///< "melody 73, bridge 48, piano 4, bass 33 eighths, drums rock, 12 cents"
};

/// Arranges a piano score for a band such that sound and score share the grid exactly: the melody
/// on a voice-like instrument, bridge and piano on others, often a pad of the chords, a bass on the
/// chords' bass and drums, both by rule, everything some cents out of tune.
/// @param first, last  beats of the excerpt.
BandMix mixedBand(const ScoredSong& scored, int first, int last, Random& random);

/// Simulates a recording: two gentle shelf filters (up to 6 dB) and noise 26 to 56 dB below the
/// music.
/// @param samples  one channel.
void roughen(std::vector<float>& samples, double rate, Random& random);

} // namespace canto
