// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/placement.h"

#include "core/projection/kernels.h"
#include "core/projection/umap_start.h"

#include <algorithm>

namespace canto::projection {

namespace {
constexpr std::size_t kPlacementPushers = 1024;
} // namespace

Placement::Placement(std::span<const MapPoint> positions, UmapCurve curve,
                     const UmapOptions& options, float meanDistance)
    : m_curve(curve), m_negatives(options.negatives), m_meanDistance(meanDistance) {
    // Every n-th point along the Morton curve: dense regions give many points, sparse ones few.
    const auto order = mortonOrder(positions);
    const std::size_t picked =
        std::min(kPlacementPushers, positions.size()) / kMostLanes * kMostLanes;
    for (std::size_t i = 0; i < picked; ++i) {
        const MapPoint p = positions[order[i * positions.size() / picked]];
        m_pusherX.push_back(p.x);
        m_pusherY.push_back(p.y);
    }
}

std::size_t Placement::neighboursWanted(const UmapOptions& options, std::size_t count) {
    return std::min(static_cast<std::size_t>(options.neighbours) - 1, count);
}

MapPoint Placement::place(std::span<const std::uint32_t> index, std::span<const float> distance,
                          std::span<const MapPoint> positions) const {
    if (distance.front() == 0) {
        return positions[index.front()];
    }
    const std::size_t k = index.size();
    const auto target = static_cast<float>(std::log2(static_cast<double>(k) + 1));
    const LocalScale scale = localScale(distance, target, m_meanDistance);
    float mean = 0;
    for (const float d : distance) {
        mean += d / static_cast<float>(k);
    }
    // Membership as in the layout, but unbounded close to a neighbour.
    const std::size_t padded = (k + kMostLanes - 1) / kMostLanes * kMostLanes;
    std::vector<float> weight(padded, 0.0f), xs(padded, 0.0f), ys(padded, 0.0f);
    double x = 0, y = 0, sum = 0, members = 0;
    for (std::size_t j = 0; j < k; ++j) {
        const double membership = scale.membership(distance[j]);
        const double ratio = static_cast<double>(mean) / static_cast<double>(distance[j]);
        const double w = std::min(membership * ratio * ratio, 1e12);
        weight[j] = static_cast<float>(w);
        xs[j] = positions[index[j]].x;
        ys[j] = positions[index[j]].y;
        x += w * static_cast<double>(xs[j]);
        y += w * static_cast<double>(ys[j]);
        sum += w;
        members += membership;
    }
    MapPoint at{static_cast<float>(x / sum), static_cast<float>(y / sum)};
    if (m_pusherX.empty()) {
        return at;
    }
    const float push = static_cast<float>(m_negatives) * static_cast<float>(members) /
                       static_cast<float>(m_pusherX.size());
    return kernels().settle({at, m_curve, xs.data(), ys.data(), weight.data(), padded,
                             m_pusherX.data(), m_pusherY.data(), m_pusherX.size(), push});
}

} // namespace canto::projection
