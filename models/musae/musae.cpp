// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/musae.h"

#include "models/common/rows.h"
#include "models/musae/net.h"
#include "models/musae/training.h"
#include "models/nn/open_net.h"

namespace canto::models::musae {

namespace {

/// The initial network of a training: random, or made from weights for other labels.
struct Beginning {
    NetConfig config;
    Net weights{nullptr}; ///< empty: random
};

Result<Beginning> beginningOf(const TrainRequest& request) {
    Beginning beginning;
    if (request.initialWeights.empty() || !request.preset.empty()) {
        CANTO_TRY(config, NetConfig::preset(request.preset));
        beginning.config = *config;
    }
    if (!request.initialWeights.empty()) {
        CANTO_TRY(net, openWeightsOf(request.initialWeights, "musae").and_then(&openNet));
        if (!request.preset.empty() && (beginning.config.body != (*net)->config.body ||
                                        beginning.config.prior != (*net)->config.prior)) {
            return fail(Error::Code::BadInput,
                        "These weights are not of the preset " + request.preset,
                        request.initialWeights.string());
        }
        // Expression may be learned later, if the preset has it.
        const bool expression = !request.preset.empty() && beginning.config.expression;
        beginning.config = (*net)->config;
        beginning.config.expression = beginning.config.expression || expression;
        beginning.weights = *net;
    }
    return beginning;
}

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    const auto usual = TrainConfig::preset(request.preset);
    auto beginning = beginningOf(request);
    if (!usual || !beginning) {
        return fail(usual ? beginning.error() : usual.error());
    }
    CANTO_TRY(training, changed(*usual, request.changes));
    CANTO_TRY(prepared, tensors::PreparedDataset::open(request.dataset));
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto dataset = std::make_shared<Dataset>(*prepared, beginning->config.bars);
        if (beginning->config.expression && !dataset->hasExpression()) {
            return fail(Error::Code::BadInput, "The dataset has no expression values",
                        request.dataset.string(), "Make it again with canto prepare.");
        }
        if (dataset->rows("train", Dataset::Which::All).empty()) {
            return emptySplit("phrases", "train", request.dataset);
        }
        beginning->config.labels = dataset->labels();
        beginning->config.controls = training->controlWeight > 0 ? kControls : 0;
        torch::manual_seed(request.seed);
        Net net(beginning->config);
        if (!beginning->weights.is_empty()) {
            // The critic identifies labels by number, so it starts from scratch for other labels.
            const bool same = net->config.labels == beginning->weights->config.labels;
            copyParameters(*net, *beginning->weights,
                           same ? std::vector<std::string>() : std::vector<std::string>{"critic."});
        }
        return std::make_shared<MusaeTraining>(std::move(net), *training, std::move(dataset));
    });
}

} // namespace

Architecture architecture() {
    return {"musae",       "style",        NetConfig::presets(), &openMusae,
            &makeTraining, &evaluateMusae, &styleReport};
}

} // namespace canto::models::musae
