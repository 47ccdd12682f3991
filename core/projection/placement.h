// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/fuzzy_graph.h"
#include "core/projection/umap.h"

namespace canto::projection {

/// Adds new points to a finished UMAP layout, which does not change. Immutable; any thread.
class Placement {
  public:
    /// @param positions  of all points of the layout; only a part is copied.
    Placement(std::span<const MapPoint> positions, UmapCurve curve, const UmapOptions& options,
              float meanDistance);

    /// Number of neighbours that place() needs, for a layout of `count` points.
    static std::size_t neighboursWanted(const UmapOptions& options, std::size_t count);

    /// Starts at the weighted mean of the neighbours' positions and follows the layout's own
    /// forces: attraction by the neighbours, repulsion by an even sample of all points. A neighbour
    /// at distance 0 gives its own position; a latent close to a point of the layout gets a
    /// position close to that point's. Deterministic: equal latents get equal positions.
    /// @param index, distance  the nearest points in the latent space, nearest first.
    MapPoint place(std::span<const std::uint32_t> index, std::span<const float> distance,
                   std::span<const MapPoint> positions) const;

  private:
    UmapCurve m_curve;
    int m_negatives;
    float m_meanDistance;
    std::vector<float> m_pusherX, m_pusherY; ///< padded to a multiple of the lanes
};

} // namespace canto::projection
