// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/knn_scan.h"

#include "core/base/parallel.h"
#include "core/projection/kernels.h"

#include <algorithm>

namespace canto::projection {

Neighbours scanNeighbours(PointsView queries, PointsView points, std::size_t k, int threads,
                          const CancelToken& cancel) {
    Neighbours found{queries.count, k, {}, {}};
    found.index.resize(queries.count * k);
    found.distance.resize(queries.count * k);
    // Number of queries that are compared with some rows while these are in the cache.
    constexpr std::size_t kTogether = 8;
    constexpr std::size_t kRows = 32;
    parallelFor(queries.count, kTogether, threads, [&](std::size_t begin, std::size_t end) {
        using Ranked = std::pair<float, std::uint32_t>;
        std::vector<std::vector<Ranked>> best(end - begin); // heaps, the farthest on top
        float squares[kRows];
        for (std::size_t first = 0; first < points.count && !cancel.cancelled(); first += kRows) {
            const std::size_t rows = std::min(kRows, points.count - first);
            for (std::size_t query = begin; query < end; ++query) {
                kernels().squaredDistances(queries.row(query).data(), points.row(first).data(),
                                           rows, points.dimensions, squares);
                auto& heap = best[query - begin];
                for (std::size_t i = 0; i < rows; ++i) {
                    if (heap.size() == k) {
                        if (squares[i] >= heap.front().first) {
                            continue;
                        }
                        std::pop_heap(heap.begin(), heap.end());
                        heap.pop_back();
                    }
                    heap.emplace_back(squares[i], static_cast<std::uint32_t>(first + i));
                    std::push_heap(heap.begin(), heap.end());
                }
            }
        }
        for (std::size_t query = begin; query < end && !cancel.cancelled(); ++query) {
            auto& heap = best[query - begin];
            std::sort_heap(heap.begin(), heap.end());
            for (std::size_t i = 0; i < k; ++i) {
                found.index[query * k + i] = heap[i].second;
                found.distance[query * k + i] = std::sqrt(heap[i].first);
            }
        }
    });
    return found;
}

} // namespace canto::projection
