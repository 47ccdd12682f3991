// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/metre_map.h"

#include <algorithm>
#include <limits>

namespace canto::music {

namespace {

/// Bars are counted in int; later ones are counted as the last. Only malicious files get there.
int clampBar(Tick bar) {
    return static_cast<int>(std::min<Tick>(bar, std::numeric_limits<int>::max() - 1));
}

} // namespace

MetreMap::MetreMap(int ticksPerQuarter, std::vector<MetreChange> changes) {
    std::stable_sort(changes.begin(), changes.end(),
                     [](const MetreChange& a, const MetreChange& b) { return a.tick < b.tick; });
    const Tick whole = 4 * static_cast<Tick>(std::max(ticksPerQuarter, 1));
    const auto barLength = [whole](const MetreChange& metre) {
        return std::max<Tick>(whole * std::max(metre.numerator, 1) / std::max(metre.denominator, 1),
                              1);
    };
    m_segments.push_back({0, 0, whole});
    for (MetreChange change : changes) {
        change.tick = std::max<Tick>(change.tick, 0);
        if (!m_changes.empty() && m_changes.back().tick == change.tick) {
            m_changes.back() = change;
        } else {
            m_changes.push_back(change);
        }
        Segment& last = m_segments.back();
        if (change.tick == last.tick) {
            last.barLength = barLength(change);
            continue;
        }
        const Tick bars = (change.tick - last.tick + last.barLength - 1) / last.barLength;
        m_segments.push_back({change.tick, clampBar(last.firstBar + bars), barLength(change)});
    }
}

int MetreMap::barAt(Tick tick) const {
    if (tick <= 0) {
        return 0;
    }
    auto after = std::upper_bound(m_segments.begin(), m_segments.end(), tick,
                                  [](Tick t, const Segment& segment) { return t < segment.tick; });
    const Segment& segment = *(after - 1);
    return clampBar(segment.firstBar + (tick - segment.tick) / segment.barLength);
}

Tick MetreMap::barStart(int bar) const {
    auto after =
        std::upper_bound(m_segments.begin(), m_segments.end(), std::max(bar, 0),
                         [](int b, const Segment& segment) { return b < segment.firstBar; });
    const Segment& segment = *(after - 1);
    return segment.tick +
           static_cast<Tick>(std::max(bar, 0) - segment.firstBar) * segment.barLength;
}

MetreChange MetreMap::metreAt(Tick tick) const {
    auto after =
        std::upper_bound(m_changes.begin(), m_changes.end(), tick,
                         [](Tick t, const MetreChange& change) { return t < change.tick; });
    return after == m_changes.begin() ? MetreChange{} : *(after - 1);
}

} // namespace canto::music
