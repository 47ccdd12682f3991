#pragma once

#include "core/base/cancel.h"
#include "core/project/neighbours.h"

namespace canto::project {

/// Exact neighbours of queries by a scan over the points, without copying or checking them: for
/// callers that checked once. Equal dimensions, 1 <= k <= N. A cancelled call leaves rows of zeros.
Neighbours scanNeighbours(PointsView queries, PointsView points, std::size_t k, int threads,
                          const CancelToken& cancel);

} // namespace canto::project
