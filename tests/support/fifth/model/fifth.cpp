// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fifth/model/fifth.h"

#include "models/nn/torch_edge.h"
#include "models/nn/weights_io.h"
#include "tests/support/fifth/model/model.h"
#include "tests/support/fifth/model/training.h"

namespace canto::models::fifth {

namespace {

Result<nlohmann::json> evaluate(const tensors::SafeTensors& weights,
                                const std::filesystem::path& dataset, const std::string& split,
                                const CancelToken& cancel) {
    const auto prepared = tensors::PreparedDataset::open(dataset);
    if (!prepared) {
        return fail(prepared.error());
    }
    auto net = openNet(weights);
    if (!net) {
        return fail(net.error());
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    return torchEdge([&]() -> Result<nlohmann::json> {
        const Phrases phrases(*prepared);
        const auto rows = phrases.rows(split);
        if (rows.empty()) {
            return fail(Error::Code::BadInput, "The dataset has no phrases in the split", split);
        }
        const auto features = phrases.features.index_select(0, torch::tensor(rows, torch::kInt64));
        const double error = errorsOf(**net, features).mean().item<double>();
        const double silence = features.square().mean().item<double>();
        return nlohmann::json{{"phrases", rows.size()},
                              {"error", error},
                              {"errorOfSilence", silence},
                              {"table", "error " + std::to_string(error) + ", of silence " +
                                            std::to_string(silence) + "\n"}};
    });
}

Result<nlohmann::json> report(const ReportRequest& request, const CancelToken& cancel) {
    auto all = request.others;
    all.insert(all.begin(), {"model", request.weights});
    nlohmann::json models = nlohmann::json::array();
    for (const auto& [name, weights] : all) {
        auto figures = evaluate(*weights, request.dataset, request.split, cancel);
        if (!figures) {
            return fail(figures.error());
        }
        figures->erase("table");
        models.push_back({{"name", name}, {"figures", std::move(*figures)}});
    }
    return nlohmann::json{{"space", "fifth"}, {"split", request.split}, {"models", models}};
}

} // namespace

Architecture architecture() {
    return {"fifth", "fifth", {"small"}, &openModel, &makeTraining, &evaluate, &report};
}

Result<void> rewrite(const tensors::SafeTensors& weights, const std::filesystem::path& out) {
    const auto net = openNet(weights);
    if (!net) {
        return fail(net.error());
    }
    auto metadata = weights.metadata();
    metadata.erase("canto.checksum");
    return saveWeights(**net, out, std::move(metadata), Precision::Full);
}

} // namespace canto::models::fifth
