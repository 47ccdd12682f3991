// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/grid_index.h"
#include "core/projection/neighbours.h"
#include "core/projection/points.h"

#include <optional>

namespace canto::projection {

/// Weights of the points near a position: they sum to 1. Continuous in the position; a data point
/// at the position gets all the weight.
struct NeighbourWeights {
    std::vector<std::uint32_t> index;
    std::vector<float> share;
    float nearest = 0;  ///< map distance to the nearest point
    float farthest = 0; ///< map distance to the last weighted point
};

/// Weights of the `count` nearest points on the map: ((R - d) / (R d))^2 with R the distance to the
/// next point beyond, so that the weights change without jumps (Franke and Little's form of
/// Shepard's weights). Empty for an empty map or a position that is not finite.
NeighbourWeights weightsAt(const GridIndex& index, MapPoint place, std::size_t count);

/// The weighted mean of the rows.
std::vector<float> mixture(PointsView points, const NeighbourWeights& weights);

/// Distribution of the distances to the 8th nearest neighbour within a set: 201 quantiles, every
/// half percent.
class DistanceQuantiles {
  public:
    static constexpr int kNeighbour = 8;
    static constexpr std::size_t kQuantiles = 201;
    static constexpr std::size_t kSample = 1000;

    DistanceQuantiles() = default;
    /// Leave-one-out, for at most kSample evenly picked points, each against all. With fewer than
    /// nine points: the farthest point. With one point every distance is beyond the maximum.
    static DistanceQuantiles of(PointsView points, int threads);
    static DistanceQuantiles of(const GridIndex& index, std::span<const MapPoint> places);
    /// From stored quantiles(): kQuantiles ascending numbers; otherwise nothing.
    static std::optional<DistanceQuantiles> restore(std::vector<float> quantiles);

    /// Percentage [0, 100] of the set's own distances below this one; never falls with the
    /// distance.
    double percentile(float distance) const;
    const std::vector<float>& quantiles() const { return m_quantiles; }

  private:
    static DistanceQuantiles ofDistances(std::vector<float> distances);
    std::vector<float> m_quantiles;
};

} // namespace canto::projection
