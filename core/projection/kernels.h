// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"
#include "core/projection/umap.h"

#include <cstdint>
#include <span>

namespace canto::projection {

/// Rows of the tiles that products are computed in; their columns are two vector registers.
inline constexpr std::size_t kTileRows = 6;
/// Points of a block of KnnBlocks: a multiple of both sides of a tile for 4, 8 and 16 lanes.
inline constexpr std::size_t kKnnBlock = 480;
/// The computation of a tile may be abandoned after this many prefixes of the dimensions.
inline constexpr std::size_t kKnnChecks = 2;
/// Random points that repel each point in each epoch of a layout.
inline constexpr std::size_t kLayoutPushers = 16;
/// The widest vector in floats: arrays padded to a multiple of it suit every processor.
inline constexpr std::size_t kMostLanes = 16;

/// The arrays of KnnBlocks.
struct PackedPoints {
    const float* rowPanels = nullptr;
    const float* columnPanels = nullptr;
    const float* half = nullptr;
    const float* tail[kKnnChecks] = {};
    std::size_t checkAt[kKnnChecks] = {};
    std::size_t dimensions = 0;
    float slack = 0; ///< of the early checks, for rounding
};

/// Early checks of tiles: which are used, how many were made and how many saved the rest.
struct EarlyChecks {
    bool used[kKnnChecks] = {};
    std::uint32_t tried[kKnnChecks] = {};
    std::uint32_t spared[kKnnChecks] = {};
};

/// Receives a pair of points, each counted from the start of its block.
using FoundPair = void (*)(void* search, std::size_t row, std::size_t column, float nearness);

/// One epoch of a layout; edges of point i: [start[i], start[i + 1]) of `to` and `weight`.
struct LayoutEpoch {
    const MapPoint* now = nullptr;
    MapPoint* next = nullptr;
    std::size_t count = 0;
    const std::uint32_t* start = nullptr;
    const std::uint32_t* to = nullptr;
    const float* weight = nullptr;
    const float* pull = nullptr; ///< sum of a point's weights
    UmapCurve curve;
    float pushes = 0; ///< negatives that each of the kLayoutPushers represents
    float rate = 0;
    std::uint64_t seed = 0;
};

/// A point attracted by `neighbours` points and repelled by `pushers`; both counts are multiples of
/// kMostLanes.
struct PlacedPoint {
    MapPoint at;
    UmapCurve curve;
    const float* x = nullptr;
    const float* y = nullptr;
    const float* weight = nullptr;
    std::size_t neighbours = 0;
    const float* pusherX = nullptr;
    const float* pusherY = nullptr;
    std::size_t pushers = 0;
    float push = 0; ///< weight of one pusher
};

/// The loops that take most of the time of a map, compiled for one generation of processors. Each
/// gives the same bits in every run on one machine; sums of two generations differ by rounding.
struct Kernels {
    std::size_t lanes; ///< floats of a vector register

    float (*squaredDistance)(const float* a, const float* b, std::size_t dimensions);
    /// From one point to `count` rows.
    void (*squaredDistances)(const float* from, const float* rows, std::size_t count,
                             std::size_t dimensions, float* squares);

    /// Finds the pairs within a block whose nearness is at least thresholds[row], which `found` may
    /// raise meanwhile; a point is also paired with itself.
    void (*pairsWithin)(const PackedPoints& points, std::size_t block, const float* thresholds,
                        FoundPair found, void* search);
    /// Finds the pairs of two blocks whose nearness is at least one of their two thresholds.
    void (*pairsBetween)(const PackedPoints& points, std::size_t a, std::size_t b,
                         const float* thresholdsA, const float* thresholdsB, EarlyChecks& checks,
                         FoundPair found, void* search);

    /// Writes the next positions of points [begin, end).
    void (*moveLayout)(const LayoutEpoch& epoch, std::size_t begin, std::size_t end);
    MapPoint (*settle)(const PlacedPoint& point);

    /// out (N, C) = (points (N, D) - centre (D)) times the transposed axes (C, D).
    void (*project)(const float* points, std::size_t count, const float* centre, const float* axes,
                    std::size_t components, std::size_t dimensions, float* out);
    /// sum (D, D) += transposed rows (N, D) times rows; only its lower triangle is defined.
    void (*addProducts)(const double* rows, std::size_t count, std::size_t dimensions, double* sum);
};

/// The fastest kernels that this machine can run.
const Kernels& kernels();
/// All that this machine can run, slowest first.
std::span<const Kernels* const> supportedKernels();

} // namespace canto::projection
