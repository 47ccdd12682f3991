// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The part of GridIndex that depends on the caller's filter.

#include "core/projection/grid_index.h"

#include <algorithm>
#include <cmath>

namespace canto::projection {

template <class Wanted>
std::optional<std::uint32_t> GridIndex::nearest(MapPoint place, float radius,
                                                const Wanted& wanted) const {
    if (m_size == 0 || !(radius >= 0) || !std::isfinite(place.x) || !std::isfinite(place.y)) {
        return std::nullopt;
    }
    std::optional<std::uint32_t> best;
    float bestSquare = radius * radius;
    const auto look = [&](int atColumn, int atRow) {
        const std::size_t cell =
            static_cast<std::size_t>(atRow) * static_cast<std::size_t>(m_columns) +
            static_cast<std::size_t>(atColumn);
        for (std::uint32_t entry = m_start[cell]; entry < m_start[cell + 1]; ++entry) {
            const float dx = m_place[entry].x - place.x;
            const float dy = m_place[entry].y - place.y;
            const float square = dx * dx + dy * dy;
            const bool nearer =
                square < bestSquare || (square == bestSquare && (!best || m_index[entry] < *best));
            if (nearer && wanted(m_index[entry])) {
                best = m_index[entry];
                bestSquare = square;
            }
        }
    };
    // Search in rings of cells around the position's own cell; a ring can be skipped once the best
    // point is nearer than its inner edge.
    const int left = column(place.x - radius), right = column(place.x + radius);
    const int bottom = row(place.y - radius), top = row(place.y + radius);
    const int middleColumn = std::clamp(column(place.x), left, right);
    const int middleRow = std::clamp(row(place.y), bottom, top);
    const int rings =
        std::max({middleColumn - left, right - middleColumn, middleRow - bottom, top - middleRow});
    for (int ring = 0; ring <= rings; ++ring) {
        const float inner = static_cast<float>(ring - 1) * m_cell;
        if (best && ring > 0 && inner > 0 && inner * inner > bestSquare) {
            break;
        }
        for (int r = std::max(middleRow - ring, bottom); r <= std::min(middleRow + ring, top);
             ++r) {
            const bool edge = r == middleRow - ring || r == middleRow + ring;
            const int step = edge ? 1 : std::max(2 * ring, 1);
            for (int c = middleColumn - ring; c <= middleColumn + ring; c += step) {
                if (c >= left && c <= right) {
                    look(c, r);
                }
            }
        }
    }
    return best;
}

} // namespace canto::projection
