// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/muser.h"

#include "core/codec/word_features.h"
#include "models/common/rows.h"
#include "models/muser/draw_report.h"
#include "models/muser/emotion_probe.h"
#include "models/muser/evaluate.h"
#include "models/muser/net.h"
#include "models/muser/report_parts.h"
#include "models/nn/torch_edge.h"

namespace canto::models::muser {

using nlohmann::json;

namespace {

constexpr int kPairs = 200;
constexpr int kDrawn = 100; ///< of each quadrant, in the whole report
/// Numbers of candidates that a report on draws alone compares.
constexpr std::array kCandidates = {1};

json probeFigures(const std::vector<Piece>& pieces, const std::string& split,
                  EmotionProbe& byFeatures) {
    std::array<ProbeData, 3> sets;
    for (const auto& piece : pieces) {
        auto both = piece.features;
        both.insert(both.end(), piece.latent.begin(), piece.latent.end());
        sets[0].add(piece.features, piece.label, piece.group, piece.split);
        sets[1].add(piece.latent, piece.label, piece.group, piece.split);
        sets[2].add(std::move(both), piece.label, piece.group, piece.split);
    }
    auto features = studyProbe(sets[0], split);
    auto latents = studyProbe(sets[1], split);
    auto both = studyProbe(sets[2], split);
    byFeatures = features.probe;
    return {{"majority", features.figures["majority"]},
            {"features", std::move(features.figures)},
            {"latents", std::move(latents.figures)},
            {"both", std::move(both.figures)},
            {"published",
             {{"LogReg (EMOPIA paper)", {{"quadrant", .581}, {"arousal", .849}, {"valence", .651}}},
              {"LSTM-Attn (EMOPIA paper)",
               {{"quadrant", .684}, {"arousal", .882}, {"valence", .833}}}}}};
}

} // namespace

Result<json> emotionReport(const ReportRequest& request, const CancelToken& cancel) {
    CANTO_TRY(opened, openNet(*request.weights));
    CANTO_TRY(prepared, tensors::PreparedWords::open(request.dataset));
    return torchEdge([&]() -> Result<json> {
        auto& net = **opened;
        const Dataset dataset(std::move(*prepared), net.config.bars, net.config.places);
        const auto rows = reportRows(dataset, request.split, net.config.bars);
        if (rows.empty()) {
            return emptySplit("phrases", request.split, request.dataset);
        }
        json report = {{"space", "emotion"},
                       {"split", request.split},
                       {"classes", dataset.labels()},
                       {"card", request.weights->metadata()}};
        const bool quadrants = dataset.labels() == std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"};
        if (request.part == "draws") {
            if (!quadrants) {
                return fail(Error::Code::BadInput, "The labels of the dataset are not Q1 to Q4",
                            request.dataset.string());
            }
            CANTO_TRY(draws,
                      generationFigures(net, dataset, nullptr,
                                        {request.draws, {kCandidates.begin(), kCandidates.end()}},
                                        cancel));
            report["generation"] = std::move(*draws);
            return report;
        }
        CANTO_TRY(reconstruction, reconstructionOf(net, dataset, rows, 100, cancel));
        report["reconstruction"] = std::move(*reconstruction);
        for (const auto& [name, weights] : request.others) {
            CANTO_TRY(other, openNet(*weights));
            CANTO_TRY(figures, reconstructionOf(**other, dataset, rows, 20, cancel));
            report["beside"][name] = std::move(*figures);
        }
        CANTO_TRY(transfer, transferFigures(net, dataset, rows, kPairs, cancel));
        report["transfer"] = std::move(*transfer);
        if (!quadrants) {
            return report; // the rest needs them
        }
        CANTO_TRY(pieces, piecesOf(net, dataset, cancel));
        EmotionProbe probe;
        report["probe"] = probeFigures(*pieces, request.split, probe);
        report["separation"] = separationFigures(net, *pieces);
        CANTO_TRY(generation, generationFigures(net, dataset, &probe, {kDrawn, {}}, cancel));
        report["generation"] = std::move(*generation);
        return report;
    });
}

} // namespace canto::models::muser
