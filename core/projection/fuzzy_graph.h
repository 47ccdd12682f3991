// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/neighbours.h"

namespace canto::projection {

/// Local scale of one point: membership(d) = exp(-max(0, d - nearest) / width), with widths chosen
/// so that every point has the same sum of memberships.
struct LocalScale {
    float nearest = 0; ///< distance to the nearest neighbour that is not a duplicate
    float width = 1;

    float membership(float distance) const;
};

/// @param distances  to the neighbours, nearest first, without the point itself.
/// @param target     sum of memberships to reach: log2(neighbours), the point itself included.
/// @param meanOfAll  mean distance to neighbours over the whole set: a floor for duplicates.
LocalScale localScale(std::span<const float> distances, float target, float meanOfAll);

/// The symmetric graph of a UMAP: the fuzzy union a + b - a b of the memberships in both
/// directions. Rows are sorted. Source: McInnes et al., UMAP, section 3.1; widths as umap-learn's
/// smooth_knn_dist.
struct FuzzyGraph {
    std::vector<std::uint32_t> start; ///< (N + 1) offsets into to and weight
    std::vector<std::uint32_t> to;
    std::vector<float> weight; ///< (0, 1]

    std::size_t count() const { return start.empty() ? 0 : start.size() - 1; }
};

FuzzyGraph fuzzyGraph(const Neighbours& neighbours, int threads);

/// The mean of all distances, for localScale().
float meanDistance(const Neighbours& neighbours);

} // namespace canto::projection
