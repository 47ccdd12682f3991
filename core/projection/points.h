// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace canto::projection {

/// A position on the map, in map units.
struct MapPoint {
    float x = 0;
    float y = 0;
    friend bool operator==(const MapPoint&, const MapPoint&) = default;
};

inline float mapDistance(MapPoint a, MapPoint b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// N points in D dimensions, row-major float32, borrowed.
struct PointsView {
    const float* values = nullptr;
    std::size_t count = 0;      ///< N
    std::size_t dimensions = 0; ///< D

    std::span<const float> row(std::size_t index) const {
        return {values + index * dimensions, dimensions};
    }
};

/// The same, owned. values.size() == count * dimensions.
struct Points {
    std::vector<float> values;
    std::size_t count = 0;
    std::size_t dimensions = 0;

    PointsView view() const { return {values.data(), count, dimensions}; }
    operator PointsView() const { return view(); }
};

/// A view of one latent as a single row.
inline PointsView onePoint(std::span<const float> latent) {
    return {latent.data(), 1, latent.size()};
}

/// Rejects invalid input of projections: no points, no dimensions (BadShape), or a value that is
/// not finite (BadInput, naming the row).
inline Result<void> checkPoints(PointsView points) {
    if (points.count == 0 || points.dimensions == 0) {
        return fail(Error::Code::BadShape, "There are no points to project");
    }
    for (std::size_t row = 0; row < points.count; ++row) {
        for (const float value : points.row(row)) {
            if (!std::isfinite(value)) {
                return fail(Error::Code::BadInput, "A latent holds a value that is not a number",
                            "row " + std::to_string(row));
            }
        }
    }
    return {};
}

} // namespace canto::projection
