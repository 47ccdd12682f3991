// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/neighbours.h"

namespace canto::projection {

/// Neighbours of each point among the others by comparing all pairs, each pair once: blocks of
/// points that lie near each other are multiplied in registers and only those products that can
/// belong to a nearest k leave them; pairs of blocks too far apart, and tiles whose leading
/// dimensions already tell, are left out without changing the result.
/// k < N. The points are finite. Errors: Cancelled.
Result<Neighbours> exactNeighbours(PointsView points, std::size_t k, int threads,
                                   const CancelToken& cancel);

} // namespace canto::projection
