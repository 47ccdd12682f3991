// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"
#include "core/projection/simd.h"

#include <array>
#include <cstdint>
#include <vector>

namespace canto::projection {

/// Points rotated so that the leading dimensions have most of the variance (an orthogonal rotation
/// keeps distances), ordered so that each block of kBlock points is compact, and packed for matrix
/// products by tiles. The last block is padded with points that are far from everything.
struct KnnBlocks {
    static constexpr std::size_t kTileRows = 6;
    static constexpr std::size_t kTileColumns = 2 * simd::kLanes;
    /// A multiple of both sides of a tile for 4, 8 and 16 lanes.
    static constexpr std::size_t kBlock = 480;
    /// The computation of a tile may be abandoned after these numbers of dimensions.
    static constexpr std::size_t kChecks = 2;

    static KnnBlocks make(PointsView points, int threads);

    std::size_t count = 0;
    std::size_t dimensions = 0;
    std::size_t blocks = 0;
    std::array<std::size_t, kChecks> checkAt{};

    std::vector<std::uint32_t> original; ///< (blocks * kBlock) original row of each point; padding:
                                         ///< UINT32_MAX
    std::vector<float> rowPanels;        ///< panels of kTileRows points: (D, kTileRows) each
    std::vector<float> columnPanels;     ///< panels of kTileColumns points: (D, kTileColumns) each
    std::vector<float> half;             ///< half the squared length of each point
    float largestHalf = 0;               ///< maximum over the points without padding
    /// Length of the components after dimension checkAt[c], for each point.
    std::array<std::vector<float>, kChecks> tail;
    std::vector<float> boxLow, boxHigh; ///< (blocks, D) bounds of each block

    /// Lower bound of the squared distance of any pair of points from these blocks.
    float leastSquare(std::size_t a, std::size_t b) const;
};

} // namespace canto::projection
