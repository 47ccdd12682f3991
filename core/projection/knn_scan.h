// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/neighbours.h"

namespace canto::projection {

/// Exact neighbours of queries by a scan over the points, without copying or validating them: for
/// callers that have validated them. Equal dimensions, 1 <= k <= N. A cancelled call leaves rows of
/// zeros.
Neighbours scanNeighbours(PointsView queries, PointsView points, std::size_t k, int threads,
                          const CancelToken& cancel);

} // namespace canto::projection
