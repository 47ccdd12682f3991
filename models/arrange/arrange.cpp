// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/arrange.h"

#include "models/arrange/net.h"
#include "models/arrange/training.h"
#include "models/common/rows.h"
#include "models/nn/open_net.h"

namespace canto::models::arrange {

namespace {

/// The configuration of a new run: preset or old weights, then the requested changes.
struct Asked {
    NetConfig net;
    TrainConfig training;
    Net old{nullptr}; ///< the initial weights
};

Result<Asked> askedFor(const TrainRequest& request) {
    Asked asked;
    CANTO_TRY(preset, NetConfig::preset(request.preset));
    asked.net = *preset;
    if (!request.initialWeights.empty()) {
        CANTO_TRY(old, openWeightsOf(request.initialWeights, "arrange").and_then(&openNet));
        asked.old = *old;
        asked.net = asked.old->config;
    }
    const auto sizes = asked.net.toJson();
    const auto netKey = [&](const std::string& key) {
        return !sizes.contains(key) || key == "unitsBefore" ? NetKey::None
               : asked.old.is_empty()                       ? NetKey::Free
                                                            : NetKey::Decided;
    };
    CANTO_CHECK(changeConfigs(request.changes, asked.training, asked.net, netKey));
    asked.net.unitsBefore = asked.net.hasTexture() && asked.training.stages.back() == '3';
    return asked;
}

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    CANTO_TRY(asked, askedFor(request));
    CANTO_TRY(prepared, tensors::PreparedArrangements::open(request.dataset));
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto dataset = std::make_shared<Dataset>(std::move(*prepared));
        if (dataset->rows("train").empty()) {
            return emptySplit("units", "train", request.dataset);
        }
        torch::manual_seed(request.seed);
        Net net(asked->net);
        if (!asked->old.is_empty()) {
            copyWeights(*net, *asked->old);
        }
        return std::make_shared<ArrangeTraining>(std::move(net), asked->training,
                                                 std::move(dataset));
    });
}

} // namespace

Architecture architecture() {
    return {"arrange",     "arrangement",    NetConfig::presets(), &openModel,
            &makeTraining, &evaluateArrange, &arrangementReport};
}

} // namespace canto::models::arrange
