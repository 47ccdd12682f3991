// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/musae.h"

#include "core/base/text_line.h"
#include "core/base/text_lists.h"
#include "models/common/rows.h"
#include "models/musae/net.h"
#include "models/musae/prior_check.h"
#include "models/musae/reconstruction.h"
#include "models/nn/torch_edge.h"

#include <ATen/CPUGeneratorImpl.h>
#include <cstdio>

namespace canto::models::musae {

using nlohmann::json;

namespace {

constexpr std::size_t kEnoughRows = 20000; ///< of each kind of windows

json scoresJson(const codec::TokenMetrics& metrics) {
    const auto scores = metrics.scores();
    const auto one = [](const codec::TrackScores& track) {
        return json{{"accuracy", track.accuracy},
                    {"accuracyWithoutHolds", track.accuracyWithoutHolds},
                    {"onsetAccuracy", track.onsetRecall},
                    {"onsetPrecision", track.onsetPrecision},
                    {"onsetF1", track.onsetF1},
                    {"rollCellAccuracy", track.rollCellAccuracy},
                    {"rollStepAccuracy", track.rollStepAccuracy}};
    };
    json result = {{"mean", one(scores.mean)}};
    for (std::size_t track = 0; track < kTracks; ++track) {
        result[std::string(codec::kTrackNames[track])] = one(scores.tracks[track]);
    }
    return result;
}

json noteJson(const codec::NoteMetrics& metrics) {
    const auto scores = metrics.scores();
    return {{"f1", scores.f1},
            {"precision", scores.precision},
            {"recall", scores.recall},
            {"againRecall", scores.againRecall},
            {"offGridRecall", scores.offGridRecall},
            {"velocityError", scores.velocityError},
            {"notes", scores.notes},
            {"again", scores.again},
            {"offGrid", scores.offGrid}};
}

/// Scores of a baseline that ignores the phrase.
codec::TokenMetrics baseline(const std::vector<codec::Token>& guess, const Dataset& dataset,
                             std::span<const std::int64_t> rows) {
    codec::TokenMetrics metrics;
    for (const auto row : rows) {
        metrics.add(guess, dataset.phrase(row));
    }
    return metrics;
}

std::vector<codec::Token> mostFrequent(const Dataset& dataset, Dataset::Which which) {
    codec::ClassCounts counts(dataset.bars() * kStepsPerBar);
    for (const auto row : dataset.rows("train", which)) {
        counts.add(dataset.phrase(row));
    }
    return counts.mostFrequent();
}

json labelJson(const LabelCounts& labels, const std::vector<std::string>& names) {
    json perLabel = json::object();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (labels.total[i] > 0) {
            perLabel[names[i]] = {{"accuracy", static_cast<double>(labels.right[i]) /
                                                   static_cast<double>(labels.total[i])},
                                  {"phrases", labels.total[i]}};
        }
    }
    return {{"accuracy", labels.accuracy()},
            {"meanOfLabels", labels.meanAccuracy()},
            {"chance", 1.0 / static_cast<double>(std::max<std::size_t>(names.size(), 1))},
            {"majority", labels.majority()},
            {"perLabel", perLabel}};
}

std::string listOf(const std::vector<std::string>& names) {
    return names.empty() ? "none" : joinedText(names);
}

std::string tableOf(const std::string& title, const json& part) {
    std::string text;
    appendLine(text, "%s: %d phrases", title.c_str(), part["phrases"].get<int>());
    appendLine(text, "  %-16s %9s %9s %9s %9s", "", "accuracy", "no holds", "onset", "onset F1");
    const auto row = [&](const std::string& name, const json& scores) {
        appendLine(text, "  %-16s %9.3f %9.3f %9.3f %9.3f", name.c_str(),
                   scores["accuracy"].get<double>(), scores["accuracyWithoutHolds"].get<double>(),
                   scores["onsetAccuracy"].get<double>(), scores["onsetF1"].get<double>());
    };
    for (const auto& name : codec::kTrackNames) {
        row(std::string(name), part["model"][std::string(name)]);
    }
    row("mean", part["model"]["mean"]);
    row("always hold", part["alwaysHold"]["mean"]);
    row("most frequent", part["mostFrequent"]["mean"]);
    if (part.contains("notes")) {
        const auto notes = [&](const char* name, const json& figures) {
            appendLine(text,
                       "  notes, %-20s F1 %.3f, repeated %.3f, off the grid %.3f, velocities "
                       "off by %.1f",
                       name, figures["f1"].get<double>(), figures["againRecall"].get<double>(),
                       figures["offGridRecall"].get<double>(),
                       figures["velocityError"].get<double>());
        };
        notes("model", part["notes"]["model"]);
        notes("right tokens alone", part["notes"]["rightTokensOnGrid"]);
    }
    if (!part.contains("label")) {
        return text;
    }
    const auto& label = part["label"];
    appendLine(
        text, "  label by nearest component %.3f (mean of labels %.3f; chance %.3f, majority %.3f)",
        label["accuracy"].get<double>(), label["meanOfLabels"].get<double>(),
        label["chance"].get<double>(), label["majority"].get<double>());
    for (const auto& [name, figures] : label["perLabel"].items()) {
        appendLine(text, "    %-14s %9.3f of %d", name.c_str(), figures["accuracy"].get<double>(),
                   figures["phrases"].get<int>());
    }
    return text;
}

} // namespace

