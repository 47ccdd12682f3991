// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/midi/smf_track.h"

#include <cstdint>
#include <vector>

namespace canto::midi {

/// Gives the channels of the score their final numbers, 16 for each port, ports in the order of
/// their numbers. Ports stay separate where that matters:
///
/// * If notes play on one port only, everything is on the first.
/// * Ports with a number each have channels of their own.
/// * A device that only has a name shares a port with others as long as no channel has notes of
///   both; otherwise it gets a port of its own, and all ports are numbered again.
///
/// @return Song::ports.
std::vector<std::uint8_t> assignPorts(SmfScore& score);

} // namespace canto::midi
