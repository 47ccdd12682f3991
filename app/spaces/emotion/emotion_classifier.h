// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"
#include "models/muser/performance_classifier.h"

#include <filesystem>
#include <optional>

namespace canto {

/// Predicts the emotion of any music for piano from its notes in seconds, whatever model made it.
/// Predictions are always shown with the accuracy on held-out songs. Thread: const use from any.
class EmotionClassifier {
  public:
    /// @param path  empty: the shipped one. NotFound, BadFile, BadShape.
    static Result<EmotionClassifier> open(const std::filesystem::path& path = {});

    /// The shipped one, if the model's classes are the quadrants of emotion. Looks for a file.
    static std::optional<EmotionClassifier> forModel(const models::LatentModel& model);

    /// Fits it on the labelled songs of a prepared dataset outside the split "test", tests it on
    /// that split and writes a file. Songs without notes are left out.
    /// @param midi  folder of the dataset's MIDI files: their notes as played are learned from,
    ///              the dataset gives labels, songs and splits.
    /// @return studyPerformance's figures. BadInput if the labels are not Q1 to Q4; those of
    /// readSmfFile.
    static Result<nlohmann::json> learn(const std::filesystem::path& dataset,
                                        const std::filesystem::path& midi,
                                        const std::filesystem::path& out,
                                        const CancelToken& cancel);

    /// Probabilities of Q1 to Q4: happy, tense, sad, calm (core/music/class_labels.h), and how much
    /// velocity counted. BadInput for a song without notes.
    Result<models::muser::MoodPrediction> predict(const music::Song& song) const;

    /// {"test": {"quadrant", "arousal", "valence"}, "crossValidated", "tested" ...}.
    const nlohmann::json& accuracy() const { return m_accuracy; }
    /// The same in a sentence: "Classifier accuracy 70 % on 990 clips of songs that were left out
    /// in turn."
    std::string accuracyText() const;

  private:
    models::muser::PerformanceClassifier m_classifier;
    nlohmann::json m_accuracy;
};

} // namespace canto
