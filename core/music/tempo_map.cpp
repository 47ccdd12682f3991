// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/tempo_map.h"

#include <algorithm>
#include <cmath>

namespace canto::music {

TempoMap::TempoMap(int ticksPerQuarter, std::vector<TempoChange> changes)
    : m_ticksPerQuarter(std::max(ticksPerQuarter, 1)) {
    std::stable_sort(changes.begin(), changes.end(),
                     [](const TempoChange& a, const TempoChange& b) { return a.tick < b.tick; });
    for (TempoChange& change : changes) {
        change.tick = std::max<Tick>(change.tick, 0);
        change.microsPerQuarter = std::max(change.microsPerQuarter, 1u);
        if (!m_changes.empty() && m_changes.back().tick == change.tick) {
            m_changes.back() = change;
        } else {
            m_changes.push_back(change);
        }
    }
    const auto perTick = [this](std::uint32_t micros) {
        return micros * 1e-6 / static_cast<double>(m_ticksPerQuarter);
    };
    m_segments.push_back({0, 0.0, perTick(500000)});
    for (const TempoChange& change : m_changes) {
        const Segment& last = m_segments.back();
        const Segment next{change.tick, last.at(change.tick), perTick(change.microsPerQuarter)};
        if (change.tick == last.tick) {
            m_segments.back() = next;
        } else {
            m_segments.push_back(next);
        }
    }
}

const TempoMap::Segment& TempoMap::segmentAt(Tick tick) const {
    auto after = std::upper_bound(m_segments.begin(), m_segments.end(), tick,
                                  [](Tick t, const Segment& segment) { return t < segment.tick; });
    return after == m_segments.begin() ? m_segments.front() : *(after - 1);
}

Seconds TempoMap::secondsAt(Tick tick) const { return segmentAt(tick).at(tick); }

Tick TempoMap::tickAt(Seconds seconds) const {
    auto after =
        std::upper_bound(m_segments.begin(), m_segments.end(), seconds,
                         [](Seconds s, const Segment& segment) { return s < segment.seconds; });
    const Segment& segment = after == m_segments.begin() ? m_segments.front() : *(after - 1);
    const double ticks = (seconds - segment.seconds) / segment.secondsPerTick;
    return segment.tick + std::llround(std::clamp(ticks, -0x1p53, 0x1p53));
}

double TempoMap::bpmAt(Tick tick) const {
    return 60.0 / (segmentAt(tick).secondsPerTick * m_ticksPerQuarter);
}

} // namespace canto::music
