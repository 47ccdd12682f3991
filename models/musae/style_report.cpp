// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/base/json_text.h"

#include "models/musae/musae.h"
#include "models/musae/net.h"
#include "models/musae/report_parts.h"
#include "models/nn/torch_edge.h"

namespace canto::models::musae {

using nlohmann::json;

namespace {

constexpr int kMuseGanBars = 2000;
constexpr int kPairs = 200;
constexpr int kSweptPhrases = 20;
constexpr int kFilledPhrases = 200;
constexpr std::size_t kPlanePhrases = 1500;

/// The first two dimensions of some phrases, in the prior's units, with their labels.
json planePart(NetImpl& net, const Dataset& dataset, const std::string& split) {
    const auto rows = someRows(dataset, split, Dataset::Which::All, kPlanePhrases);
    const auto z = net.toZ(encodeRows(net, dataset, rows));
    const auto labels = dataset.labelOf(rowTensor(rows));
    json points = json::array();
    for (std::int64_t i = 0; i < z.size(0); ++i) {
        points.push_back(
            {z[i][0].item<float>(), z[i][1].item<float>(), labels[i].item<std::int64_t>()});
    }
    return points;
}

/// The figures of other weights that the comparison table needs.
json briefly(const json& figures) {
    json brief = {{"weights", figures["weights"]}, {"windows", json::object()}};
    for (const auto& [name, part] : figures["windows"].items()) {
        brief["windows"][name] = {{"model", {{"mean", part["model"]["mean"]}}},
                                  {"momentDistance", part["momentDistance"]}};
        if (part.contains("label")) {
            brief["windows"][name]["label"] = part["label"];
        }
    }
    return brief;
}

} // namespace

Result<json> styleReport(const ReportRequest& request, const CancelToken& cancel) {
    auto figures = evaluateMusae(*request.weights, request.dataset, request.split, cancel);
    if (!figures) {
        return figures;
    }
    json report = {{"space", "style"},
                   {"split", request.split},
                   {"dataset", request.dataset.filename().string()},
                   {"steps", request.weights->metadata("steps")},
                   {"training", request.weights->metadata("training")},
                   {"reconstruction", *figures},
                   {"others", json::object()}};
    for (const auto& [name, weights] : request.others) {
        const auto other = evaluateMusae(*weights, request.dataset, request.split, cancel);
        if (!other) {
            return other;
        }
        report["others"][name] = briefly(*other);
        report["others"][name]["steps"] = weights->metadata("steps");
    }
    auto net = openNet(*request.weights);
    const auto prepared = tensors::PreparedDataset::open(request.dataset);
    if (!net || !prepared) {
        return fail(net ? prepared.error() : net.error());
    }
    return torchEdge([&]() -> Result<json> {
        torch::AutoGradMode off(false);
        const Dataset dataset(*prepared, (*net)->config.bars);
        report["net"] = jsonText((*net)->config.toJson());
        report["musegan"] = museGanPart(**net, dataset, request.split, kMuseGanBars);
        report["interpolation"] = interpolationPart(**net, dataset, request.split, kPairs, cancel);
        report["sweeps"] = sweepPart(**net, dataset, request.split, kSweptPhrases, cancel);
        report["fill"] = fillPart(**net, dataset, request.split, kFilledPhrases, cancel);
        report.update(genreParts(**net, dataset, request.split, cancel));
        report["plane"] = planePart(**net, dataset, request.split);
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        return report;
    });
}

} // namespace canto::models::musae
