// SPDX-License-Identifier: GPL-3.0-or-later
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
    /// The nearest tick, at most 2^53; negative seconds give negative ticks at the first tempo.
    Tick tickAt(Seconds seconds) const;
    /// Quarters a minute in force at the tick.
    double bpmAt(Tick tick) const;

  private:
    friend class TempoCursor;
    struct Segment {
        Tick tick;
        Seconds seconds;
        double secondsPerTick;
        Seconds at(Tick t) const {
            return seconds + static_cast<double>(t - tick) * secondsPerTick;
        }
    };
    const Segment& segmentAt(Tick tick) const;

    int m_ticksPerQuarter;
    std::vector<TempoChange> m_changes;
    std::vector<Segment> m_segments; ///< never empty, first at tick 0
};

/// Ticks to seconds for increasing ticks, such as those of sorted notes: the exact numbers of
/// TempoMap::secondsAt without its search. Decreasing ticks are right too, only slower. The map
/// must outlive it.
class TempoCursor {
  public:
    explicit TempoCursor(const TempoMap& map)
        : m_map(&map), m_segment(map.m_segments.data()),
          m_last(map.m_segments.data() + map.m_segments.size() - 1) {}

    Seconds secondsAt(Tick tick) {
        for (int steps = 0; m_segment != m_last && tick >= (m_segment + 1)->tick; ++steps) {
            if (steps == 8) {
                m_segment = &m_map->segmentAt(tick);
                break;
            }
            ++m_segment;
        }
        if (tick < m_segment->tick) {
            m_segment = &m_map->segmentAt(tick);
        }
        return m_segment->at(tick);
    }

  private:
    const TempoMap* m_map;
    const TempoMap::Segment* m_segment;
    const TempoMap::Segment* m_last;
};

} // namespace canto::music
