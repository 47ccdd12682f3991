// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"

#include <optional>
#include <string>
#include <vector>

namespace canto {

/// Accuracy of a model's classes on held-out music.
struct HeldOutAccuracy {
    double accuracy = 0;
    double low = 0; ///< of nine in ten draws of works
    double high = 0;
    double largestClass = 0; ///< accuracy of always predicting the most frequent composer
    int clips = 0;
    int works = 0;
    std::string split; ///< "work"; "clip" is leaky
};

/// The figures in a model's card (`canto evaluate --card`); nothing if it has none.
std::optional<HeldOutAccuracy> heldOutAccuracy(const models::ModelInfo& info);

struct ComposerPrediction {
    std::string composer;
    double share = 0;
    std::vector<double> shares; ///< in the order of ModelInfo::classes
};

/// The model's prediction for clips: the mean of their probabilities; nothing for a model without
/// classes or no latents.
std::optional<ComposerPrediction> predictionOn(const models::LatentModel& model,
                                               std::span<const models::Latent> latents);

} // namespace canto
