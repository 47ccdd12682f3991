// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/neighbours.h"

#include "core/projection/knn_exact.h"
#include "core/projection/knn_hnsw.h"
#include "core/projection/knn_scan.h"

#include <algorithm>

namespace canto::projection {

Result<Neighbours> neighbours(PointsView points, int k, const NeighbourOptions& options,
                              const CancelToken& cancel) {
    CANTO_CHECK(checkPoints(points));
    if (k < 1) {
        return fail(Error::Code::BadInput, "At least one neighbour must be asked for");
    }
    const std::size_t wanted = std::min(static_cast<std::size_t>(k), points.count - 1);
    if (wanted == 0) {
        return Neighbours{points.count, 0, {}, {}};
    }
    return points.count <= options.exactUpTo
               ? exactNeighbours(points, wanted, options.threads, cancel)
               : hnswNeighbours(points, wanted, options.threads, cancel);
}

Result<Neighbours> neighboursOf(PointsView queries, PointsView points, int k,
                                const NeighbourOptions& options, const CancelToken& cancel) {
    for (const PointsView& set : {queries, points}) {
        CANTO_CHECK(checkPoints(set));
    }
    if (queries.dimensions != points.dimensions) {
        return fail(Error::Code::BadShape, "A latent of " + std::to_string(queries.dimensions) +
                                               " numbers among latents of " +
                                               std::to_string(points.dimensions));
    }
    if (k < 1) {
        return fail(Error::Code::BadInput, "At least one neighbour must be asked for");
    }
    const std::size_t kept = std::min(static_cast<std::size_t>(k), points.count);
    Neighbours found = scanNeighbours(queries, points, kept, options.threads, cancel);
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Search for neighbours cancelled");
    }
    return found;
}

} // namespace canto::projection
