// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/grid_index.h"
#include "core/projection/neighbours.h"
#include "core/projection/points.h"

#include <optional>

namespace canto::projection {

/// NeighbourWeights of points near a place: they sum to 1. Continuous in the place; a point that is
/// hit takes it all.
struct NeighbourWeights {
    std::vector<std::uint32_t> index;
    std::vector<float> share;
    float nearest = 0;  ///< map distance to the nearest point
    float farthest = 0; ///< map distance to the last point with a share
};

/// Of the `count` nearest points on the map: ((R - d) / (R d))^2 with R the distance to the next
/// one beyond, so that no point comes or goes with a jump (Franke and Little's form of Shepard's
/// weights). Empty for an empty map or a place that is not finite.
NeighbourWeights weightsAt(const GridIndex& index, MapPoint place, std::size_t count);

/// The mixture of the rows with these shares.
std::vector<float> mixture(PointsView points, const NeighbourWeights& weights);

/// What distances to the 8th nearest neighbour are usual in a set: 201 quantiles, every half
/// percent.
class DistanceQuantiles {
  public:
    static constexpr int kNeighbour = 8;
    static constexpr std::size_t kQuantiles = 201;
    static constexpr std::size_t kSample = 1000;

    DistanceQuantiles() = default;
    /// Leave-one-out, of at most kSample evenly picked points, each against all. Fewer than nine
    /// points: the farthest there is. One point: everything else is unusual.
    static DistanceQuantiles of(PointsView points, int threads);
    static DistanceQuantiles of(const GridIndex& index, std::span<const MapPoint> places);
    /// From quantiles() of before: kQuantiles ascending numbers, or nothing.
    static std::optional<DistanceQuantiles> restore(std::vector<float> quantiles);

    /// Share of the set's own distances below this one, in percent [0, 100]; never falls with the
    /// distance.
    double percentile(float distance) const;
    const std::vector<float>& quantiles() const { return m_quantiles; }

  private:
    static DistanceQuantiles ofDistances(std::vector<float> distances);
    std::vector<float> m_quantiles;
};

} // namespace canto::projection
