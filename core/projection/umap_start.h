// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/fuzzy_graph.h"
#include "core/projection/points.h"
#include "core/projection/umap.h"

namespace canto::projection {

/// The initial layout, its largest coordinate 10, without two points at the same position. Errors:
/// those of Pca::fit.
Result<std::vector<MapPoint>> umapStart(PointsView points, const FuzzyGraph& graph,
                                        const UmapOptions& options);

/// Rows in the order of their Morton codes: points that are near on the map are near in memory.
std::vector<std::uint32_t> mortonOrder(std::span<const MapPoint> places);

/// The graph with row origin[i] as its point i; rows sorted.
FuzzyGraph renumbered(const FuzzyGraph& graph, std::span<const std::uint32_t> origin);

} // namespace canto::projection
