// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"

namespace canto::projection {

/// A similarity of the plane: p -> scale * R p + shift, R orthogonal (a turn, or a turn after a
/// reflection).
struct Similarity {
    float xx = 1, xy = 0, yx = 0, yy = 1; ///< R, by rows
    float scale = 1;
    MapPoint shift;

    MapPoint operator()(MapPoint p) const {
        return {scale * (xx * p.x + xy * p.y) + shift.x, scale * (yx * p.x + yy * p.y) + shift.y};
    }
};

/// The similarity that brings `moving` nearest to `fixed` (least squares over pairs; Umeyama 1991).
/// Sizes differ or fewer than two pairs: BadShape. Points that all coincide give a pure shift.
Result<Similarity> procrustes(std::span<const MapPoint> moving, std::span<const MapPoint> fixed);

/// Moves all points by it, in place.
void align(const Similarity& similarity, std::span<MapPoint> points);

} // namespace canto::projection
