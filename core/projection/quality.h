// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/points.h"

#include <cstdint>

namespace canto::projection {

/// How well a map preserves the neighbourhoods of the latent space.
struct MapQuality {
    /// 1 if every neighbour on the map is a neighbour in the latent space (Venna and Kaski 2001;
    /// the formula of scikit-learn).
    double trustworthiness = 0;
    /// Share of the k nearest latents that are among the k nearest on the map.
    double recall = 0;
    int k = 0;
    std::size_t queries = 0; ///< points that were evaluated: all, or a sample
};

struct QualityOptions {
    int k = 15;                    ///< lowered to (N - 1) / 2 where N is small
    std::size_t maxQueries = 5000; ///< above this, a random sample is evaluated, each against all
                                   ///< points
    std::uint64_t seed = 1;
    int threads = 0;
};

/// Errors: those of checkPoints, BadShape when the sizes differ, BadInput for fewer than 3 points.
Result<MapQuality> mapQuality(PointsView points, std::span<const MapPoint> positions,
                              const QualityOptions& options = {}, const CancelToken& cancel = {});

} // namespace canto::projection
