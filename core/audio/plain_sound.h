// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <vector>

namespace canto::audio {

/// What a song sounds like without a SoundFont: each note but those of drums as six partials that
/// fade, at kRate, one channel. Good enough for features of pitch and onset, not for people.
/// @param seconds  so much from the beginning, at most an hour.
std::vector<float> plainSound(const music::Song& song, double seconds);

} // namespace canto::audio
