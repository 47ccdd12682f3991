#include "core/project/neighbours.h"

#include "core/base/parallel.h"
#include "core/project/knn_exact.h"
#include "core/project/knn_hnsw.h"
#include "core/project/simd.h"

#include <algorithm>

namespace canto::project {

Result<Neighbours> neighbours(PointsView points, int k, const NeighbourOptions& options,
                              const CancelToken& cancel) {
    if (auto ok = checkPoints(points); !ok) {
        return fail(ok.error());
    }
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
        if (auto ok = checkPoints(set); !ok) {
            return fail(ok.error());
        }
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
    Neighbours found{queries.count, kept, {}, {}};
    found.index.resize(queries.count * kept);
    found.distance.resize(queries.count * kept);
    // A few queries together: each point is fetched once for all of them.
    constexpr std::size_t kTogether = 8;
    parallelFor(queries.count, kTogether, options.threads, [&](std::size_t begin, std::size_t end) {
        using Ranked = std::pair<float, std::uint32_t>;
        std::vector<std::vector<Ranked>> best(end - begin); // heaps, the farthest on top
        for (std::size_t row = 0; row < points.count && !cancel.cancelled(); ++row) {
            for (std::size_t query = begin; query < end; ++query) {
                const float square = simd::squaredDistance(
                    queries.row(query).data(), points.row(row).data(), points.dimensions);
                auto& heap = best[query - begin];
                if (heap.size() == kept) {
                    if (square >= heap.front().first) {
                        continue;
                    }
                    std::pop_heap(heap.begin(), heap.end());
                    heap.pop_back();
                }
                heap.emplace_back(square, static_cast<std::uint32_t>(row));
                std::push_heap(heap.begin(), heap.end());
            }
        }
        for (std::size_t query = begin; query < end && !cancel.cancelled(); ++query) {
            auto& heap = best[query - begin];
            std::sort_heap(heap.begin(), heap.end());
            for (std::size_t i = 0; i < kept; ++i) {
                found.index[query * kept + i] = heap[i].second;
                found.distance[query * kept + i] = std::sqrt(heap[i].first);
            }
        }
    });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "The search for neighbours was stopped");
    }
    return found;
}

} // namespace canto::project
