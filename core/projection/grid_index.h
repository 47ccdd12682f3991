// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"

#include <cstdint>
#include <optional>

namespace canto::projection {

/// Finds points of the map: a grid of cells with about two points each, stored row by row.
/// Immutable after construction; any thread. Points that are not finite are never found.
class GridIndex {
  public:
    GridIndex() = default;
    explicit GridIndex(std::span<const MapPoint> points);

    std::size_t size() const { return m_size; }

    /// Index of the nearest point within `radius` (inclusive, map units), lower index on a tie.
    std::optional<std::uint32_t> nearest(MapPoint place, float radius) const;
    /// The same among the points that `wanted` accepts (the filter of a legend).
    template <class Wanted>
    std::optional<std::uint32_t> nearest(MapPoint place, float radius, const Wanted& wanted) const;

    /// The k nearest points (fewer when there are fewer), nearest first.
    struct Found {
        std::uint32_t index = 0;
        float distance = 0;
    };
    std::vector<Found> nearestK(MapPoint place, std::size_t k) const;

    /// Points with x in [left, right] and y in [bottom, top], ascending indices. The corners may
    /// come in any order.
    std::vector<std::uint32_t> inRectangle(MapPoint corner, MapPoint opposite) const;
    /// Points inside the closed polygon (even-odd rule), ascending indices; fewer than three
    /// corners hold none.
    std::vector<std::uint32_t> inPolygon(std::span<const MapPoint> corners) const;

  private:
    int column(float x) const;
    int row(float y) const;

    std::size_t m_size = 0;
    float m_left = 0, m_bottom = 0, m_cell = 1;
    int m_columns = 0, m_rows = 0;
    std::vector<std::uint32_t> m_start; ///< (cells + 1) offsets into m_index and m_place
    std::vector<std::uint32_t> m_index;
    std::vector<MapPoint> m_place; ///< in the order of m_index, so that a cell is one contiguous
                                   ///< read
};

} // namespace canto::projection

#include "core/projection/grid_index_impl.h"
