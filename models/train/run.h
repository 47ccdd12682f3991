// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Starts a training run, for `canto train` and the window. No LibTorch here.

#include "core/base/result.h"
#include "models/train/observer.h"
#include "models/train/run_control.h"
#include "models/train/run_settings.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::models::train {

/// All settings of a run. They are written to run.json in the folder of the run, from where `canto
/// train --resume DIR` reads them. Additionally run.json has "datasetChecksum" (XXH64 of the bytes
/// of the dataset) and, once the run has ended, "result" (how it ended and which file has its
/// weights).
struct RunRequest : RunSettings {
    std::string architecture = "musae"; ///< registry id
    std::filesystem::path dataset;      ///< prepared
    std::filesystem::path out;          ///< folder of the run, created if needed
    std::string preset;                 ///< empty: the model's default, or that of initialWeights
    nlohmann::json changes = nlohmann::json::object(); ///< keys of the training configuration
    int batch = 0;                                     ///< per process; 0: the model's
    std::string device = "auto"; ///< "cpu", "cuda:0" ... (device.h); auto: CUDA where there is one
    std::filesystem::path initialWeights; ///< for fine-tuning; empty: from random weights

    nlohmann::json toJson() const;
    /// BadInput names a key that is missing or of a wrong type; unknown keys are ignored.
    static Result<RunRequest> fromJson(const nlohmann::json& json);
};

/// The request that a folder was started with. NotFound, BadFile.
Result<RunRequest> readRequest(const std::filesystem::path& folder);

enum class Start {
    Fresh,  ///< BadInput when `out` already holds a run
    Resume, ///< from the newest complete checkpoint; from the beginning if there is none yet.
            ///< BadInput if the dataset is not the one that the run was started with.
    ResumeWithOtherData, ///< the same although the dataset has changed: scores start again
};

/// BadInput if the folder contains a run already: for callers that write there before the run
/// starts.
Result<void> checkNoRun(const std::filesystem::path& folder);

/// Trains to the end. In torchrun's environment (ranks.h) it is one of several processes, of which
/// the first writes; `out` must then be a folder that all can read. Leaves in `out`: run.json,
/// config.json, metrics.jsonl, checkpoint-<step>.safetensors, last.safetensors and, if the data
/// have validation songs, best.safetensors (these open as models; TrainResult::weights is the one
/// to use) and, if requested, epoch-<n>.safetensors. Errors: those of the dataset and the weights;
/// BadInput (device, keys, frozen); Model (a loss is not finite: names the step; the last
/// checkpoint is valid); NoMemory; Io. Thread: works on the calling thread, which then has the
/// chosen number of intra-op threads. The inference of the window may continue in another.
Result<TrainResult> runTraining(const RunRequest& request, Start start, const RunControl& control,
                                const Observer& observer);

} // namespace canto::models::train
