#include "models/musae/musae.h"

#include "models/common/torch_edge.h"
#include "models/musae/evaluate.h"
#include "models/musae/model.h"
#include "models/musae/training.h"

namespace canto::models::musae {

namespace {

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    auto config = NetConfig::preset(request.preset.empty() ? "transformer" : request.preset);
    if (!config) {
        return fail(config.error());
    }
    TrainConfig training;
    if (request.changes.is_object()) {
        auto merged = training.toJson();
        for (const auto& [key, value] : request.changes.items()) {
            if (!merged.contains(key)) {
                return fail(Error::Code::BadInput,
                            "The training configuration has no key \"" + key + "\"");
            }
            merged[key] = value;
        }
        auto changed = TrainConfig::fromJson(merged);
        if (!changed) {
            return fail(changed.error());
        }
        training = *changed;
    }
    const auto prepared = tensorfile::PreparedDataset::open(request.dataset);
    if (!prepared) {
        return fail(prepared.error());
    }
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto dataset = std::make_shared<Dataset>(*prepared);
        if (dataset->rows("train", Dataset::Which::All).empty()) {
            return fail(Error::Code::BadInput, "The dataset has no phrases in the split \"train\"",
                        request.dataset.string());
        }
        config->labels = dataset->labels();
        torch::manual_seed(request.seed);
        return std::make_shared<MusaeTraining>(Net(*config), training, std::move(dataset));
    });
}

} // namespace

Architecture architecture() {
    return {"musae", {"transformer", "recurrent"}, &openMusae, &makeTraining, &evaluateMusae};
}

} // namespace canto::models::musae
