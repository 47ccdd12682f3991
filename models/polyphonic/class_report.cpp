// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/rows.h"
#include "models/nn/logistic_probe.h"
#include "models/polyphonic/calibration.h"
#include "models/polyphonic/report_parts.h"

#include <cmath>
#include <map>

namespace canto::models::polyphonic {

using torch::Tensor;

Tensor latentsOf(NetImpl& net, const std::vector<codec::GridPhrase>& phrases) {
    constexpr std::size_t kBatch = 48;
    std::vector<Tensor> parts;
    for (std::size_t begin = 0; begin < phrases.size(); begin += kBatch) {
        const auto batch =
            batchOf(std::span(phrases).subspan(begin, std::min(kBatch, phrases.size() - begin)));
        parts.push_back(net.latentOf(batch, net.encoder(batch)));
    }
    return torch::cat(parts);
}

namespace {

constexpr std::size_t kPhrases = 6000;

/// Phrases with a label, their places in the plane, and logarithms of the scores of each class: of
/// the prior's density.
struct Scored {
    std::vector<std::int64_t> rows;
    std::vector<int> labels;
    std::vector<std::array<double, kPlane>> places;
    std::vector<std::vector<double>> logits;
};

Scored scored(NetImpl& net, const Dataset& dataset, const std::string& split) {
    Scored scored;
    const auto classes = static_cast<std::size_t>(net.config.components() - 1);
    for (const auto row : atMost(dataset.rows(split, Dataset::Which::All), kPhrases)) {
        if (classes > 0 && dataset.labelOf(row) >= 0) {
            scored.rows.push_back(row);
            scored.labels.push_back(static_cast<int>(dataset.labelOf(row)));
        }
    }
    if (scored.rows.empty()) {
        return scored;
    }
    const auto z = net.toZ(latentsOf(net, dataset.phrases(scored.rows))).cpu().contiguous();
    const float* at = z.data_ptr<float>();
    for (std::size_t i = 0; i < scored.rows.size(); ++i, at += z.size(1)) {
        auto densities = net.prior.logDensities(at[0], at[1]);
        densities.resize(classes); // without "no label"
        scored.places.push_back({at[0], at[1]});
        scored.logits.push_back(std::move(densities));
    }
    return scored;
}

/// The mean logarithms of the scores of each song's phrases. In the result, `rows` are those of the
/// songs' first phrases.
Scored bySong(const Scored& phrases, const Dataset& dataset) {
    std::map<std::uint32_t, std::vector<std::size_t>> songs;
    for (std::size_t i = 0; i < phrases.rows.size(); ++i) {
        songs[dataset.songOf(phrases.rows[i])].push_back(i);
    }
    Scored result;
    for (const auto& [song, indices] : songs) {
        std::vector<double> mean(phrases.logits.front().size());
        for (const auto index : indices) {
            const auto p = softmax(phrases.logits[index]);
            for (std::size_t k = 0; k < mean.size(); ++k) {
                mean[k] += std::log(std::max(p[k], 1e-9)) / static_cast<double>(indices.size());
            }
        }
        result.rows.push_back(phrases.rows[indices.front()]);
        result.labels.push_back(phrases.labels[indices.front()]);
        result.logits.push_back(std::move(mean));
    }
    return result;
}

/// The same with calibrated scores.
Scored calibrated(Scored phrases, const ScoreCalibration& calibration) {
    for (std::size_t i = 0; i < phrases.rows.size() && calibration.any(); ++i) {
        phrases.logits[i] = calibration.logits(phrases.places[i][0], phrases.places[i][1]);
    }
    return phrases;
}

nlohmann::json figuresOf(const Scored& cases, const Dataset& dataset, double temperature) {
    Reliability reliability;
    for (std::size_t i = 0; i < cases.rows.size(); ++i) {
        // Songs without an artist stand for themselves.
        const auto& song = dataset.song(cases.rows[i]);
        reliability.add(atTemperature(cases.logits[i], temperature), cases.labels[i],
                        song.artist.empty() ? song.path : song.artist);
    }
    return reliability.figures();
}

} // namespace

ScoreCalibration calibrationFor(NetImpl& net, const Dataset& dataset) {
    Scored valid;
    {
        c10::InferenceMode inference;
        valid = scored(net, dataset, "valid");
    }
    if (valid.rows.empty()) {
        return {};
    }
    const auto count = static_cast<std::int64_t>(valid.rows.size());
    // Without the constant, which is the regression's own.
    constexpr auto kColumns = static_cast<std::int64_t>(ScoreCalibration::kFeatures) - 1;
    auto x = torch::empty({count, kColumns});
    auto labels = torch::empty({count}, torch::kInt64);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto& place = valid.places[static_cast<std::size_t>(i)];
        const auto features = ScoreCalibration::features(place[0], place[1]);
        for (std::int64_t d = 0; d < kColumns; ++d) {
            x[i][d] = features[static_cast<std::size_t>(d + 1)];
        }
        labels[i] = valid.labels[static_cast<std::size_t>(i)];
    }
    const auto classes = net.config.components() - 1;
    const LogisticProbe probe(x, labels, classes);
    const auto weights = (probe.weights / probe.scale.unsqueeze(1)).to(torch::kFloat64);
    const auto bias = (probe.bias - (probe.mean / probe.scale).matmul(probe.weights));
    std::vector<ScoreCalibration::Features> rows;
    for (int k = 0; k < classes; ++k) {
        auto& row = rows.emplace_back();
        row[0] = bias[k].item<double>();
        for (std::int64_t d = 0; d < kColumns; ++d) {
            row[static_cast<std::size_t>(d + 1)] = weights[d][k].item<double>();
        }
    }
    return ScoreCalibration(std::move(rows));
}

nlohmann::json classFigures(NetImpl& net, const LatentModel& model, const Dataset& dataset,
                            const std::string& split) {
    const auto test = scored(net, dataset, split);
    if (test.rows.empty()) {
        return nullptr;
    }
    const auto& card = model.info().card;
    const auto found = card.find(ScoreCalibration::kKey);
    const auto calibration = ScoreCalibration::fromCard(found == card.end() ? "" : found->second,
                                                        model.info().classes.size());
    const auto phrases = calibrated(test, calibration);
    auto twoBars = figuresOf(phrases, dataset, 1);
    twoBars["uncalibrated"] = figuresOf(test, dataset, 1)["calibrationError"];
    auto valid = calibrated(scored(net, dataset, "valid"), calibration);
    valid = valid.rows.empty() ? valid : bySong(valid, dataset);
    const double temperature = fitTemperature(valid.logits, valid.labels);
    auto songs = figuresOf(bySong(phrases, dataset), dataset, temperature);
    songs["uncalibrated"] = figuresOf(bySong(test, dataset), dataset, 1)["calibrationError"];
    songs["temperature"] = temperature;
    return {{"twoBars", twoBars}, {"songs", songs}};
}

} // namespace canto::models::polyphonic
