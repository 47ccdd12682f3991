// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/inverse.h"

#include "core/projection/knn_scan.h"

#include <algorithm>

namespace canto::projection {

NeighbourWeights weightsAt(const GridIndex& index, MapPoint place, std::size_t count) {
    auto found = index.nearestK(place, count + 1);
    NeighbourWeights weights;
    if (found.empty()) {
        return weights;
    }
    weights.nearest = found.front().distance;
    // A data point was hit, or the position is so far out that distances are indistinguishable.
    if (weights.nearest == 0 || !std::isfinite(found.back().distance)) {
        weights.index = {found.front().index};
        weights.share = {1.0f};
        return weights;
    }
    // If there is no point beyond, the last keeps a weight; if all are equally far, each has the
    // same.
    const bool beyond = found.size() > count;
    double radius = found.back().distance;
    if (beyond) {
        found.pop_back();
    }
    if (!beyond || !(radius > static_cast<double>(weights.nearest))) {
        radius = 2.0 * static_cast<double>(found.back().distance);
    }
    weights.farthest = found.back().distance;
    double sum = 0;
    std::vector<double> raw;
    for (const auto& point : found) {
        const double d = point.distance;
        const double root = (radius - d) / (radius * d);
        raw.push_back(root * root);
        sum += raw.back();
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
        weights.index.push_back(found[i].index);
        weights.share.push_back(static_cast<float>(raw[i] / sum));
    }
    return weights;
}

std::vector<float> mixture(PointsView points, const NeighbourWeights& weights) {
    if (weights.index.size() == 1) {
        const auto row = points.row(weights.index.front());
        return {row.begin(), row.end()};
    }
    std::vector<float> mixed(points.dimensions, 0.0f);
    for (std::size_t i = 0; i < weights.index.size(); ++i) {
        const auto row = points.row(weights.index[i]);
        for (std::size_t d = 0; d < mixed.size(); ++d) {
            mixed[d] += weights.share[i] * row[d];
        }
    }
    return mixed;
}

DistanceQuantiles DistanceQuantiles::ofDistances(std::vector<float> distances) {
    DistanceQuantiles quantiles;
    if (distances.empty()) {
        return quantiles;
    }
    std::sort(distances.begin(), distances.end());
    for (std::size_t q = 0; q < kQuantiles; ++q) {
        const double at = static_cast<double>(q * (distances.size() - 1)) / (kQuantiles - 1);
        const auto below = static_cast<std::size_t>(at);
        const std::size_t above = std::min(below + 1, distances.size() - 1);
        const double part = at - static_cast<double>(below);
        quantiles.m_quantiles.push_back(
            static_cast<float>((1 - part) * static_cast<double>(distances[below]) +
                               part * static_cast<double>(distances[above])));
    }
    return quantiles;
}

DistanceQuantiles DistanceQuantiles::of(PointsView points, int threads) {
    if (points.count < 2) {
        return {};
    }
    const std::size_t picked = std::min(points.count, kSample);
    Points queries{{}, picked, points.dimensions};
    std::vector<std::uint32_t> rows;
    for (std::size_t i = 0; i < picked; ++i) {
        rows.push_back(static_cast<std::uint32_t>(i * points.count / picked));
        const auto row = points.row(rows.back());
        queries.values.insert(queries.values.end(), row.begin(), row.end());
    }
    const std::size_t k = std::min<std::size_t>(kNeighbour, points.count - 1);
    // One more than needed: one of the zero distances is the point itself.
    const Neighbours near = scanNeighbours(queries, points, k + 1, threads, {});
    std::vector<float> distances;
    for (std::size_t i = 0; i < picked; ++i) {
        distances.push_back(near.distanceOf(i)[k]);
    }
    return ofDistances(std::move(distances));
}

DistanceQuantiles DistanceQuantiles::of(const GridIndex& index, std::span<const MapPoint> places) {
    if (index.size() < 2) {
        return {};
    }
    const std::size_t picked = std::min(places.size(), kSample);
    std::vector<float> distances;
    for (std::size_t i = 0; i < picked; ++i) {
        const auto found = index.nearestK(places[i * places.size() / picked], kNeighbour + 1);
        if (!found.empty()) {
            distances.push_back(found.back().distance);
        }
    }
    return ofDistances(std::move(distances));
}

std::optional<DistanceQuantiles> DistanceQuantiles::restore(std::vector<float> quantiles) {
    const bool good =
        quantiles.empty() || (quantiles.size() == kQuantiles &&
                              std::all_of(quantiles.begin(), quantiles.end(),
                                          [](float q) { return std::isfinite(q) && q >= 0; }) &&
                              std::is_sorted(quantiles.begin(), quantiles.end()));
    if (!good) {
        return std::nullopt;
    }
    DistanceQuantiles restored;
    restored.m_quantiles = std::move(quantiles);
    return restored;
}

double DistanceQuantiles::percentile(float distance) const {
    if (m_quantiles.empty()) {
        return distance > 0 ? 100.0 : 0.0;
    }
    const auto above = std::lower_bound(m_quantiles.begin(), m_quantiles.end(), distance);
    if (above == m_quantiles.begin()) {
        return 0;
    }
    if (above == m_quantiles.end()) {
        return 100;
    }
    const double low = *(above - 1), high = *above;
    const double part = high > low ? (static_cast<double>(distance) - low) / (high - low) : 0.0;
    const double steps = static_cast<double>(above - m_quantiles.begin()) - 1 + part;
    return 100.0 * steps / (kQuantiles - 1);
}

} // namespace canto::projection
