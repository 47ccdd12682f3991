// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/muser.h"

#include "models/common/rows.h"
#include "models/muser/evaluate.h"
#include "models/muser/net.h"
#include "models/muser/training.h"
#include "models/nn/open_net.h"

namespace canto::models::muser {

namespace {

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    CANTO_TRY(training, changed(TrainConfig(), request.changes));
    // Of initial weights the sizes are kept, and everything that does not depend on the labels.
    Net weights{nullptr};
    NetConfig sizes;
    if (!request.initialWeights.empty()) {
        CANTO_TRY(net, openWeightsOf(request.initialWeights, "muser").and_then(&openNet));
        weights = *net;
        sizes = weights->config;
    } else {
        CANTO_TRY(preset, NetConfig::preset(request.preset));
        sizes = *preset;
    }
    CANTO_TRY(prepared, tensors::PreparedWords::open(request.dataset));
    sizes.labels = prepared->classes();
    CANTO_TRY(config, training->applied(sizes));
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto dataset =
            std::make_shared<Dataset>(std::move(*prepared), config->bars, config->places);
        if (dataset->rows("train", Dataset::Which::All).empty()) {
            return emptySplit("phrases", "train", request.dataset);
        }
        torch::manual_seed(request.seed);
        Net net(*config);
        if (!weights.is_empty()) {
            copyWeights(*net, *weights);
        }
        return std::make_shared<MuserTraining>(std::move(net), *training, std::move(dataset));
    });
}

} // namespace

Architecture architecture() {
    return {"muser",       "emotion",      NetConfig::presets(), &openMuser,
            &makeTraining, &evaluateMuser, &emotionReport};
}

} // namespace canto::models::muser
