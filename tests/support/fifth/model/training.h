// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/datasets/prepared_dataset.h"
#include "models/registry/registry.h"
#include "models/train/trainable.h"
#include "tests/support/fifth/model/net.h"

namespace canto::models::fifth {

/// Phrases of a prepared dataset as the network reads them.
struct Phrases {
    explicit Phrases(const tensors::PreparedDataset& prepared);
    std::vector<std::int64_t> rows(const std::string& split) const;

    torch::Tensor features;          ///< (N, F)
    torch::Tensor labels;            ///< (N) int64, -1 for none
    std::vector<std::string> splits; ///< of each row
};

/// Mean squared error of the reconstructed features of some rows, for each of them: (rows).
torch::Tensor errorsOf(NetImpl& net, const torch::Tensor& features);

/// Keys of the training configuration: "batch", "learningRate".
Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request);

} // namespace canto::models::fifth
