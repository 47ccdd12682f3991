// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/orchestra/composer_prediction.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace canto {

using nlohmann::json;

std::optional<HeldOutAccuracy> heldOutAccuracy(const models::ModelInfo& info) {
    const auto text = info.card.find("metrics");
    if (text == info.card.end()) {
        return std::nullopt;
    }
    // A card comes from a file: an unexpected value is ignored.
    const auto metrics = json::parse(text->second, nullptr, false);
    if (!metrics.is_object() || !metrics.contains("rows") || !metrics["rows"].is_array()) {
        return std::nullopt;
    }
    const auto number = [](const json& object, const char* key) {
        return object.contains(key) && object[key].is_number() ? object[key].get<double>() : 0.0;
    };
    for (const auto& row : metrics["rows"]) {
        const bool ours = row.is_object() && row.contains("method") &&
                          row["method"] == "own classes" && row.contains("test") &&
                          row["test"].is_object() && row["test"].contains("accuracy");
        if (!ours) {
            continue;
        }
        const auto& test = row["test"];
        HeldOutAccuracy held;
        held.accuracy = number(test, "accuracy");
        held.low = number(test, "low");
        held.high = number(test, "high");
        held.clips = static_cast<int>(number(test, "clips"));
        held.works = static_cast<int>(number(test, "works"));
        held.largestClass = number(metrics, "largestClass");
        held.split = row.contains("split") && row["split"].is_string()
                         ? row["split"].get<std::string>()
                         : std::string();
        return held;
    }
    return std::nullopt;
}

std::optional<ComposerPrediction> predictionOn(const models::LatentModel& model,
                                               std::span<const models::Latent> latents) {
    const auto& classes = model.info().classes;
    if (classes.empty() || latents.empty()) {
        return std::nullopt;
    }
    ComposerPrediction prediction;
    prediction.shares.assign(classes.size(), 0.0);
    for (const auto& z : latents) {
        const auto scores = model.classScores(z);
        if (scores.size() != classes.size()) {
            return std::nullopt;
        }
        for (std::size_t i = 0; i < scores.size(); ++i) {
            prediction.shares[i] += scores[i] / static_cast<double>(latents.size());
        }
    }
    const auto best = std::max_element(prediction.shares.begin(), prediction.shares.end());
    prediction.share = *best;
    prediction.composer = classes[static_cast<std::size_t>(best - prediction.shares.begin())];
    return prediction;
}

} // namespace canto
