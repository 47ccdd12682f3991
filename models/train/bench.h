// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/trainable.h"

namespace canto::models::train {

struct StepBench {
    int steps = 20; ///< timed ones, after three to warm up
    int threads = 1;
    double progress = 1.0; ///< point of the run at which the steps are, 0 to 1
};

/// Seconds of a training step ("medianSeconds", "bestSeconds"): everything that the trainer does in
/// one, on the CPU, with the same rows each time. Changes the parameters. Throws LibTorch's
/// exceptions.
nlohmann::json benchSteps(Trainable& trainable, const std::vector<std::int64_t>& rows,
                          const StepBench& options);

} // namespace canto::models::train
