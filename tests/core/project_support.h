// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Point sets that the tests of projections share, made from integers or seeds alone.

#include "core/base/random.h"
#include "core/projection/points.h"

namespace canto::test {

/// 60 points in 5 dimensions without ties, exact in any language:
/// ((7919 i + 31 (d + 1) i^2 + 104729 d^2) mod 10007) / 10007
inline projection::Points scattered() {
    projection::Points points{{}, 60, 5};
    for (int i = 0; i < 60; ++i) {
        for (int d = 0; d < 5; ++d) {
            const int value = (i * 7919 + i * i * 31 * (d + 1) + d * d * 104729) % 10007;
            points.values.push_back(static_cast<float>(value) / 10007.0f);
        }
    }
    return points;
}

/// `clusters` normal clouds of width 1 around centres of width `apart`; point i belongs to cloud
/// i mod clusters.
inline projection::Points clouds(std::size_t count, std::size_t dimensions, std::size_t clusters,
                                 double apart, std::uint64_t seed) {
    Random random(seed);
    std::vector<double> centres(clusters * dimensions);
    for (double& c : centres) {
        c = apart * random.normal();
    }
    projection::Points points{{}, count, dimensions};
    for (std::size_t i = 0; i < count; ++i) {
        for (std::size_t d = 0; d < dimensions; ++d) {
            const double value = centres[i % clusters * dimensions + d] + random.normal();
            points.values.push_back(static_cast<float>(value));
        }
    }
    return points;
}

} // namespace canto::test
