// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <vector>

namespace canto::audio {

/// Renders a song without a SoundFont: each note except drums as six decaying partials, at kRate,
/// one channel. Good enough to compute features of pitch and onset, not to listen to.
/// @param seconds  length from the beginning of the song, at most an hour.
std::vector<float> plainSound(const music::Song& song, double seconds);

} // namespace canto::audio
