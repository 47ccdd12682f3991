#pragma once

#include "core/music/time.h"

#include <cstdint>
#include <vector>

namespace canto::music {

/// A quarter note lasts this many microseconds from `tick` on.
struct TempoChange {
    Tick tick = 0;
    std::uint32_t microsPerQuarter = 500000;
    bool operator==(const TempoChange&) const = default;
};

/// Ticks to seconds and back. Before the first change the tempo is 120 quarters a minute
/// (Standard MIDI Files 1.0, p. 6).
class TempoMap {
  public:
    TempoMap() : TempoMap(480, {}) {}
    /// @param ticksPerQuarter  >= 1.
    /// @param changes          any order; of several at one tick the last given wins; a tempo of
    ///                         0 is read as 1 microsecond.
    TempoMap(int ticksPerQuarter, std::vector<TempoChange> changes);

    int ticksPerQuarter() const { return m_ticksPerQuarter; }
    /// Sorted, one a tick.
    const std::vector<TempoChange>& changes() const { return m_changes; }
    Seconds secondsAt(Tick tick) const;
    /// The nearest tick; negative seconds give negative ticks at the first tempo.
    Tick tickAt(Seconds seconds) const;
    /// Quarters a minute in force at the tick.
    double bpmAt(Tick tick) const;

  private:
    struct Segment {
        Tick tick;
        Seconds seconds;
        double secondsPerTick;
    };
    const Segment& segmentAt(Tick tick) const;

    int m_ticksPerQuarter;
    std::vector<TempoChange> m_changes;
    std::vector<Segment> m_segments; ///< never empty, first at tick 0
};

} // namespace canto::music
