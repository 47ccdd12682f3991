// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/fuzzy_graph.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <limits>

namespace canto::projection {

namespace {
/// Lower bound of a width as a share of the mean distance (umap-learn: MIN_K_DIST_SCALE).
constexpr double kLeastWidth = 1e-3;
} // namespace

float LocalScale::membership(float distance) const {
    return distance <= nearest ? 1.0f : std::exp(-(distance - nearest) / width);
}

LocalScale localScale(std::span<const float> distances, float target, float meanOfAll) {
    LocalScale scale;
    double mean = 0;
    for (const float distance : distances) {
        if (scale.nearest == 0) {
            scale.nearest = distance;
        }
        mean += distance;
    }
    // umap-learn includes the point itself, at distance 0, in this mean.
    mean /= static_cast<double>(distances.size() + 1);
    double low = 0, high = std::numeric_limits<double>::infinity(), width = 1;
    for (int step = 0; step < 64; ++step) {
        double sum = 0;
        for (const float distance : distances) {
            const double beyond = static_cast<double>(distance) - scale.nearest;
            sum += beyond > 0 ? std::exp(-beyond / width) : 1.0;
        }
        if (std::abs(sum - target) < 1e-5) {
            break;
        }
        if (sum > target) {
            high = width;
            width = (low + high) / 2;
        } else {
            low = width;
            width = high == std::numeric_limits<double>::infinity() ? width * 2 : (low + high) / 2;
        }
    }
    const double floor = kLeastWidth * (scale.nearest > 0 ? mean : static_cast<double>(meanOfAll));
    scale.width = static_cast<float>(std::max({width, floor, 1e-30}));
    return scale;
}

float meanDistance(const Neighbours& neighbours) {
    double sum = 0;
    for (const float distance : neighbours.distance) {
        sum += distance;
    }
    return static_cast<float>(sum / static_cast<double>(neighbours.queries * (neighbours.k + 1)));
}

FuzzyGraph fuzzyGraph(const Neighbours& neighbours, int threads) {
    const std::size_t n = neighbours.queries;
    const std::size_t k = neighbours.k;
    const float mean = meanDistance(neighbours);
    const float target = static_cast<float>(std::log2(static_cast<double>(k) + 1));
    std::vector<float> seen(n * k);
    parallelFor(n, 1024, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const LocalScale scale = localScale(neighbours.distanceOf(i), target, mean);
            for (std::size_t j = 0; j < k; ++j) {
                seen[i * k + j] = scale.membership(neighbours.distance[i * k + j]);
            }
        }
    });

    // Incoming edges: counting sort of the same edges by their target.
    std::vector<std::uint32_t> inStart(n + 1, 0);
    for (const std::uint32_t to : neighbours.index) {
        ++inStart[to + 1];
    }
    for (std::size_t i = 0; i < n; ++i) {
        inStart[i + 1] += inStart[i];
    }
    using Edge = std::pair<std::uint32_t, float>;
    std::vector<Edge> in(n * k);
    auto next = inStart;
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < k; ++j) {
            in[next[neighbours.index[i * k + j]]++] = {static_cast<std::uint32_t>(i),
                                                       seen[i * k + j]};
        }
    }

    FuzzyGraph graph;
    graph.start.assign(n + 1, 0);
    // The same traversal twice: first to count the rows, then to write them.
    const auto rowOf = [&](std::size_t i, std::vector<Edge>& row) {
        row.assign(in.begin() + inStart[i], in.begin() + inStart[i + 1]);
        for (std::size_t j = 0; j < k; ++j) {
            row.emplace_back(neighbours.index[i * k + j], seen[i * k + j]);
        }
        std::sort(row.begin(), row.end());
        std::size_t kept = 0;
        for (std::size_t e = 0; e < row.size(); ++e) {
            if (kept > 0 && row[kept - 1].first == row[e].first) {
                float& weight = row[kept - 1].second;
                weight = weight + row[e].second - weight * row[e].second;
            } else {
                row[kept++] = row[e];
            }
        }
        row.resize(kept);
    };
    parallelFor(n, 1024, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<Edge> row;
        for (std::size_t i = begin; i < end; ++i) {
            rowOf(i, row);
            graph.start[i + 1] = static_cast<std::uint32_t>(row.size());
        }
    });
    for (std::size_t i = 0; i < n; ++i) {
        graph.start[i + 1] += graph.start[i];
    }
    graph.to.resize(graph.start[n]);
    graph.weight.resize(graph.start[n]);
    parallelFor(n, 1024, threads, [&](std::size_t begin, std::size_t end) {
        std::vector<Edge> row;
        for (std::size_t i = begin; i < end; ++i) {
            rowOf(i, row);
            for (std::size_t e = 0; e < row.size(); ++e) {
                graph.to[graph.start[i] + e] = row[e].first;
                graph.weight[graph.start[i] + e] = row[e].second;
            }
        }
    });
    return graph;
}

} // namespace canto::projection