Result<json> evaluateMusae(const tensors::SafeTensors& weights, const std::filesystem::path& path,
                           const std::string& split, const CancelToken& cancel) {
    CANTO_TRY(net, openNet(weights));
    CANTO_TRY(prepared, tensors::PreparedDataset::open(path));
    return torchEdge([&]() -> Result<json> {
        const Dataset dataset(*prepared, (*net)->config.bars);
        const auto& names = (*net)->config.labels;
        const bool sameLabels = dataset.labels() == names;
        json result = {{"architecture", "musae"},
                       {"weights", weights.checksum()},
                       {"dataset", path.filename().string()},
                       {"split", split},
                       {"windows", json::object()}};
        std::string table;
        for (const auto which : {Dataset::Which::Strict, Dataset::Which::All}) {
            const bool strict = which == Dataset::Which::Strict;
            const auto rows = atMost(dataset.rows(split, which), kEnoughRows);
            if (rows.empty()) {
                continue;
            }
            CANTO_TRY(figures,
                      reconstruct(**net, dataset, rows, [&] { return cancel.cancelled(); }));
            json part = {
                {"phrases", rows.size()},
                {"model", scoresJson(figures->metrics)},
                {"alwaysHold", scoresJson(baseline(codec::alwaysHold(dataset.bars() * kStepsPerBar),
                                                   dataset, rows))},
                {"mostFrequent", scoresJson(baseline(mostFrequent(dataset, which), dataset, rows))},
                {"momentDistance", figures->momentDistance}};
            if (dataset.hasExpression()) {
                part["notes"] = {{"model", noteJson(figures->notes)},
                                 {"rightTokensOnGrid", noteJson(figures->onGrid)}};
            }
            if ((*net)->config.prior == PriorKind::CircularMixture && sameLabels) {
                part["label"] = labelJson(figures->labels, names);
            }
            table += tableOf(strict ? "Strict windows (the published rule)" : "All windows", part);
            result["windows"][strict ? "strict" : "all"] = std::move(part);
        }
        if (result["windows"].empty()) {
            return emptySplit("phrases", split, path);
        }
        auto generator = at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(1));
        const auto rows = atMost(dataset.rows(split, Dataset::Which::All), 2000);
        result["prior"] = checkPrior(**net, dataset, rows, generator);
        for (const auto& [name, figures] : result["prior"].items()) {
            appendLine(table,
                       "Prior %-14s onsets a phrase %6.1f, sounding tracks %4.2f, empty %5.3f, "
                       "found again %5.3f",
                       name.c_str(), figures["onsets"].get<double>(),
                       figures["tracks"].get<double>(), figures["empty"].get<double>(),
                       figures["foundAgain"].get<double>());
        }
        if ((*net)->config.prior == PriorKind::CircularMixture && !sameLabels) {
            const std::string reason = "The labels of the dataset (" + listOf(dataset.labels()) +
                                       ") are not those of the weights (" + listOf(names) +
                                       "): figures of labels were left out";
            result["labelsLeftOut"] = reason;
            appendLine(table, "%s", reason.c_str());
        }
        result["table"] = table;
        return result;
    });
}

} // namespace canto::models::musae
