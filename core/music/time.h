// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace canto::music {

/// A moment or length in the file's own ticks.
using Tick = std::int64_t;
/// A moment or length in seconds of playing time.
using Seconds = double;

} // namespace canto::music
