// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reports of a running training. No LibTorch here.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace canto::models::train {

/// Figures of a validation by name. "score" selects the best weights: larger is better. There is no
/// "score" if the data have no validation split.
using Measures = std::map<std::string, double>;

/// Seconds until the end, as a range based on the last steps.
struct TimeLeft {
    double least = 0;
    double most = 0;
};

/// Every TrainerOptions::logEvery steps.
struct StepReport {
    std::int64_t step = 0; ///< steps done
    int epoch = 1;         ///< number of the current epoch
    double progress = 0;   ///< of the run, 0 to 1
    double epochShare = 0; ///< of this epoch, 0 to 1
    double secondsPerStep = 0;
    std::map<std::string, double> losses; ///< means since the last report, "phase.term"
    std::optional<TimeLeft> left;         ///< after three steps
};

/// After the validation at the end of each epoch.
struct EpochReport {
    int epoch = 1;
    std::int64_t step = 0;
    Measures measures;
    bool best = false;             ///< the best so far
    std::filesystem::path weights; ///< of this epoch (the running mean, if one is kept): a file
                                   ///< that openModel reads; kept if keepEpochs is set, else it is
                                   ///< last.safetensors, which the next epoch replaces
};

struct RunEvent {
    enum class Kind {
        Started, ///< text: device, threads and why
        Paused,  ///< weights: the model as it is now
        Resumed,
        NotFinite,   ///< a loss, gradient or parameter; the run ends, the last checkpoint is valid
        OutOfMemory, ///< halfBatch: the batch size to suggest, 0 if the batch is 1; the run ends
        EarlyStop,
        Note, ///< a damaged checkpoint was skipped, and the like
    };
    Kind kind = Kind::Note;
    std::int64_t step = 0;
    std::string text; ///< for a person
    std::filesystem::path weights;
    int halfBatch = 0;
};

/// Called on the run's thread; any may be empty. Return soon: the training waits.
struct Observer {
    std::function<void(const StepReport&)> onStep;
    std::function<void(const EpochReport&)> onEpoch;
    std::function<void(const RunEvent&)> onEvent;
};

/// How a run ended.
enum class End {
    Complete,  ///< all steps or minutes
    Finished,  ///< finished on request: usable weights
    EarlyStop, ///< no better validation for the allowed number of epochs
    Cancelled, ///< a checkpoint to resume from
};
std::string nameOf(End end);

struct TrainResult {
    std::int64_t steps = 0;
    int epochs = 0;
    End end = End::Complete;
    std::optional<double> bestScore; ///< none without validation data
    Measures last;                   ///< of the last validation
    /// The file to use: best.safetensors, or without validation data last.safetensors, the weights
    /// of the last epoch. Empty if no epoch was completed.
    std::filesystem::path weights;
};

} // namespace canto::models::train
