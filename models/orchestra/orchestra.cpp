// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/orchestra.h"

#include "models/nn/open_net.h"
#include "models/orchestra/clips.h"
#include "models/orchestra/net.h"
#include "models/orchestra/report.h"
#include "models/orchestra/training.h"

#include <algorithm>

namespace canto::models::orchestra {

using nlohmann::json;

namespace {

/// Compares the approximate size in bytes of a network of this configuration with the file: sizes
/// in a file are only trusted if its tensors confirm them.
Result<void> checkSizes(const NetConfig& config, const tensors::SafeTensors& weights) {
    double numbers = 0;
    for (const auto& tensor : weights.tensors()) {
        numbers += static_cast<double>(tensor.count());
    }
    const double rows = rowsOf(config.feature) * kFrames;
    double least = config.latent;
    switch (config.kind) {
    case Kind::Ali:
        least = 25.0 * config.wide(512) * config.wide(256) * 0.3;
        break;
    case Kind::Autoencoder:
    case Kind::Contractive:
    case Kind::Variational:
        least = 2 * rows * config.wide(1024);
        break;
    case Kind::FeedForward:
        least = rows * config.wide(1024);
        break;
    case Kind::Clip:
        least = 9.0 * config.wide(96) * config.wide(128) + 8.0 * config.wide(128) * config.latent;
        break;
    default:
        break;
    }
    if (numbers < least) {
        return fail(Error::Code::BadShape,
                    "The configuration asks for a larger network than the file holds", "config");
    }
    return {};
}

bool hasCritic(const tensors::SafeTensors& weights) {
    const auto& tensors = weights.tensors();
    return std::any_of(tensors.begin(), tensors.end(),
                       [](const auto& tensor) { return tensor.name.starts_with("critic"); });
}

/// The configuration of a new run: preset or old weights, then the requested changes.
struct Asked {
    NetConfig net;
    TrainConfig training;
    Net old; ///< the initial weights; may be null
};

Result<Asked> askedFor(const TrainRequest& request) {
    Asked asked;
    CANTO_TRY(preset, NetConfig::preset(request.preset));
    asked.net = *preset;
    if (!request.initialWeights.empty()) {
        CANTO_TRY(file, openWeightsOf(request.initialWeights, "orchestra"));
        CANTO_TRY(old, openNet(*file));
        if (!request.preset.empty() && preset->kind != (*old)->config.kind) {
            return fail(Error::Code::BadInput,
                        "These weights are not of the preset " + request.preset,
                        request.initialWeights.string());
        }
        if ((*old)->config.kind == Kind::Ali && !hasCritic(*file)) {
            return fail(Error::Code::BadInput,
                        "These weights are for use only: their critic was left out",
                        request.initialWeights.string());
        }
        asked.net = (*old)->config;
        asked.old = *old;
    }
    asked.training = TrainConfig::of(asked.net);
    const auto netKey = [&](const std::string& key) {
        const bool size = key == "latent" || key == "width" || key == "feature";
        return key == "split" || (size && !asked.old) ? NetKey::Free
               : size                                 ? NetKey::Decided
                                                      : NetKey::None;
    };
    CANTO_CHECK(changeConfigs(request.changes, asked.training, asked.net, netKey));
    return asked;
}

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    CANTO_TRY(asked, askedFor(request));
    CANTO_TRY(prepared, tensors::PreparedClips::open(request.dataset));
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto clips = std::make_shared<Clips>(*prepared);
        const auto rows = clips->rows(asked->net.split, Clips::Side::Train);
        if (rows.empty()) {
            return fail(Error::Code::BadInput, "The dataset has no clips to train on",
                        request.dataset.string());
        }
        if (asked->old) {
            if (asked->old->config.composers != clips->composers()) {
                return fail(Error::Code::BadInput, "These weights are for other composers",
                            request.initialWeights.string());
            }
        } else {
            clips->describe(asked->net, rows);
        }
        torch::manual_seed(request.seed);
        auto net = makeNet(asked->net);
        if (asked->old) {
            copyWeights(*net, *asked->old);
        }
        return std::make_shared<OrchestraTraining>(std::move(net), asked->training,
                                                   std::move(clips));
    });
}

Result<std::shared_ptr<LatentModel>> open(const tensors::SafeTensors& weights) {
    CANTO_TRY(model, OrchestraModel::open(weights));
    return std::shared_ptr<LatentModel>(std::move(*model));
}

} // namespace

Result<Net> openNet(const tensors::SafeTensors& weights) {
    CANTO_TRY(config, NetConfig::fromJson(json::parse(weights.metadata("config"), nullptr, false)));
    CANTO_CHECK(checkSizes(*config, weights));
    return torchEdge([&]() -> Result<Net> {
        auto net = makeNet(*config);
        // Shipped weights lack what only training needs; those parameters keep their initial
        // values.
        const std::vector<std::string> without = config->kind == Kind::Ali && !hasCritic(weights)
                                                     ? std::vector<std::string>{"critic"}
                                                     : std::vector<std::string>{};
        CANTO_CHECK(loadWeights(*net, weights, without));
        net->eval();
        return net;
    });
}

Architecture architecture() {
    Architecture all{"orchestra",   "orchestra",        NetConfig::presets(), &open,
                     &makeTraining, &evaluateOrchestra, &orchestraReport};
    all.trainingOnly = {"criticX", "criticZ", "criticBoth"}; // of ALI, which opens without them
    return all;
}

} // namespace canto::models::orchestra
