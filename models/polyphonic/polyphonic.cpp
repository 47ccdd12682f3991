// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/polyphonic.h"

#include "models/common/rows.h"
#include "models/nn/open_net.h"
#include "models/polyphonic/calibration.h"
#include "models/polyphonic/report.h"
#include "models/polyphonic/report_parts.h"
#include "models/polyphonic/track_patterns.h"
#include "models/polyphonic/training.h"

#include <cstdio>

namespace canto::models::polyphonic {

namespace {

/// The share of training phrases in which each track plays.
torch::Tensor playShares(const Dataset& dataset) {
    constexpr std::size_t kEnough = 4096;
    const auto rows = atMost(dataset.rows("train", Dataset::Which::All), kEnough);
    auto shares = torch::zeros({kVoices});
    for (const auto row : rows) {
        std::array<float, kVoices> plays{};
        for (const auto& note : dataset.phrase(row).notes) {
            plays[note.track] = 1;
        }
        for (int track = 0; track < kVoices; ++track) {
            shares[track] += plays[static_cast<std::size_t>(track)];
        }
    }
    return shares / static_cast<double>(std::max<std::size_t>(rows.size(), 1));
}

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    const auto usual = TrainConfig::preset(request.preset);
    auto config = NetConfig::preset(request.preset);
    if (!usual || !config) {
        return fail(usual ? config.error() : usual.error());
    }
    TrainConfig settings = *usual;
    Net beginning{nullptr};
    if (!request.initialWeights.empty()) {
        CANTO_TRY(net, openWeightsOf(request.initialWeights, "polyphonic").and_then(&openNet));
        beginning = *net;
        *config = beginning->config;
    }
    const bool given = !beginning.is_empty();
    CANTO_CHECK(changeConfigs(request.changes, settings, *config, [&](const std::string& key) {
        const auto known = config->toJson();
        return !known.contains(key) || key == "labels" ? NetKey::None
               : given                                 ? NetKey::Decided
                                                       : NetKey::Free;
    }));
    CANTO_TRY(prepared, tensors::PreparedPolyphonic::open(request.dataset));
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        auto dataset = std::make_shared<Dataset>(std::move(*prepared));
        if (dataset->rows("train", Dataset::Which::All).empty()) {
            return emptySplit("phrases", "train", request.dataset);
        }
        config->labels = dataset->labels();
        torch::manual_seed(request.seed);
        Net net(*config);
        if (given) {
            copyWeights(*net, *beginning);
        } else {
            torch::NoGradGuard off;
            net->plays.copy_(playShares(*dataset));
        }
        return std::make_shared<PolyphonicTraining>(std::move(net), settings, std::move(dataset));
    });
}

nlohmann::json cellJson(const CellCounts& counts, float threshold) {
    const auto at = counts.nearest(threshold);
    return {{"f1", counts.f1(at)},
            {"recall", counts.recall(at)},
            {"precision", counts.precision(at)},
            {"threshold", CellCounts::kTried[at]},
            {"notes", counts.real}};
}

nlohmann::json scoresJson(const PhraseScores& scores, const torch::Tensor& thresholds) {
    const auto ratio = [](auto part, auto whole) {
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    };
    nlohmann::json tracks;
    for (std::size_t track = 0; track < kVoices; ++track) {
        tracks[std::string(codec::kVoiceNames[track])] = cellJson(
            scores.onsets[track], thresholds[static_cast<std::int64_t>(track)].item<float>());
    }
    return {{"f1", scores.f1(thresholds)},
            {"recall", scores.recall(thresholds)},
            {"precision", scores.precision(thresholds)},
            {"tracks", tracks},
            {"sustain", cellJson(scores.sustains, thresholds[kVoices].item<float>())},
            {"velocityError", ratio(scores.velocityError, scores.notes)},
            {"offset", ratio(scores.offsetsRight, scores.offsets)},
            {"program", ratio(scores.programsRight, scores.programs)},
            {"label", ratio(scores.labelsRight, scores.labels)},
            {"controls",
             {{"notes", scores.correlation(0)},
              {"register", scores.correlation(1)},
              {"loudness", scores.correlation(2)}}},
            {"phrases", scores.phrases}};
}

} // namespace

Result<nlohmann::json> evaluatePolyphonic(const tensors::SafeTensors& weights,
                                          const std::filesystem::path& dataset,
                                          const std::string& split, const CancelToken& cancel) {
    CANTO_TRY(net, openNet(weights));
    CANTO_TRY(prepared, tensors::PreparedPolyphonic::open(dataset));
    return torchEdge([&]() -> Result<nlohmann::json> {
        const Dataset data(std::move(*prepared));
        nlohmann::json figures;
        std::string table = "windows       F1   recall precision velocity  label\n";
        for (const auto which : {Dataset::Which::All, Dataset::Which::Strict}) {
            const auto rows = data.rows(split, which);
            const bool all = which == Dataset::Which::All;
            if (rows.empty()) {
                if (all) {
                    return emptySplit("phrases", split, dataset);
                }
                continue;
            }
            constexpr std::size_t kEnough = 4800;
            CANTO_TRY(scores, scorePhrases(**net, data, atMost(rows, kEnough),
                                           [&] { return cancel.cancelled(); }));
            const char* name = all ? "all" : "strict";
            figures[name] = scoresJson(*scores, (*net)->thresholds);
            char line[160];
            std::snprintf(line, sizeof line, "%-10s %6.3f %8.3f %9.3f %8.1f %6.3f\n", name,
                          figures[name]["f1"].get<double>(), figures[name]["recall"].get<double>(),
                          figures[name]["precision"].get<double>(),
                          figures[name]["velocityError"].get<double>(),
                          figures[name]["label"].get<double>());
            table += line;
        }
        figures["table"] = table;
        if (!data.rows("valid", Dataset::Which::All).empty()) {
            figures["card"][ScoreCalibration::kKey] = calibrationFor(**net, data).toCard();
        }
        if (const auto patterns = TrackPatterns::of(data); patterns.any()) {
            figures["card"][TrackPatterns::kKey] = patterns.toCard();
        }
        return figures;
    });
}

Architecture architecture() {
    return {"polyphonic",     "style",       NetConfig::presets(),
            &openPolyphonic,  &makeTraining, &evaluatePolyphonic,
            &polyphonicReport};
}

} // namespace canto::models::polyphonic
