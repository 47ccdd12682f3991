// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The content of a MapProjection; for its own source files only.

#include "core/projection/grid_index.h"
#include "core/projection/inverse.h"
#include "core/projection/map_projection.h"
#include "core/projection/pca.h"
#include "core/projection/placement.h"

#include <optional>

namespace canto::projection {

inline tl::unexpected<Error> noMemoryForMap() {
    return fail(Error::Code::NoMemory, "There is not enough memory for the map", {},
                "Project fewer points.");
}

struct MapProjection::State {
    ProjectionOptions options;
    std::shared_ptr<const Points> points;
    std::vector<MapPoint> positions;
    GridIndex index;
    DistanceQuantiles latentQuantiles;
    DistanceQuantiles positionQuantiles;
    Pca plane; ///< Kind::Pca and Kind::Plane: two axes through the mean
    std::optional<Placement> placement;

    /// The chosen dimensions as axes, or fitted axes.
    static Result<Pca> planeOf(PointsView points, const ProjectionOptions& options);
    /// Fills in everything except options, points, positions and plane, which must be set.
    /// @param eighthDistances  the corpus' own, as state() stores them; empty: computed again.
    Result<void> complete(std::vector<float> eighthDistances);
    Result<std::vector<MapPoint>> onPlane(PointsView latents) const;
    /// A position and the distance to the kNeighbour-th point of the corpus.
    struct Placed {
        MapPoint place;
        float distance = 0;
    };
    std::vector<Placed> placed(PointsView latents, int threads) const;
    std::vector<float> inverted(MapPoint place, const NeighbourWeights& weights) const;
};

} // namespace canto::projection
