// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The mean, tensor by tensor, of the weights of several runs of one network. Runs that start from
// the same weights often lie in one basin of the loss, and their mean is then better than each of
// them. Source: Wortsman et al. 2022, "Model soups".

#include "core/tensors/safetensors.h"

namespace canto::tensors {

struct WeightsShare {
    std::filesystem::path path;
    double share = 1; ///< of the sum of all shares; > 0
};

/// Writes the mean of several weights with the same tensors to `out`, in the types of the first.
/// Its metadata are those of the first without its figures ("metrics", "validation"); "averaging"
/// names the weights that were averaged. Errors: BadInput (fewer than two, a share that is not
/// positive, another architecture or configuration), those of matchTensors, SafeTensors::open,
/// writeSafeTensors.
Result<void> averageWeights(std::span<const WeightsShare> weights,
                            const std::filesystem::path& out);

} // namespace canto::tensors
