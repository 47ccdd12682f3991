// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/rows.h"
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

/// Phrases with a label, and the log density of each class.
struct Scored {
    std::vector<std::int64_t> rows;
    std::vector<int> labels;
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

nlohmann::json figuresAt(const Scored& cases, const Dataset& dataset, double temperature) {
    Reliability reliability, plain;
    for (std::size_t i = 0; i < cases.rows.size(); ++i) {
        // Songs without an artist stand for themselves.
        const auto& song = dataset.song(cases.rows[i]);
        const auto& group = song.artist.empty() ? song.path : song.artist;
        reliability.add(atTemperature(cases.logits[i], temperature), cases.labels[i], group);
        plain.add(atTemperature(cases.logits[i], 1.0), cases.labels[i], group);
    }
    auto figures = reliability.figures();
    figures["temperature"] = temperature;
    figures["withoutTemperature"] = plain.calibrationError();
    return figures;
}

} // namespace

double temperatureFor(NetImpl& net, const Dataset& dataset) {
    const auto valid = scored(net, dataset, "valid");
    return fitTemperature(valid.logits, valid.labels);
}

nlohmann::json classFigures(NetImpl& net, const LatentModel& model, const Dataset& dataset,
                            const std::string& split) {
    const auto test = scored(net, dataset, split);
    if (test.rows.empty()) {
        return nullptr;
    }
    const auto valid = scored(net, dataset, "valid");
    const auto songs = valid.rows.empty() ? Scored{} : bySong(valid, dataset);
    const auto& card = model.info().card;
    const auto found = card.find(kTemperatureKey);
    auto twoBars =
        figuresAt(test, dataset, temperatureFrom(found == card.end() ? "" : found->second));
    twoBars["fittedTemperature"] = fitTemperature(valid.logits, valid.labels);
    return {{"twoBars", twoBars},
            {"songs", figuresAt(bySong(test, dataset), dataset,
                                fitTemperature(songs.logits, songs.labels))}};
}

} // namespace canto::models::polyphonic
