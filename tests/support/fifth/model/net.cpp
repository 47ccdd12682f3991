// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fifth/model/net.h"

#include "models/nn/open_net.h"

namespace canto::models::fifth {

namespace {

/// Counts become numbers of about one.
constexpr float kPitchScale = 0.25F;
constexpr float kOnsetScale = 0.5F;

std::vector<NamedShape> expectedOf(const NetConfig& config) {
    return {{"means", {static_cast<std::int64_t>(config.classes.size()), kLatent}}};
}

} // namespace

nlohmann::json NetConfig::toJson() const {
    return {{"labelColumn", labelColumn}, {"classes", classes}};
}

Result<NetConfig> NetConfig::fromJson(const nlohmann::json& json) {
    try {
        NetConfig config{json.at("labelColumn").get<std::string>(),
                         json.at("classes").get<std::vector<std::string>>()};
        if (!config.classes.empty()) {
            return config;
        }
    } catch (const nlohmann::json::exception&) {
        // said below
    }
    return fail(Error::Code::BadInput, "The configuration names no classes");
}

NetImpl::NetImpl(const NetConfig& sizes)
    : config(sizes),
      pitchEncoder(register_module("pitchEncoder", torch::nn::Linear(kPitchClasses, kHalf))),
      rhythmEncoder(
          register_module("rhythmEncoder", torch::nn::Linear(codec::kPhraseSteps, kHalf))),
      pitchDecoder(register_module("pitchDecoder", torch::nn::Linear(kHalf, kPitchClasses))),
      rhythmDecoder(
          register_module("rhythmDecoder", torch::nn::Linear(kHalf, codec::kPhraseSteps))),
      means(register_parameter(
          "means", torch::randn({static_cast<std::int64_t>(sizes.classes.size()), kLatent}))) {}

torch::Tensor NetImpl::encode(const torch::Tensor& features) {
    return torch::cat({pitchEncoder(features.narrow(1, 0, kPitchClasses)),
                       rhythmEncoder(features.narrow(1, kPitchClasses, codec::kPhraseSteps))},
                      1);
}

torch::Tensor NetImpl::decode(const torch::Tensor& z) {
    return torch::cat(
        {pitchDecoder(z.narrow(1, 0, kHalf)), rhythmDecoder(z.narrow(1, kHalf, kHalf))}, 1);
}

Result<Net> openNet(const tensors::SafeTensors& weights) {
    return openNetAs<Net, NetConfig>(weights, &expectedOf);
}

std::vector<float> featuresOf(std::span<const codec::Token> tokens) {
    std::vector<float> features(kFeatures, 0.0F);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i] >= codec::kPitches) {
            continue;
        }
        const auto step = i % codec::kPhraseSteps;
        features[kPitchClasses + step] += kOnsetScale;
        if (i >= static_cast<std::size_t>(codec::kPhraseSteps)) { // the first track is drums
            features[tokens[i] % kPitchClasses] += kPitchScale;
        }
    }
    return features;
}

} // namespace canto::models::fifth
