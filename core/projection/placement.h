// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/fuzzy_graph.h"
#include "core/projection/umap.h"

namespace canto::projection {

/// Puts new points into a finished UMAP layout that stays as it is. Immutable; any thread.
class Placement {
  public:
    /// @param positions  of all points of the layout; copied in part only.
    Placement(std::span<const MapPoint> positions, UmapCurve curve, const UmapOptions& options,
              float meanDistance);

    /// Neighbours that place() wants, of a layout of `count` points.
    static std::size_t neighboursWanted(const UmapOptions& options, std::size_t count);

    /// Starts at the weighted mean of the neighbours' places and goes down the layout's own forces:
    /// pulls by the neighbours, pushes by an even sample of all points. A neighbour at distance 0
    /// gives its own place; nearing a point of the layout brings the place near that point's.
    /// Chance has no part: a latent always gets the same place.
    /// @param index, distance  the nearest points in the latent space, nearest first.
    MapPoint place(std::span<const std::uint32_t> index, std::span<const float> distance,
                   std::span<const MapPoint> positions) const;

  private:
    UmapCurve m_curve;
    int m_negatives;
    float m_meanDistance;
    std::vector<float> m_pusherX, m_pusherY; ///< multiples of the lanes
};

} // namespace canto::projection
