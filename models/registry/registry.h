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

/// The request of `canto train`.
struct TrainRequest {
    std::filesystem::path dataset; ///< prepared
    std::string preset;            ///< empty: the model's default
    nlohmann::json changes;        ///< keys of the training configuration to set ("batch" is one of
                                   ///< every model); may be null
    std::uint64_t seed = 1;        ///< of the initial weights
    /// Initial weights, for fine-tuning: they determine the sizes (a preset, if given, must agree),
    /// the dataset determines the labels. Empty: random ones.
    std::filesystem::path initialWeights;
};

/// The input of a report on a space. The weights are borrowed.
struct ReportRequest {
    const tensors::SafeTensors* weights = nullptr;
    std::filesystem::path dataset; ///< prepared
    std::string split = "test";
    /// For comparison: name and weights of the same architecture.
    std::vector<std::pair<std::string, const tensors::SafeTensors*>> others;
    /// The same music rendered with another SoundFont, for models of sound; empty: none.
    std::filesystem::path secondDataset = {};
    /// One part alone of a report that takes long, where a model offers it ("draws" of the Emotion
    /// space, with `draws` phrases of each class); empty: all.
    std::string part = {};
    int draws = 100;
};

/// One model: how its weights are opened, how it is trained, how it is evaluated.
struct Architecture {
    std::string id;    ///< in the weights' metadata, and name of its folder
    std::string space; ///< "style", as it is called on the command line
    std::vector<std::string> presets;
    Result<std::shared_ptr<LatentModel>> (*open)(const tensors::SafeTensors& weights);
    Result<std::shared_ptr<train::Trainable>> (*makeTraining)(const TrainRequest& request);
    /// Figures on a split of a prepared dataset, as JSON and (a key "table") as text.
    Result<nlohmann::json> (*evaluate)(const tensors::SafeTensors& weights,
                                       const std::filesystem::path& dataset,
                                       const std::string& split, const CancelToken& cancel);
    /// All figures of the space that the documentation claims, as JSON.
    Result<nlohmann::json> (*report)(const ReportRequest& request, const CancelToken& cancel);
    /// Tensors that only training needs, which weights that ship leave out: beginnings of names.
    std::vector<std::string> trainingOnly = {};
};

/// All models of this program; the first is the default. A new one is a folder and a line here.
std::span<const Architecture> architectures();
/// Adds a model that is not part of the program: one of a test, or of a program that is built
/// around these libraries. Call it at the start: spans and pointers from before become invalid, and
/// no other thread may use the registry meanwhile. BadInput if the id is taken.
Result<void> addArchitecture(Architecture architecture);
/// NotFound lists the known ones.
Result<const Architecture*> findArchitecture(const std::string& id);

} // namespace canto::models
