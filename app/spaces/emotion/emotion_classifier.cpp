// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/emotion/emotion_classifier.h"

#include "app/library/model_store.h"
#include "core/base/json_text.h"
#include "core/midi/smf_reader.h"
#include "models/datasets/prepared_words.h"

#include <cmath>

namespace canto {

using nlohmann::json;

Result<EmotionClassifier> EmotionClassifier::open(const std::filesystem::path& path) {
    auto file = path;
    if (file.empty()) {
        CANTO_TRY(shipped, findAsset("classifiers/emotion.safetensors"));
        file = *shipped;
    }
    EmotionClassifier classifier;
    std::map<std::string, std::string> card;
    CANTO_TRY(learned, models::muser::PerformanceClassifier::open(file, &card));
    classifier.m_classifier = std::move(*learned);
    classifier.m_accuracy = json::parse(card["accuracy"], nullptr, false);
    if (classifier.m_accuracy.is_discarded()) {
        return fail(Error::Code::BadFile, "The classifier has no accuracy in its card",
                    file.string());
    }
    return classifier;
}

std::optional<EmotionClassifier> EmotionClassifier::forModel(const models::LatentModel& model) {
    if (model.info().classes != std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"}) {
        return std::nullopt;
    }
    auto classifier = open();
    return classifier ? std::optional(std::move(*classifier)) : std::nullopt;
}

std::string EmotionClassifier::accuracyText() const {
    const auto share = m_accuracy.value(json::json_pointer("/crossValidated/quadrant"), 0.0);
    return "Classifier accuracy " + std::to_string(std::lround(100 * share)) + " % on " +
           std::to_string(m_accuracy.value("clips", 0)) + " clips of unseen songs.";
}

Result<json> EmotionClassifier::learn(const std::filesystem::path& dataset,
                                      const std::filesystem::path& midi,
                                      const std::filesystem::path& out, const CancelToken& cancel) {
    CANTO_TRY(prepared, tensors::PreparedWords::open(dataset));
    if (prepared->classes() != std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"}) {
        return fail(Error::Code::BadInput, "The labels of the dataset are not Q1, Q2, Q3, Q4",
                    dataset.string());
    }
    std::vector<models::muser::MoodClip> clips;
    for (std::size_t i = 0; i < prepared->songs().size(); ++i) {
        if (prepared->classOf(i) < 0) {
            continue;
        }
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto& song = prepared->songs()[i];
        CANTO_TRY(file, midi::readSmfFile(midi / song.path));
        clips.push_back(
            {std::move(file->song.notes), prepared->classOf(i), song.artist, song.split});
    }
    CANTO_TRY(study, models::muser::studyPerformance(clips, "test", cancel));
    CANTO_TRY(written,
              study->classifier.write(
                  out, {{"accuracy", jsonText(study->figures)},
                        {"title", "Classifier of the four quadrants of emotion"},
                        {"licence", "CC-BY-NC-SA-4.0"},
                        {"split", "by song, as given in the labels; test only to report"}}));
    return std::move(study->figures);
}

Result<models::muser::MoodPrediction> EmotionClassifier::predict(const music::Song& song) const {
    return m_classifier.predict(song.notes);
}

} // namespace canto
