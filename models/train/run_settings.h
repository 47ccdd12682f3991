// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace canto::models::train {

/// Length, epochs and rates of a run.
struct RunSettings {
    std::uint64_t seed = 1;
    /// Intra-op threads; 0: the faster choice in a short timing, on resume the run's earlier
    /// choice.
    int threads = 0;

    /// Length, one of three: epochs take precedence over minutes, minutes over steps, if > 0.
    /// Schedules follow it. A run limited by minutes depends on the machine's speed and is not
    /// reproducible bit for bit.
    std::int64_t steps = 1000;
    double minutes = 0;
    int epochs = 0;
    /// An epoch ends with validation, checkpoint and weights: after this many steps if > 0, else
    /// this many minutes if > 0 and the run is not counted in epochs, else a pass through the data.
    std::int64_t epochSteps = 0;
    double epochMinutes = 2;
    /// Epochs without a better score before an early stop; 0: never. Does not apply without
    /// validation data, which the run then reports.
    int patience = 0;
    bool keepEpochs = false; ///< keep the weights of each epoch, as epoch-0001.safetensors ...
    int logEvery = 20;       ///< steps between StepReports

    std::vector<std::string> frozen; ///< beginnings of names of parameters that stay: "encoder."
    double rateFactor = 1;           ///< factor of every learning rate; 0.1 suits fine-tuning
};

} // namespace canto::models::train
