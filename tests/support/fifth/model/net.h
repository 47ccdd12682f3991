// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/codec/musae_codec.h"
#include "core/tensors/safetensors.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <torch/torch.h>
#include <vector>

namespace canto::models::fifth {

// Letters used in shapes: B phrases, C classes, F features, Z latent.

inline constexpr int kPitchClasses = 12;
inline constexpr int kFeatures = kPitchClasses + codec::kPhraseSteps;
inline constexpr int kHalf = 3; ///< of the latent: for pitch classes, and again for onsets
inline constexpr int kLatent = 2 * kHalf;

/// What is needed to use the weights.
struct NetConfig {
    std::string labelColumn;
    std::vector<std::string> classes; ///< at least one

    nlohmann::json toJson() const;
    /// BadInput.
    static Result<NetConfig> fromJson(const nlohmann::json& json);
};

/// A linear autoencoder in two halves, and a Gaussian of each class around its mean.
struct NetImpl : torch::nn::Module {
    explicit NetImpl(const NetConfig& sizes);

    torch::Tensor encode(const torch::Tensor& features); ///< (B, F) -> (B, Z)
    torch::Tensor decode(const torch::Tensor& z);        ///< (B, Z) -> (B, F)

    NetConfig config;
    torch::nn::Linear pitchEncoder, rhythmEncoder, pitchDecoder, rhythmDecoder;
    torch::Tensor means; ///< (C, Z)
};
TORCH_MODULE(Net);

Result<Net> openNet(const tensors::SafeTensors& weights);

/// Of a phrase: how often each pitch class begins, without drums, and how many notes begin at each
/// step; (F).
std::vector<float> featuresOf(std::span<const codec::Token> tokens);

} // namespace canto::models::fifth
