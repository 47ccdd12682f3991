// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"
#include "core/projection/simd.h"

#include <array>
#include <cstdint>
#include <vector>

namespace canto::projection {

/// Points turned so that the leading dimensions carry most (an orthogonal turn keeps distances),
/// ordered so that each block of kBlock points is compact, and packed for the product of tiles.
/// The last block is padded with points that are near nothing.
struct KnnBlocks {
    static constexpr std::size_t kTileRows = 6;
    static constexpr std::size_t kTileColumns = 2 * simd::kLanes;
    /// A multiple of both sides of a tile for 4, 8 and 16 lanes.
    static constexpr std::size_t kBlock = 480;
    /// Where a tile may be given up: after these many dimensions.
    static constexpr std::size_t kChecks = 2;

    static KnnBlocks make(PointsView points, int threads);

    std::size_t count = 0;
    std::size_t dimensions = 0;
    std::size_t blocks = 0;
    std::array<std::size_t, kChecks> checkAt{};

    std::vector<std::uint32_t>
        original;                    ///< (blocks * kBlock) row of each place; padding: UINT32_MAX
    std::vector<float> rowPanels;    ///< panels of kTileRows points: (D, kTileRows) each
    std::vector<float> columnPanels; ///< panels of kTileColumns points: (D, kTileColumns) each
    std::vector<float> half;         ///< half of each square length
    float largestHalf = 0;           ///< of the real points
    /// Length of what follows dimension checkAt[c], for each point.
    std::array<std::vector<float>, kChecks> tail;
    std::vector<float> boxLow, boxHigh; ///< (blocks, D) bounds of each block

    /// No pair of points of these blocks is nearer than the root of this.
    float leastSquare(std::size_t a, std::size_t b) const;
};

} // namespace canto::projection
