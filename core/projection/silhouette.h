// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/points.h"

#include <span>

namespace canto::projection {

/// How well classes are separated: the mean over all points of (b - a) / max(a, b), where a is the
/// mean distance to the other points of the same class and b the smallest mean distance to another
/// class; [-1, 1]. Points of class -1, and classes of one point, are ignored. Quadratic in the
/// number of points. Errors: BadShape when the sizes differ; BadInput for fewer than two classes;
/// Cancelled. Source: Rousseeuw 1987, as in scikit-learn.
Result<double> silhouette(PointsView points, std::span<const int> classes,
                          const CancelToken& cancel = {});

} // namespace canto::projection
