// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"

namespace canto::projection {

/// A similarity transform of the map: p -> scale * R p + shift, R orthogonal (a rotation, or a
/// rotation after a reflection).
struct Similarity {
    float xx = 1, xy = 0, yx = 0, yy = 1; ///< R, by rows
    float scale = 1;
    MapPoint shift;

    MapPoint operator()(MapPoint p) const {
        return {scale * (xx * p.x + xy * p.y) + shift.x, scale * (yx * p.x + yy * p.y) + shift.y};
    }
};

/// The similarity that brings `moving` closest to `fixed` (least squares over pairs; Umeyama 1991).
/// Sizes differ or fewer than two pairs: BadShape. If all points coincide it is a pure shift.
Result<Similarity> procrustes(std::span<const MapPoint> moving, std::span<const MapPoint> fixed);

/// Applies it to all points, in place.
void align(const Similarity& similarity, std::span<MapPoint> points);

} // namespace canto::projection
