// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/config.h"

#include "models/common/config_keys.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace canto::models::orchestra {

using nlohmann::json;

namespace {

const std::vector<std::string>& kindNames() {
    static const std::vector<std::string> names{
        "clip", "ali", "ae", "contractive", "vae", "feed-forward", "convolutional", "recurrent"};
    return names;
}
const std::vector<std::string>& featureNames() {
    static const std::vector<std::string> names{"mel", "mfcc", "chroma"};
    return names;
}
const std::vector<std::string>& splitNames() {
    static const std::vector<std::string> names{"clip", "work"};
    return names;
}

} // namespace

std::string nameOf(Kind kind) { return kindNames()[static_cast<std::size_t>(kind)]; }
std::string nameOf(FeatureKind feature) {
    return featureNames()[static_cast<std::size_t>(feature)];
}
std::string nameOf(Split split) { return splitNames()[static_cast<std::size_t>(split)]; }

int rowsOf(FeatureKind feature) {
    constexpr std::array rows{64, 13, 12};
    return rows[static_cast<std::size_t>(feature)];
}

Scale NetConfig::scale() const {
    switch (kind) {
    case Kind::Ali:
    case Kind::Variational:
        return Scale::Unit;
    case Kind::Autoencoder:
    case Kind::Contractive:
        return Scale::Signed;
    default:
        return Scale::Standard;
    }
}

int NetConfig::wide(int published) const {
    return std::max(2, static_cast<int>(std::lround(published * width)));
}

const std::vector<std::string>& NetConfig::presets() { return kindNames(); }

Result<NetConfig> NetConfig::preset(const std::string& name) {
    const auto at = std::find(kindNames().begin(), kindNames().end(), name);
    if (at == kindNames().end()) {
        return fail(Error::Code::BadInput, "There is no preset \"" + name + "\"", {},
                    "canto info --models lists them");
    }
    NetConfig config;
    config.kind = static_cast<Kind>(at - kindNames().begin());
    if (config.kind == Kind::Ali) {
        config.latent = 128;
        config.width = 0.5;
    } else if (config.kind != Kind::Clip) {
        config.latent = 40;
        config.feature = FeatureKind::Mfcc;
    }
    return config;
}

json NetConfig::toJson() const {
    return {{"kind", nameOf(kind)},   {"feature", nameOf(feature)},
            {"split", nameOf(split)}, {"latent", latent},
            {"width", width},         {"mean", mean},
            {"deviation", deviation}, {"composers", composers}};
}

Result<NetConfig> NetConfig::fromJson(const json& object) {
    NetConfig config;
    ConfigKeys keys(object);
    keys.name("kind", config.kind, kindNames());
    keys.name("feature", config.feature, featureNames());
    keys.name("split", config.split, splitNames());
    keys.number("latent", config.latent, 2, 1024);
    keys.number("width", config.width, 0.01, 4);
    keys.number("mean", config.mean, -1e6, 1e6);
    keys.number("deviation", config.deviation, 1e-6, 1e6);
    keys.check("feature", config.feature == FeatureKind::Mel ||
                              (config.kind != Kind::Ali && config.kind != Kind::Clip));
    const json* composers = keys.find("composers");
    const bool list = composers != nullptr && composers->is_array() && composers->size() <= 1000;
    keys.check("composers", list);
    for (std::size_t i = 0; list && i < composers->size(); ++i) {
        const auto& name = (*composers)[i];
        keys.check("composers", name.is_string());
        config.composers.push_back(name.is_string() ? name.get<std::string>() : "");
    }
    return keys.result(std::move(config));
}

TrainConfig TrainConfig::of(const NetConfig& net) {
    TrainConfig config;
    switch (net.kind) {
    case Kind::Clip:
        config.batch = 48;
        config.learningRate = 2e-3;
        config.lastRate = 2e-5;
        config.weightDecay = 0.02;
        config.averaging = 0.99;
        break;
    case Kind::Ali:
        config.batch = 64;
        config.learningRate = 5e-4;
        config.lastRate = 1e-4;
        config.weightDecay = 0;
        config.beta1 = 0.5;
        config.cycle = 10;
        config.averaging = 0.995;
        break;
    case Kind::Variational:
        config.weightDecay = 0;
        break;
    case Kind::FeedForward:
        config.learningRate = config.lastRate = 1e-4;
        break;
    case Kind::Convolutional:
    case Kind::Recurrent:
        config.weightDecay = 0;
        break;
    case Kind::Autoencoder:
    case Kind::Contractive:
        break;
    }
    return config;
}

json TrainConfig::toJson() const {
    return {{"batch", batch},
            {"learningRate", learningRate},
            {"lastRate", lastRate},
            {"weightDecay", weightDecay},
            {"beta1", beta1},
            {"averaging", averaging},
            {"instanceNoise", instanceNoise},
            {"ceiling", ceiling},
            {"cycle", cycle},
            {"contractive", contractive},
            {"frames", frames},
            {"contrast", contrast},
            {"temperature", temperature},
            {"smoothing", smoothing},
            {"mixing", mixing},
            {"dropout", dropout}};
}

Result<TrainConfig> TrainConfig::fromJson(const json& object) {
    TrainConfig config;
    ConfigKeys keys(object);
    keys.number("batch", config.batch, 1, 65536);
    keys.number("learningRate", config.learningRate, 0, 1);
    keys.number("lastRate", config.lastRate, 0, 1);
    keys.number("weightDecay", config.weightDecay, 0, 1);
    keys.number("beta1", config.beta1, 0, 0.9999);
    keys.number("averaging", config.averaging, 0, 0.999999);
    keys.number("instanceNoise", config.instanceNoise, 0, 10);
    keys.number("ceiling", config.ceiling, 0, 1e6);
    keys.number("cycle", config.cycle, 0, 1e6);
    keys.number("contractive", config.contractive, 0, 1e6);
    keys.number("frames", config.frames, 32, kFrames);
    keys.number("contrast", config.contrast, 0, 1000);
    keys.number("temperature", config.temperature, 0.01, 100);
    keys.number("smoothing", config.smoothing, 0, 0.9);
    keys.number("mixing", config.mixing, 0, 10);
    keys.number("dropout", config.dropout, 0, 0.9);
    return keys.result(config);
}

} // namespace canto::models::orchestra
