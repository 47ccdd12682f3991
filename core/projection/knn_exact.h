// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/neighbours.h"

namespace canto::projection {

/// Neighbours of each point among the others by comparing all pairs, each pair once: blocks of
/// points that are close together are multiplied in registers, and only products that can belong to
/// one of the nearest k leave them; pairs of blocks that are too far apart, and tiles whose leading
/// dimensions already rule them out, are skipped without changing the result. k < N. The points
/// must be finite. Errors: Cancelled.
Result<Neighbours> exactNeighbours(PointsView points, std::size_t k, int threads,
                                   const CancelToken& cancel);

} // namespace canto::projection
