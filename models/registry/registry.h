// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/common/latent_model.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace canto::models::train {
class Trainable;
}

namespace canto::models {

/// What `canto train` was asked for.
struct TrainRequest {
    std::filesystem::path dataset; ///< prepared
    std::string preset;            ///< empty: the model's default
    nlohmann::json changes;        ///< keys of the training configuration to set ("batch" is one of
                                   ///< every model); may be null
    std::uint64_t seed = 1;        ///< of the first weights
    /// Weights to begin with, for fine-tuning: they decide the sizes (a preset, if given, must
    /// agree), the dataset decides the labels. Empty: random ones.
    std::filesystem::path initialWeights;
};

/// What a report on a space is made of. The weights are borrowed.
struct ReportRequest {
    const tensors::SafeTensors* weights = nullptr;
    std::filesystem::path dataset; ///< prepared
    std::string split = "test";
    /// To be put beside: name and weights of the same architecture.
    std::vector<std::pair<std::string, const tensors::SafeTensors*>> others;
};

/// One model: how its weights are opened, how it is trained, how it is measured.
struct Architecture {
    std::string id;    ///< in the weights' metadata, and name of its folder
    std::string space; ///< "style", as it is called on the command line
    std::vector<std::string> presets;
    Result<std::shared_ptr<LatentModel>> (*open)(const tensors::SafeTensors& weights);
    Result<std::shared_ptr<train::Trainable>> (*makeTraining)(const TrainRequest& request);
    /// Figures on a split of a prepared dataset, as JSON and (a key "table") as text for a person.
    Result<nlohmann::json> (*evaluate)(const tensors::SafeTensors& weights,
                                       const std::filesystem::path& dataset,
                                       const std::string& split, const CancelToken& cancel);
    /// Everything that is claimed of the space, as JSON.
    Result<nlohmann::json> (*report)(const ReportRequest& request, const CancelToken& cancel);
};

/// All models this program knows. A new one is a folder and a line here.
std::span<const Architecture> architectures();
/// NotFound lists those that are known.
Result<const Architecture*> findArchitecture(const std::string& id);

} // namespace canto::models
