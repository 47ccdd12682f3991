// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/report.h"

#include "models/nn/torch_edge.h"
#include "models/orchestra/net.h"
#include "models/orchestra/orchestra.h"
#include "models/orchestra/probe.h"
#include "models/orchestra/report_parts.h"
#include "models/orchestra/report_sounds.h"

#include <map>

namespace canto::models::orchestra {

using nlohmann::json;
using torch::Tensor;

namespace {

Result<Clips> openClips(const std::filesystem::path& path) {
    CANTO_TRY(prepared, tensors::PreparedClips::open(path));
    return torchEdge([&]() -> Result<Clips> {
        if (prepared->size() == 0) {
            return fail(Error::Code::BadInput, "The dataset holds no clips", path.string());
        }
        return Clips(*prepared);
    });
}

/// Composers must be the same in the same order, since predictions are numbers.
Result<void> checkComposers(const Clips& clips, const NetConfig& config) {
    if (clips.composers() != config.composers) {
        return fail(Error::Code::BadInput, "The weights know other composers than the dataset");
    }
    return {};
}

bool classifies(Kind kind) { return kind == Kind::Clip || kind >= Kind::FeedForward; }

/// The rows of the table for one network.
/// @param ownClasses  whether its composers are those of the clips: if not, its own predictions are
///                    left out.
Result<json> rowsOfNet(NetImpl& net, const std::string& name, const Sides& sides, bool ownClasses,
                       const train::Stop& stop) {
    json rows = json::array();
    const auto base = [&](const char* method) {
        const auto& config = net.config;
        return json{{"name", name},
                    {"kind", nameOf(config.kind)},
                    {"feature", nameOf(config.feature)},
                    {"split", nameOf(config.split)},
                    {"latent", config.latent},
                    {"width", config.width},
                    {"method", method}};
    };
    if (classifies(net.config.kind) && ownClasses) {
        auto row = base("own classes");
        for (const auto& side : sides.all) {
            CANTO_TRY(predictions, predictionsOf(net, *side.clips, side.rows, stop));
            row[side.name] = classified(*predictions, side);
        }
        rows.push_back(std::move(row));
    }
    if (classifies(net.config.kind) && net.config.kind != Kind::Clip) {
        return rows;
    }
    std::vector<std::pair<View, const char*>> views = {{View::Pooled, "probe"}};
    if (net.config.kind == Kind::Ali) {
        views = {{View::OneCrop, "probe, one crop"}, {View::Pooled, "probe, 26 crops pooled"}};
    }
    for (const auto& [view, method] : views) {
        std::vector<Tensor> x;
        for (const auto& side : sides.all) {
            CANTO_TRY(part, embedded(net, *side.clips, side.rows, view, stop));
            x.push_back(std::move(*part));
        }
        auto row = base(method);
        row.update(probed(x, sides));
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace

Result<json> evaluateOrchestra(const tensors::SafeTensors& weights,
                               const std::filesystem::path& dataset, const std::string&,
                               const CancelToken& cancel) {
    auto net = openNet(weights);
    const auto clips = openClips(dataset);
    if (!net || !clips) {
        return fail(net ? clips.error() : net.error());
    }
    const auto same = checkComposers(*clips, (*net)->config);
    const auto kind = (*net)->config.kind;
    if (!same && classifies(kind) && kind != Kind::Clip) {
        return fail(same.error()); // a classifier without an embedding
    }
    return torchEdge([&]() -> Result<json> {
        const Sides sides(*clips, nullptr, (*net)->config.split);
        if (!sides.usable()) {
            return fail(Error::Code::BadInput,
                        "The dataset has clips on one side of the split only", dataset.string());
        }
        CANTO_TRY(rows, rowsOfNet(**net, nameOf(kind), sides, same.has_value(),
                                  [&cancel] { return cancel.cancelled(); }));
        json figures = {{"rows", *rows}, {"largestClass", sides.largestClass()}};
        std::string table = "held-out clips, composers right (largest class " +
                            percent(sides.largestClass()) + "):\n";
        for (const auto& row : *rows) {
            table += "  " + row["kind"].get<std::string>() + " on " +
                     row["feature"].get<std::string>() + ", " + row["method"].get<std::string>() +
                     ": " + percent(row["test"]["accuracy"]) + " (training clips " +
                     percent(row["train"]["accuracy"]) + ")\n";
        }
        if (!same && classifies(kind)) {
            figures["labelsLeftOut"] = same.error().what + ": its own predictions were left out";
            table += figures["labelsLeftOut"].get<std::string>() + "\n";
        }
        figures["table"] = table;
        return figures;
    });
}

Result<json> orchestraReport(const ReportRequest& request, const CancelToken& cancel) {
    const auto stop = [&cancel] { return cancel.cancelled(); };
    CANTO_TRY(clips, openClips(request.dataset));
    Result<Clips> second = fail(Error::Code::NotFound, "none");
    if (!request.secondDataset.empty()) {
        second = openClips(request.secondDataset);
        if (!second) {
            return fail(second.error());
        }
    }
    auto all = request.others;
    all.insert(all.begin(), {"model", request.weights});
    json report = {{"space", "orchestra"},
                   {"dataset", request.dataset.filename().string()},
                   {"composers", clips->composers()},
                   {"published", publishedFigures()},
                   {"rows", json::array()},
                   {"interpolation", json::object()},
                   {"archive", json::array()},
                   {"sounds", json::array()},
                   {"splits", json::object()}};
    return torchEdge([&]() -> Result<json> {
        std::vector<const Clips*> datasets{&*clips};
        if (second && second->composers() == clips->composers()) {
            datasets.push_back(&*second);
        }
        const auto heldOut = soundSides(datasets);
        std::map<Split, Sides> sides;
        for (const auto split : {Split::Clip, Split::Work}) {
            const auto& made =
                sides.emplace(split, Sides(*clips, second ? &*second : nullptr, split))
                    .first->second;
            if (!made.usable()) {
                sides.erase(split);
                continue;
            }
            report["splits"][nameOf(split)] = made.describe();
            CANTO_TRY(rows, principalRows(made, stop));
            for (const auto& row : *rows) {
                report["rows"].push_back(row);
            }
        }
        for (const auto& [name, weights] : all) {
            CANTO_TRY(net, openNet(*weights));
            CANTO_CHECK(checkComposers(*clips, (*net)->config));
            const auto at = sides.find((*net)->config.split);
            if (at == sides.end()) {
                continue;
            }
            CANTO_TRY(rows, rowsOfNet(**net, name, at->second, true, stop));
            for (auto row : *rows) {
                row["steps"] = weights->metadata("steps");
                report["rows"].push_back(std::move(row));
            }
            if (auto* ali = dynamic_cast<AliNet*>(net->get())) {
                report["interpolation"][name] = interpolationOf(*ali, *clips, at->second);
            }
            if ((*net)->config.kind == Kind::Clip) {
                CANTO_TRY(archive, archiveCheck(**net, name, at->second, stop));
                report["archive"].push_back(*archive);
                if ((*net)->config.split == Split::Work) {
                    CANTO_TRY(sounds, soundsCheck(**net, name, heldOut, stop));
                    report["sounds"].push_back(*sounds);
                }
            }
        }
        return report;
    });
}

} // namespace canto::models::orchestra
