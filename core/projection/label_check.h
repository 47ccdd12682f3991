// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/neighbours.h"

namespace canto::projection {

/// A group of points (a song with its phrases) whose neighbours have another label.
struct LabelDoubt {
    std::uint32_t group = 0;
    std::uint32_t row = 0; ///< of the group: most of its neighbours have the suggested label
    int own = 0;
    int suggested = 0;   ///< label of most neighbours; the lowest of several
    double ownShare = 0; ///< of the neighbours with a label
    double suggestedShare = 0;

    double strength() const { return suggestedShare - ownShare; } ///< above 0, up to 1
};

/// Groups whose neighbours have another label more often than that of the group, the strongest
/// first (ties by group). Of each point the first `k` neighbours count that have a label and belong
/// to another group: phrases of one song would confirm each other.
/// @param neighbours  of all points among each other, nearest first.
/// @param groups      by row.
/// @param labels      by group; -1: none. Groups without a label are neither listed nor counted.
/// Errors: BadShape where sizes or indices do not fit; BadInput for k < 1. Thread: any.
Result<std::vector<LabelDoubt>> labelsToCheck(const Neighbours& neighbours, std::size_t k,
                                              std::span<const std::uint32_t> groups,
                                              std::span<const int> labels);

} // namespace canto::projection
