// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/emotion/emotion_classifier.h"

#include "app/library/model_store.h"
#include "core/base/json_text.h"
#include "core/codec/word_features.h"
#include "models/datasets/prepared_words.h"

#include <cmath>

namespace canto {

using nlohmann::json;

namespace {

std::vector<double> featuresOf(const music::Song& song) {
    return codec::wordFeatures(codec::wordsOf(song).words);
}

/// Features, then the mean coordinates of consecutive phrases.
Result<std::vector<double>> numbersOf(const models::LatentModel& model, const music::Song& song,
                                      const CancelToken& cancel) {
    auto numbers = featuresOf(song);
    std::vector<models::Segment> segments;
    music::Tick next = 0;
    for (const auto& segment : model.segments(song)) {
        if (segment.start >= next) {
            segments.push_back(segment);
            next = segment.end;
        }
    }
    if (segments.empty()) {
        return fail(Error::Code::BadInput, "There are no notes to classify");
    }
    CANTO_TRY(latents, model.encode(song, segments, cancel));
    std::vector<double> mean;
    for (const auto& latent : *latents) {
        const auto place = model.coordinates(latent, std::nullopt);
        mean.resize(place.size(), 0.0);
        for (std::size_t i = 0; i < place.size(); ++i) {
            mean[i] += place[i] / static_cast<double>(latents->size());
        }
    }
    numbers.insert(numbers.end(), mean.begin(), mean.end());
    return numbers;
}

} // namespace

Result<EmotionClassifier> EmotionClassifier::open(const std::filesystem::path& path) {
    auto file = path;
    if (file.empty()) {
        CANTO_TRY(shipped, findAsset("classifiers/emotion.safetensors"));
        file = *shipped;
    }
    EmotionClassifier classifier;
    std::map<std::string, std::string> card;
    CANTO_TRY(probe, models::muser::EmotionProbe::open(file, &card));
    classifier.m_probe = std::move(*probe);
    classifier.m_accuracy = json::parse(card["accuracy"], nullptr, false);
    classifier.m_model = card["model"];
    if (classifier.m_accuracy.is_discarded()) {
        return fail(Error::Code::BadFile, "The classifier has no accuracy in its card",
                    file.string());
    }
    return classifier;
}

std::optional<EmotionClassifier> EmotionClassifier::forModel(const models::LatentModel& model) {
    auto classifier = open();
    if (!classifier || classifier->m_model != model.info().version) {
        return std::nullopt;
    }
    return std::move(*classifier);
}

std::string EmotionClassifier::accuracyText() const {
    const auto share = m_accuracy.value(json::json_pointer("/test/quadrant"), 0.0);
    return "Classifier accuracy " + std::to_string(std::lround(100 * share)) + " % on " +
           std::to_string(m_accuracy.value("tested", 0)) + " clips of unseen songs.";
}

Result<json> EmotionClassifier::learn(const models::LatentModel& model,
                                      const std::filesystem::path& dataset,
                                      const std::filesystem::path& out, const CancelToken& cancel) {
    CANTO_TRY(prepared, tensors::PreparedWords::open(dataset));
    if (prepared->classes() != std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"}) {
        return fail(Error::Code::BadInput, "The labels of the dataset are not Q1, Q2, Q3, Q4",
                    dataset.string());
    }
    models::muser::ProbeData features, both;
    for (std::size_t i = 0; i < prepared->songs().size(); ++i) {
        const int label = prepared->classOf(i);
        if (label < 0) {
            continue;
        }
        const auto music = codec::songOfWords(prepared->words(i));
        CANTO_TRY(numbers, numbersOf(model, music, cancel));
        const auto& song = prepared->songs()[i];
        features.add(featuresOf(music), label, song.artist, song.split);
        both.add(std::move(*numbers), label, song.artist, song.split);
    }
    // The data outside the test split decide whether the latents help.
    auto study = models::muser::studyProbe(features, "test");
    auto more = models::muser::studyProbe(both, "test");
    const auto score = [](const models::muser::ProbeStudy& one) {
        return one.figures["crossValidated"]["quadrant"].get<double>();
    };
    json alternatives = {{"features", score(study)}, {"featuresAndLatents", score(more)}};
    if (score(more) > score(study)) {
        study = std::move(more);
    }
    study.figures["numbers"] = study.probe.numbers();
    study.figures["crossValidatedBy"] = std::move(alternatives);
    CANTO_TRY(written,
              study.probe.write(
                  out, {{"accuracy", jsonText(study.figures)},
                        {"model", model.info().version},
                        {"title", "Classifier of the four quadrants of emotion"},
                        {"split", "by song, as given in the labels; test only to report"}}));
    return study.figures;
}

Result<std::vector<double>> EmotionClassifier::probabilities(const models::LatentModel& model,
                                                             const music::Song& song,
                                                             const CancelToken& cancel) const {
    if (model.info().version != m_model) {
        return fail(Error::Code::BadShape,
                    "The classifier was trained with other weights of the model");
    }
    if (song.notes.empty()) {
        return fail(Error::Code::BadInput, "There are no notes to classify");
    }
    if (const auto features = featuresOf(song); features.size() == m_probe.numbers()) {
        return m_probe.probabilities(features); // latents did not improve it
    }
    CANTO_TRY(numbers, numbersOf(model, song, cancel));
    if (numbers->size() != m_probe.numbers()) {
        return fail(Error::Code::BadShape, "The classifier was trained on other features");
    }
    return m_probe.probabilities(*numbers);
}

} // namespace canto
