// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"

#include <optional>
#include <string>
#include <vector>

namespace canto {

/// How often the classes of a model were right on music that it had not heard.
struct HeldOutAccuracy {
    double accuracy = 0;
    double low = 0; ///< of nine in ten draws of works
    double high = 0;
    double largestClass = 0; ///< what always naming the most frequent composer would give
    int clips = 0;
    int works = 0;
    std::string split; ///< "work"; "clip" is leaky
};

/// The figures in a model's card (`canto evaluate --card`); nothing where it has none.
std::optional<HeldOutAccuracy> heldOutAccuracy(const models::ModelInfo& info);

struct ComposerPrediction {
    std::string composer;
    double share = 0;
    std::vector<double> shares; ///< in the order of ModelInfo::classes
};

/// Whose music a model takes clips for: the mean of the shares of each; nothing for a model without
/// classes or no latents.
std::optional<ComposerPrediction> predictionOn(const models::LatentModel& model,
                                               std::span<const models::Latent> latents);

} // namespace canto
