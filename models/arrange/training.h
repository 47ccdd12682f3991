// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/arrange/batch.h"
#include "models/arrange/net.h"
#include "models/train/net_training.h"

namespace canto::models::arrange {

/// Losses of the Arrangement space: reconstruction of notes, chords and features, and divergences,
/// with the weights of the current stage of the run (config.h). Source: github ZZWaang/audio2midi.
class ArrangeTraining : public train::NetTraining<Net, TrainConfig, Dataset> {
  public:
    ArrangeTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset);

    std::vector<train::ParameterGroup> groups() override;
    std::vector<train::Source> sources() const override;
    std::vector<train::Phase> phases(double progress) const override;
    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext& context) override;
    train::LossTerms losses(const train::Phase& phase, train::StepContext& context) override;
    bool hasValidation() const override;
    Result<train::Measures> validate(const train::Stop& stop) override;
    std::map<std::string, std::string> card() const override;

  private:
    /// Samples latents from the posteriors; their divergences are added to the terms.
    Latents drawnLatents(train::StepContext& context, train::LossTerms& terms);

    Schedule m_now;
    Batch m_batch;
    torch::Tensor m_shown; ///< (B, 32, N) the decoder's input pitches
};

/// A semitone from -6 to 5 for a number in [0, 1), by the published weights 2 2 5 5 3 7 7 5 7 3 5
/// 1.
int transpositionOf(float draw);

} // namespace canto::models::arrange
