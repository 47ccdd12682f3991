// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/kernels.h"

#include <array>
#include <cstdint>
#include <vector>

namespace canto::projection {

/// Points rotated so that the leading dimensions have most of the variance (an orthogonal rotation
/// keeps distances), ordered so that each block of kBlock points is compact, and packed for matrix
/// products by tiles. The last block is padded with points that are far from everything.
struct KnnBlocks {
    static constexpr std::size_t kBlock = kKnnBlock;
    static constexpr std::size_t kChecks = kKnnChecks;

    static KnnBlocks make(PointsView points, int threads);

    std::size_t count = 0;
    std::size_t dimensions = 0;
    std::size_t blocks = 0;
    std::size_t tileColumns = 0; ///< of kernels()
    std::array<std::size_t, kChecks> checkAt{};

    std::vector<std::uint32_t> original; ///< (blocks * kBlock) original row of each point; padding:
                                         ///< UINT32_MAX
    std::vector<float> rowPanels;        ///< panels of kTileRows points: (D, kTileRows) each
    std::vector<float> columnPanels;     ///< panels of tileColumns points: (D, tileColumns) each
    std::vector<float> half;             ///< half the squared length of each point
    float largestHalf = 0;               ///< maximum over the points without padding
    /// Length of the components after dimension checkAt[c], for each point.
    std::array<std::vector<float>, kChecks> tail;
    std::vector<float> boxLow, boxHigh; ///< (blocks, D) bounds of each block

    /// The arrays for kernels().
    PackedPoints packed(float slack) const;
    /// Lower bound of the squared distance of any pair of points from these blocks.
    float leastSquare(std::size_t a, std::size_t b) const;
};

} // namespace canto::projection
