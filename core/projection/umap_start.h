// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/fuzzy_graph.h"
#include "core/projection/points.h"
#include "core/projection/umap.h"

namespace canto::projection {

/// The start of a layout, its largest coordinate 10, no two points in quite the same place.
/// Errors: those of Pca::fit.
Result<std::vector<MapPoint>> umapStart(PointsView points, const FuzzyGraph& graph,
                                        const UmapOptions& options);

/// Rows in the order of their Morton codes: what is near in the plane is near in memory.
std::vector<std::uint32_t> mortonOrder(std::span<const MapPoint> places);

/// The graph with row origin[i] as its point i; rows sorted.
FuzzyGraph renumbered(const FuzzyGraph& graph, std::span<const std::uint32_t> origin);

} // namespace canto::projection
