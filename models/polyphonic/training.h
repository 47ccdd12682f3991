// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/polyphonic/dataset.h"
#include "models/polyphonic/net.h"
#include "models/polyphonic/scores.h"
#include "models/train/net_training.h"

namespace canto::models::polyphonic {

/// One phase, "autoencoder": cross-entropies of onsets and held pitches, errors of velocities and
/// timing, the program of each track; the label in the plane, the controls, and the moments of the
/// blocks.
class PolyphonicTraining : public train::NetTraining<Net, TrainConfig, Dataset> {
  public:
    PolyphonicTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset);

    std::vector<train::ParameterGroup> groups() override;
    std::vector<train::Source> sources() const override;
    std::vector<train::Phase> phases(double progress) const override;
    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext& context) override;
    train::LossTerms losses(const train::Phase& phase, train::StepContext& context) override;
    bool hasValidation() const override;
    /// Also chooses the network's thresholds.
    Result<train::Measures> validate(const train::Stop& stop) override;
    std::map<std::string, std::string> card() const override;

  private:
    void addReconstruction(const Logits& logits, train::LossTerms& terms) const;
    torch::Tensor momentTerm(const EncoderImpl::Encoded& encoded) const;

    // of the step
    Batch m_batch;
    torch::Tensor m_program;   ///< (N), some hidden from the encoder
    torch::Tensor m_component; ///< (B), of the prior; the last one if the label is hidden
};

} // namespace canto::models::polyphonic
