// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/neighbours.h"

namespace canto::projection {

/// Approximate neighbours of each point among the others by hnswlib, for sets where comparing all
/// pairs takes too long (Malkov and Yashunin: hierarchical navigable small worlds). Four graphs of
/// a quarter of the points each are built, each by one thread, and all are searched: the result is
/// the same for every number of threads. k < N. Errors: Cancelled, NoMemory.
Result<Neighbours> hnswNeighbours(PointsView points, std::size_t k, int threads,
                                  const CancelToken& cancel);

} // namespace canto::projection
