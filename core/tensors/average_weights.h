// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Weights of several runs of one network as one: the mean, tensor by tensor. Runs that descend from
// the same weights often lie in one basin, and their mean is then better than each of them. Source:
// Wortsman et al. 2022, "Model soups".

#include "core/tensors/safetensors.h"

namespace canto::tensors {

struct WeightsShare {
    std::filesystem::path path;
    double share = 1; ///< of the sum of all shares; > 0
};

/// Writes to `out` the mean of weights with the same tensors, in the first one's types. Its
/// metadata are the first one's without its figures ("metrics", "validation"), and "averaging" says
/// of what it is the mean. Errors: BadInput (fewer than two, a share that is not positive, another
/// architecture or configuration), those of matchTensors, SafeTensors::open, writeSafeTensors.
Result<void> averageWeights(std::span<const WeightsShare> weights,
                            const std::filesystem::path& out);

} // namespace canto::tensors
