// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/arrange.h"

#include "models/arrange/model.h"
#include "models/arrange/net.h"
#include "models/arrange/report.h"
#include "models/arrange/training.h"
#include "models/nn/open_net.h"

namespace canto::models::arrange {

using nlohmann::json;

namespace {

/// The configuration of a new run: preset or old weights, then the requested changes.
struct Asked {
    NetConfig net;
    TrainConfig training;
    Net old{nullptr}; ///< the initial weights
};

Result<Asked> askedFor(const TrainRequest& request) {
    Asked asked;
    const auto preset =
        NetConfig::preset(request.preset.empty() ? NetConfig::presets().front() : request.preset);
    if (!preset) {
        return fail(preset.error());
    }
    asked.net = *preset;
    if (!request.initialWeights.empty()) {
        const auto file = openWeightsOf(request.initialWeights, "arrange");
        if (!file) {
            return fail(file.error());
        }
        auto old = openNet(*file);
        if (!old) {
            return fail(old.error());
        }
        asked.old = *old;
        asked.net = asked.old->config;
    }
    auto net = asked.net.toJson();
    auto training = TrainConfig().toJson();
    const auto empty = json::object();
    for (const auto& [key, value] :
         (request.changes.is_object() ? request.changes : empty).items()) {
        if (training.contains(key)) {
            training[key] = value;
        } else if (!net.contains(key) || key == "unitsBefore") {
            return fail(Error::Code::BadInput,
                        "The training configuration has no key \"" + key + "\"");
        } else if (!asked.old.is_empty()) {
            return fail(Error::Code::BadInput, "The weights decide \"" + key + "\"");
        } else {
            net[key] = value;
        }
    }
    const auto readNet = NetConfig::fromJson(net);
    const auto readTraining = TrainConfig::fromJson(training);
    if (!readNet || !readTraining) {
        return fail(readNet ? readTraining.error() : readNet.error());
    }
    asked.net = *readNet;
    asked.training = *readTraining;
    asked.net.unitsBefore = asked.net.hasTexture() && asked.training.stages.back() == '3';
    return asked;
}

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    auto asked = askedFor(request);
    if (!asked) {
        return fail(asked.error());
    }
    auto prepared = tensors::PreparedArrangements::open(request.dataset);
    if (!prepared) {
        return fail(prepared.error());
    }
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto dataset = std::make_shared<Dataset>(std::move(*prepared));
        if (dataset->rows("train").empty()) {
            return fail(Error::Code::BadInput, "The dataset has no units in the split \"train\"",
                        request.dataset.string());
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
