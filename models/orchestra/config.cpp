// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace canto::models::orchestra {

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
    std::vector<Presets<NetConfig>::Preset> all;
    for (const auto& kindName : kindNames()) {
        NetConfig config{.kind = static_cast<Kind>(all.size())};
        if (config.kind == Kind::Ali) {
            config.latent = 128;
            config.width = 0.5;
        } else if (config.kind != Kind::Clip) {
            config.latent = 40;
            config.feature = FeatureKind::Mfcc;
        }
        all.push_back({kindName, config});
    }
    return Presets<NetConfig>(std::move(all)).find(name);
}

void NetConfig::visit(ConfigFields& fields) {
    fields.name("kind", kind, kindNames());
    fields.name("feature", feature, featureNames());
    fields.name("split", split, splitNames());
    fields.number("latent", latent, 2, 1024);
    fields.number("width", width, 0.01, 4);
    fields.number("mean", mean, -1e6, 1e6);
    fields.number("deviation", deviation, 1e-6, 1e6);
    fields.check("feature",
                 feature == FeatureKind::Mel || (kind != Kind::Ali && kind != Kind::Clip));
    fields.texts("composers", composers, 1000);
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

void TrainConfig::visit(ConfigFields& fields) {
    fields.number("batch", batch, 1, 65536);
    fields.number("learningRate", learningRate, 0, 1);
    fields.number("lastRate", lastRate, 0, 1);
    fields.number("weightDecay", weightDecay, 0, 1);
    fields.number("beta1", beta1, 0, 0.9999);
    fields.number("averaging", averaging, 0, 0.999999);
    fields.number("instanceNoise", instanceNoise, 0, 10);
    fields.number("ceiling", ceiling, 0, 1e6);
    fields.number("cycle", cycle, 0, 1e6);
    fields.number("contractive", contractive, 0, 1e6);
    fields.number("frames", frames, 32, kFrames);
    fields.number("contrast", contrast, 0, 1000);
    fields.number("temperature", temperature, 0.01, 100);
    fields.number("smoothing", smoothing, 0, 0.9);
    fields.number("mixing", mixing, 0, 10);
    fields.number("dropout", dropout, 0, 0.9);
    fields.number("statistics", statistics, 0, 1);
    fields.number("statisticsBeta", statisticsBeta, 0.01, 100);
    fields.number("equaliser", equaliser, 0, 40);
    fields.number("room", room, 0, 1);
    fields.flag("acrossSounds", acrossSounds);
}

} // namespace canto::models::orchestra
