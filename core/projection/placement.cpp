// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/placement.h"

#include "core/projection/umap_force.h"
#include "core/projection/umap_start.h"

#include <algorithm>

namespace canto::projection {

namespace {
using simd::Floats;
using simd::kLanes;

constexpr std::size_t kPushers = 1024;
constexpr int kSteps = 40;
} // namespace

Placement::Placement(std::span<const MapPoint> positions, UmapCurve curve,
                     const UmapOptions& options, float meanDistance)
    : m_curve(curve), m_negatives(options.negatives), m_meanDistance(meanDistance) {
    // Every n-th point along the Morton curve: dense regions give many points, sparse ones few.
    const auto order = mortonOrder(positions);
    const std::size_t picked = std::min(kPushers, positions.size()) / kLanes * kLanes;
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
    const std::size_t padded = (k + kLanes - 1) / kLanes * kLanes;
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
    const Force force(m_curve);
    const float push = static_cast<float>(m_negatives) * static_cast<float>(members) /
                       static_cast<float>(m_pusherX.size());
    for (int step = 0; step < kSteps; ++step) {
        Floats pullX{}, pullY{}, pulls{}, pushX{}, pushY{};
        for (std::size_t j = 0; j < padded; j += kLanes) {
            const Floats dx = simd::load(xs.data() + j) - at.x;
            const Floats dy = simd::load(ys.data() + j) - at.y;
            const Floats factor =
                simd::load(weight.data() + j) * force.attraction(dx * dx + dy * dy);
            pullX += factor * dx;
            pullY += factor * dy;
            pulls += factor;
        }
        for (std::size_t p = 0; p < m_pusherX.size(); p += kLanes) {
            const Floats dx = at.x - simd::load(m_pusherX.data() + p);
            const Floats dy = at.y - simd::load(m_pusherY.data() + p);
            const Floats factor = force.repulsion(dx * dx + dy * dy);
            pushX += clippedPush(factor * dx);
            pushY += clippedPush(factor * dy);
        }
        const float twice = 2.0f * (1.0f - static_cast<float>(step) / kSteps);
        const float damping = 1.0f / (1.0f + twice * simd::sum(pulls));
        const float moveX = twice * simd::sum(pullX) + twice / 2 * push * simd::sum(pushX);
        const float moveY = twice * simd::sum(pullY) + twice / 2 * push * simd::sum(pushY);
        at = {at.x + damping * moveX, at.y + damping * moveY};
    }
    return at;
}

} // namespace canto::projection
