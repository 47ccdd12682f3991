// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/midi/smf_track.h"

namespace canto::midi {

/// Makes one song of the content of the tracks: programs from other tracks, order, maps, seconds,
/// and nothing after the time limit (which is reported in the score).
music::Song assembleSong(SmfScore& score, int ticksPerQuarter);

} // namespace canto::midi
