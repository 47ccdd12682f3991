// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/quality.h"

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/projection/grid_index.h"
#include "core/projection/kernels.h"

#include <algorithm>
#include <numeric>

namespace canto::projection {

namespace {

/// `wanted` of `count` rows without repetition, ascending.
std::vector<std::uint32_t> sample(std::size_t count, std::size_t wanted, std::uint64_t seed) {
    std::vector<std::uint32_t> rows(count);
    std::iota(rows.begin(), rows.end(), 0u);
    Random random(seed);
    for (std::size_t i = 0; i < wanted; ++i) {
        std::swap(rows[i], rows[i + random.below(count - i)]);
    }
    rows.resize(wanted);
    std::sort(rows.begin(), rows.end());
    return rows;
}

struct Evaluated {
    std::uint64_t beyond = 0; ///< sum of (rank - k) of false neighbours
    std::uint64_t kept = 0;   ///< true neighbours on the map
};

/// @param squares  (N) square distances from the query in the latent space.
Evaluated evaluate(std::uint32_t query, const std::vector<float>& squares,
                   const std::vector<std::uint32_t>& onMap,
                   std::vector<std::pair<float, std::uint32_t>>& order) {
    // Ranks by (distance, index) without the query: how many points come before each map neighbour.
    order.clear();
    for (const std::uint32_t row : onMap) {
        order.emplace_back(squares[row], row);
    }
    std::sort(order.begin(), order.end());
    std::vector<std::uint64_t> between(order.size() + 1, 0);
    const float farthest = order.back().first;
    for (std::uint32_t row = 0; row < squares.size(); ++row) {
        if (squares[row] <= farthest && row != query) {
            const auto at =
                std::upper_bound(order.begin(), order.end(), std::pair(squares[row], row));
            ++between[static_cast<std::size_t>(at - order.begin())];
        }
    }
    Evaluated evaluated;
    std::uint64_t before = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        before += between[i];
        const std::uint64_t rank = before + 1; // between[i] includes neighbour i - 1 itself
        if (rank > order.size()) {
            evaluated.beyond += rank - order.size();
        } else {
            ++evaluated.kept;
        }
    }
    return evaluated;
}

} // namespace

Result<MapQuality> mapQuality(PointsView points, std::span<const MapPoint> positions,
                              const QualityOptions& options, const CancelToken& cancel) {
    CANTO_CHECK(checkPoints(points));
    if (positions.size() != points.count) {
        return fail(Error::Code::BadShape, std::to_string(positions.size()) + " places for " +
                                               std::to_string(points.count) + " latents");
    }
    if (points.count < 3 || options.k < 1) {
        return fail(Error::Code::BadInput, "A map of fewer than three points cannot be evaluated");
    }
    const std::size_t n = points.count;
    const std::size_t k = std::min(static_cast<std::size_t>(options.k), (n - 1) / 2);
    const auto queries =
        sample(n, std::min(n, std::max<std::size_t>(options.maxQueries, 1)), options.seed);
    const GridIndex index(positions);
    if (index.size() != n) {
        return fail(Error::Code::BadInput, "A place on the map is not a number");
    }

    // queries that are compared with some rows while these are in the cache
    constexpr std::size_t kTogether = 16;
    constexpr std::size_t kRows = 32;
    std::vector<Evaluated> parts((queries.size() + kTogether - 1) / kTogether);
    parallelFor(
        queries.size(), kTogether, options.threads, [&](std::size_t begin, std::size_t end) {
            std::vector<std::vector<float>> squares(end - begin, std::vector<float>(n));
            for (std::size_t row = 0; row < n && !cancel.cancelled(); row += kRows) {
                for (std::size_t q = begin; q < end; ++q) {
                    kernels().squaredDistances(points.row(queries[q]).data(),
                                               points.row(row).data(), std::min(kRows, n - row),
                                               points.dimensions, &squares[q - begin][row]);
                }
            }
            std::vector<std::pair<float, std::uint32_t>> order;
            std::vector<std::uint32_t> onMap;
            for (std::size_t q = begin; q < end && !cancel.cancelled(); ++q) {
                onMap.clear();
                for (const auto& found : index.nearestK(positions[queries[q]], k + 1)) {
                    if (found.index != queries[q] && onMap.size() < k) {
                        onMap.push_back(found.index);
                    }
                }
                const Evaluated evaluated = evaluate(queries[q], squares[q - begin], onMap, order);
                parts[begin / kTogether].beyond += evaluated.beyond;
                parts[begin / kTogether].kept += evaluated.kept;
            }
        });
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Evaluation of the map cancelled");
    }
    Evaluated whole;
    for (const Evaluated& part : parts) {
        whole.beyond += part.beyond;
        whole.kept += part.kept;
    }
    const double evaluatedPairs = static_cast<double>(queries.size()) * static_cast<double>(k);
    const double worst = 2.0 * static_cast<double>(n) - 3.0 * static_cast<double>(k) - 1.0;
    MapQuality quality;
    quality.trustworthiness = 1 - 2 * static_cast<double>(whole.beyond) / (evaluatedPairs * worst);
    quality.recall = static_cast<double>(whole.kept) / evaluatedPairs;
    quality.k = static_cast<int>(k);
    quality.queries = queries.size();
    return quality;
}

} // namespace canto::projection
