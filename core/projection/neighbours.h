// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/points.h"

#include <cstdint>

namespace canto::projection {

/// The k nearest neighbours of each query, nearest first; equal distances by lower index.
struct Neighbours {
    std::size_t queries = 0;
    std::size_t k = 0;
    std::vector<std::uint32_t> index; ///< (queries, k) rows of the searched set
    std::vector<float> distance;      ///< (queries, k) Euclidean

    std::span<const std::uint32_t> indexOf(std::size_t query) const {
        return std::span(index).subspan(query * k, k);
    }
    std::span<const float> distanceOf(std::size_t query) const {
        return std::span(distance).subspan(query * k, k);
    }
};

struct NeighbourOptions {
    /// 0 = defaultThreads(). The result does not depend on it.
    int threads = 0;
    /// Above this many points the approximate index (HNSW) is used; below, exact search is faster.
    std::size_t exactUpTo = 200'000;
};

/// Neighbours of each point among the others (a point is not its own neighbour, its duplicates
/// are). k is lowered to N - 1. Errors: those of checkPoints, BadInput for k < 1, Cancelled.
Result<Neighbours> neighbours(PointsView points, int k, const NeighbourOptions& options = {},
                              const CancelToken& cancel = {});

/// Exact neighbours of new points among `points`; k is lowered to N. BadShape when the dimensions
/// differ. A single query is a scan over the points, without a copy of them.
Result<Neighbours> neighboursOf(PointsView queries, PointsView points, int k,
                                const NeighbourOptions& options = {},
                                const CancelToken& cancel = {});

} // namespace canto::projection
