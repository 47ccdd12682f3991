// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

#include <cstdint>
#include <vector>

namespace canto::music {

/// Time signature from `tick` on; 4/4 before the first.
struct MetreChange {
    Tick tick = 0;
    int numerator = 4;
    int denominator = 4; ///< 1, 2, 4, 8 ...
    std::uint8_t clocksPerClick = 24;
    std::uint8_t thirtySecondsPerQuarter = 8;
    bool operator==(const MetreChange&) const = default;
};

/// Ticks to bars. A change inside a bar ends that bar early.
class MetreMap {
  public:
    MetreMap() : MetreMap(480, {}) {}
    MetreMap(int ticksPerQuarter, std::vector<MetreChange> changes);

    /// Sorted, one a tick.
    const std::vector<MetreChange>& changes() const { return m_changes; }
    /// Number of the bar that holds the tick, from 0; negative ticks give 0.
    int barAt(Tick tick) const;
    /// First tick of a bar, from 0; the last metre continues for ever.
    Tick barStart(int bar) const;
    /// Metre in force at the tick.
    MetreChange metreAt(Tick tick) const;

  private:
    struct Segment {
        Tick tick;
        int firstBar;
        Tick barLength;
    };
    std::vector<MetreChange> m_changes;
    std::vector<Segment> m_segments; ///< never empty, first at tick 0
};

} // namespace canto::music
