#include "models/muser/emotion_report.h"

#include "core/codec/word_features.h"
#include "models/common/torch_edge.h"
#include "models/muser/emotion_probe.h"
#include "models/muser/evaluate.h"
#include "models/muser/net_file.h"
#include "models/muser/report_parts.h"

namespace canto::models::muser {

using nlohmann::json;

namespace {

constexpr int kPairs = 200;
constexpr int kDrawn = 100; ///< of each quadrant

struct Set {
    std::vector<std::vector<double>> features;
    std::vector<std::vector<double>> latents;
    std::vector<std::vector<double>> both;
    std::vector<int> labels;
};

Set setOf(const std::vector<Piece>& pieces, const std::string& split) {
    Set set;
    for (const auto& piece : pieces) {
        if (piece.split == split) {
            set.features.push_back(piece.features);
            set.latents.push_back(piece.latent);
            set.both.push_back(piece.features);
            set.both.back().insert(set.both.back().end(), piece.latent.begin(), piece.latent.end());
            set.labels.push_back(piece.label);
        }
    }
    return set;
}

QuadrantScores scoresOf(const EmotionProbe& probe, const std::vector<std::vector<double>>& rows,
                        const std::vector<int>& labels) {
    std::vector<int> judged;
    for (const auto& row : rows) {
        judged.push_back(probe.classOf(row));
    }
    return quadrantScores(judged, labels);
}

struct Chosen {
    EmotionProbe probe;
    json figures;
};

/// The penalty that is best on the valid split; the test split is looked at once.
Chosen chooseProbe(const std::vector<std::vector<double>>& train, const Set& labelsOfTrain,
                   const std::vector<std::vector<double>>& valid, const Set& labelsOfValid,
                   const std::vector<std::vector<double>>& test, const Set& labelsOfTest) {
    Chosen chosen;
    double best = -1;
    for (const double penalty : {30.0, 100.0, 300.0, 1000.0}) {
        const auto probe = EmotionProbe::learn(train, labelsOfTrain.labels, 4, penalty);
        const auto scores = scoresOf(probe, valid, labelsOfValid.labels);
        if (scores.quadrant > best) {
            best = scores.quadrant;
            chosen.probe = probe;
            chosen.figures = {{"penalty", penalty}, {"valid", scores.toJson()}};
        }
    }
    chosen.figures["test"] = scoresOf(chosen.probe, test, labelsOfTest.labels).toJson();
    return chosen;
}

json probeFigures(const std::vector<Piece>& pieces, const std::string& split,
                  EmotionProbe& byFeatures) {
    const auto train = setOf(pieces, "train");
    const auto valid = setOf(pieces, "valid");
    const auto test = setOf(pieces, split);
    auto features = chooseProbe(train.features, train, valid.features, valid, test.features, test);
    auto latents = chooseProbe(train.latents, train, valid.latents, valid, test.latents, test);
    auto both = chooseProbe(train.both, train, valid.both, valid, test.both, test);
    byFeatures = features.probe;
    std::array<std::size_t, 4> counts{};
    for (const int label : test.labels) {
        ++counts[static_cast<std::size_t>(label)];
    }
    const auto most = *std::max_element(counts.begin(), counts.end());
    return {{"pieces",
             {{"train", train.labels.size()},
              {"valid", valid.labels.size()},
              {split, test.labels.size()}}},
            {"features", std::move(features.figures)},
            {"latents", std::move(latents.figures)},
            {"both", std::move(both.figures)},
            {"majority", static_cast<double>(most) /
                             static_cast<double>(std::max<std::size_t>(test.labels.size(), 1))},
            {"published",
             {{"LogReg (EMOPIA paper)", {{"quadrant", .581}, {"arousal", .849}, {"valence", .651}}},
              {"LSTM-Attn (EMOPIA paper)",
               {{"quadrant", .684}, {"arousal", .882}, {"valence", .833}}}}}};
}

} // namespace

Result<json> emotionReport(const ReportRequest& request, const CancelToken& cancel) {
    auto opened = openNet(*request.weights);
    if (!opened) {
        return fail(opened.error());
    }
    auto prepared = tensorfile::PreparedWords::open(request.dataset);
    if (!prepared) {
        return fail(prepared.error());
    }
    return torchEdge([&]() -> Result<json> {
        auto& net = **opened;
        const Dataset dataset(std::move(*prepared), net.config.bars, net.config.places);
        const auto rows = reportRows(dataset, request.split, net.config.bars);
        if (rows.empty()) {
            return fail(Error::Code::BadInput,
                        "The dataset has no phrases in the split \"" + request.split + "\"",
                        request.dataset.string());
        }
        json report = {{"space", "emotion"},
                       {"split", request.split},
                       {"classes", dataset.labels()},
                       {"card", request.weights->metadata()}};
        auto reconstruction = reconstructionOf(net, dataset, rows, 100, cancel);
        if (!reconstruction) {
            return fail(reconstruction.error());
        }
        report["reconstruction"] = std::move(*reconstruction);
        auto transfer = transferFigures(net, dataset, rows, kPairs, cancel);
        if (!transfer) {
            return fail(transfer.error());
        }
        report["transfer"] = std::move(*transfer);
        if (dataset.labels() != std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"}) {
            return report; // the rest is about quadrants
        }
        const auto pieces = piecesOf(net, dataset, cancel);
        if (!pieces) {
            return fail(pieces.error());
        }
        EmotionProbe probe;
        report["probe"] = probeFigures(*pieces, request.split, probe);
        report["separation"] = separationFigures(net, *pieces);
        auto generation = generationFigures(net, dataset, probe, kDrawn, cancel);
        if (!generation) {
            return fail(generation.error());
        }
        report["generation"] = std::move(*generation);
        return report;
    });
}

} // namespace canto::models::muser
