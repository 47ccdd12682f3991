// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"
#include "models/muser/emotion_probe.h"

#include <array>
#include <filesystem>
#include <optional>

namespace canto {

/// Predicts the emotion of songs from features of the music and of its compound words, and from its
/// latents if these improved the classifier. Predictions are always shown with the accuracy on
/// held-out songs. Thread: const use from any, with a model of one's own.
class EmotionClassifier {
  public:
    /// @param path  empty: the shipped one. NotFound, BadFile, BadShape.
    static Result<EmotionClassifier> open(const std::filesystem::path& path = {});

    /// The shipped one, if it was trained with this model. Looks for a file.
    static std::optional<EmotionClassifier> forModel(const models::LatentModel& model);

    /// Fits it on the labelled songs of a prepared dataset outside the split "test", tests it on
    /// that split and writes a file. The labels must be Q1 to Q4. @return studyProbe's figures.
    static Result<nlohmann::json> learn(const models::LatentModel& model,
                                        const std::filesystem::path& dataset,
                                        const std::filesystem::path& out,
                                        const CancelToken& cancel);

    /// Probabilities of Q1 to Q4: happy, tense, sad, calm (core/music/class_labels.h). BadShape for
    /// a model other than the one it was trained with, BadInput for a song without notes.
    Result<std::vector<double>> probabilities(const models::LatentModel& model,
                                              const music::Song& song,
                                              const CancelToken& cancel) const;

    /// {"test": {"quadrant", "arousal", "valence"}, "crossValidated", "tested" ...}.
    const nlohmann::json& accuracy() const { return m_accuracy; }
    /// The same in a sentence: "Classifier accuracy 64 % on 88 clips of unseen songs."
    std::string accuracyText() const;

  private:
    models::muser::EmotionProbe m_probe;
    nlohmann::json m_accuracy;
    std::string m_model; ///< version of the weights it was trained with
};

} // namespace canto
