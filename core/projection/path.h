// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"

namespace canto::projection {

enum class PathGeometry { Linear, Slerp };

/// The latent between a and b at t in [0, 1]. Slerp rotates the direction at constant speed and
/// interpolates the length linearly, which suits a Gaussian prior, where lengths concentrate near
/// sqrt(D); it falls back to Linear where the angle is undefined (a zero vector, opposite
/// directions). BadShape when the sizes differ.
Result<std::vector<float>> between(std::span<const float> a, std::span<const float> b, double t,
                                   PathGeometry geometry);

/// n points along the anchors, first and last included, evenly spaced by path length in the latent
/// space (not by distance on the screen).
/// @param anchors  at least one; repeated anchors are allowed.
/// n >= 1 (n == 1 gives the first). Errors: BadInput, BadShape.
Result<Points> evenPath(PointsView anchors, int n, PathGeometry geometry);

} // namespace canto::projection
