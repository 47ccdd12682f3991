// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/grid_index.h"

#include <algorithm>
#include <limits>

namespace canto::projection {

namespace {
/// At most this many cells along one side: 16 M cells of one number each.
constexpr int kMostCells = 4096;

bool finite(MapPoint p) { return std::isfinite(p.x) && std::isfinite(p.y); }

/// Even-odd rule; a point on an edge may fall on either side.
bool inside(MapPoint p, std::span<const MapPoint> corners) {
    bool odd = false;
    for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
        const MapPoint a = corners[i], b = corners[j];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) {
            odd = !odd;
        }
    }
    return odd;
}
} // namespace

GridIndex::GridIndex(std::span<const MapPoint> points) {
    MapPoint low{std::numeric_limits<float>::max(), std::numeric_limits<float>::max()};
    MapPoint high{std::numeric_limits<float>::lowest(), std::numeric_limits<float>::lowest()};
    for (const MapPoint p : points) {
        if (finite(p)) {
            ++m_size;
            low = {std::min(low.x, p.x), std::min(low.y, p.y)};
            high = {std::max(high.x, p.x), std::max(high.y, p.y)};
        }
    }
    if (m_size == 0) {
        return;
    }
    const double width = std::max(static_cast<double>(high.x) - low.x, 1e-30);
    const double height = std::max(static_cast<double>(high.y) - low.y, 1e-30);
    // Two points in a cell on average, but never more cells along a side than kMostCells.
    const double wanted = std::sqrt(width * height * 2 / static_cast<double>(m_size));
    m_cell = static_cast<float>(std::max({wanted, width / kMostCells, height / kMostCells}));
    m_left = low.x;
    m_bottom = low.y;
    m_columns = std::min(static_cast<int>(width / m_cell) + 1, kMostCells + 1);
    m_rows = std::min(static_cast<int>(height / m_cell) + 1, kMostCells + 1);

    const auto cells = static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows);
    const auto outside = static_cast<std::uint32_t>(cells);
    std::vector<std::uint32_t> cellOf(points.size());
    m_start.assign(cells + 2, 0);
    for (std::size_t i = 0; i < points.size(); ++i) {
        cellOf[i] =
            finite(points[i])
                ? static_cast<std::uint32_t>(row(points[i].y) * m_columns + column(points[i].x))
                : outside;
        ++m_start[cellOf[i] + 1];
    }
    for (std::size_t cell = 0; cell < cells; ++cell) {
        m_start[cell + 1] += m_start[cell];
    }
    m_start.pop_back(); // a point that is not finite is in no cell
    m_index.resize(m_size);
    m_place.resize(m_size);
    auto next = m_start;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (cellOf[i] != outside) {
            const std::uint32_t entry = next[cellOf[i]]++;
            m_index[entry] = static_cast<std::uint32_t>(i);
            m_place[entry] = points[i];
        }
    }
}

int GridIndex::column(float x) const {
    const float cell = (x - m_left) / m_cell;
    return static_cast<int>(std::clamp(cell, 0.0f, static_cast<float>(m_columns - 1)));
}

int GridIndex::row(float y) const {
    const float cell = (y - m_bottom) / m_cell;
    return static_cast<int>(std::clamp(cell, 0.0f, static_cast<float>(m_rows - 1)));
}

std::optional<std::uint32_t> GridIndex::nearest(MapPoint place, float radius) const {
    return nearest(place, radius, [](std::uint32_t) { return true; });
}

std::vector<GridIndex::Found> GridIndex::nearestK(MapPoint place, std::size_t k) const {
    k = std::min(k, m_size);
    std::vector<Found> best; // a heap by (square, index), the farthest on top
    if (k == 0 || !finite(place)) {
        return best;
    }
    const auto nearer = [](const Found& a, const Found& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.index < b.index;
    };
    const int middleColumn = column(place.x);
    const int middleRow = row(place.y);
    const int rings =
        std::max({middleColumn, m_columns - 1 - middleColumn, middleRow, m_rows - 1 - middleRow});
    for (int ring = 0; ring <= rings; ++ring) {
        const float inner = static_cast<float>(ring - 1) * m_cell;
        if (best.size() == k && inner > 0 && inner * inner > best.front().distance) {
            break;
        }
        const int bottom = std::max(middleRow - ring, 0);
        const int top = std::min(middleRow + ring, m_rows - 1);
        for (int r = bottom; r <= top; ++r) {
            const bool edge = r == middleRow - ring || r == middleRow + ring;
            const int step = edge ? 1 : std::max(2 * ring, 1);
            for (int c = middleColumn - ring; c <= middleColumn + ring; c += step) {
                if (c < 0 || c >= m_columns) {
                    continue;
                }
                const auto cell = static_cast<std::size_t>(r * m_columns + c);
                for (std::uint32_t entry = m_start[cell]; entry < m_start[cell + 1]; ++entry) {
                    const float dx = m_place[entry].x - place.x;
                    const float dy = m_place[entry].y - place.y;
                    const Found found{m_index[entry], dx * dx + dy * dy};
                    if (best.size() < k) {
                        best.push_back(found);
                        std::push_heap(best.begin(), best.end(), nearer);
                    } else if (nearer(found, best.front())) {
                        std::pop_heap(best.begin(), best.end(), nearer);
                        best.back() = found;
                        std::push_heap(best.begin(), best.end(), nearer);
                    }
                }
            }
        }
    }
    std::sort_heap(best.begin(), best.end(), nearer);
    for (Found& found : best) {
        found.distance = std::sqrt(found.distance);
    }
    return best;
}

std::vector<std::uint32_t> GridIndex::inRectangle(MapPoint corner, MapPoint opposite) const {
    std::vector<std::uint32_t> found;
    const float left = std::min(corner.x, opposite.x), right = std::max(corner.x, opposite.x);
    const float bottom = std::min(corner.y, opposite.y), top = std::max(corner.y, opposite.y);
    if (m_size == 0 || !(left <= right) || !(bottom <= top)) {
        return found;
    }
    for (int r = row(bottom); r <= row(top); ++r) {
        for (int c = column(left); c <= column(right); ++c) {
            const auto cell = static_cast<std::size_t>(r * m_columns + c);
            for (std::uint32_t entry = m_start[cell]; entry < m_start[cell + 1]; ++entry) {
                const MapPoint p = m_place[entry];
                if (p.x >= left && p.x <= right && p.y >= bottom && p.y <= top) {
                    found.push_back(m_index[entry]);
                }
            }
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::vector<std::uint32_t> GridIndex::inPolygon(std::span<const MapPoint> corners) const {
    if (corners.size() < 3) {
        return {};
    }
    MapPoint low = corners[0], high = corners[0];
    for (const MapPoint p : corners) {
        low = {std::min(low.x, p.x), std::min(low.y, p.y)};
        high = {std::max(high.x, p.x), std::max(high.y, p.y)};
    }
    std::vector<std::uint32_t> found;
    if (m_size == 0 || !finite(low) || !finite(high)) {
        return found;
    }
    for (int r = row(low.y); r <= row(high.y); ++r) {
        for (int c = column(low.x); c <= column(high.x); ++c) {
            const auto cell = static_cast<std::size_t>(r * m_columns + c);
            for (std::uint32_t entry = m_start[cell]; entry < m_start[cell + 1]; ++entry) {
                if (inside(m_place[entry], corners)) {
                    found.push_back(m_index[entry]);
                }
            }
        }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace canto::projection
