// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/dataset.h"
#include "models/musae/net.h"
#include "models/train/net_training.h"

namespace canto::models::musae {

/// MusAE's losses, for each kind of prior. Phase "autoencoder": reconstruction minus w times the
/// critic's value of the encoded latents (or plus the KL divergence); phase "critic": Wasserstein
/// distance with gradient penalty, on the latents of the same step, detached. Source: MusAE,
/// section 3.3, with the alternation of section 3.4.
class MusaeTraining : public train::NetTraining<Net, TrainConfig, Dataset> {
  public:
    MusaeTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset);

    void to(torch::Device device) override;
    std::vector<train::ParameterGroup> groups() override;
    std::vector<train::Source> sources() const override;
    std::vector<train::Phase> phases(double progress) const override;
    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext& context) override;
    train::LossTerms losses(const train::Phase& phase, train::StepContext& context) override;
    bool hasValidation() const override;
    Result<train::Measures> validate(const train::Stop& stop) override;
    std::map<std::string, std::string> card() const override;

    /// Weight of the critic at this progress of the run.
    double criticWeightAt(double progress) const;

  private:
    train::LossTerms autoencoderLosses(train::StepContext& context);
    train::LossTerms circularMixtureLosses(train::StepContext& context);
    train::LossTerms styleLosses(train::StepContext& context);
    train::LossTerms klLosses(train::StepContext& context);
    train::LossTerms criticLosses(train::StepContext& context);
    torch::Tensor reconstructionLoss(const torch::Tensor& logits,
                                     const train::StepContext& context) const;
    /// Loss of the control dimensions, and the consistency of controls and the head of the latent.
    void addSharedTerms(const torch::Tensor& encoded, train::LossTerms& terms,
                        train::StepContext& context);
    /// Control consistency: decodes latents with another head and other controls, encodes the
    /// result, and measures the distance to these, per kind of dimension in the prior's variances.
    torch::Tensor controlConsistencyLoss(train::StepContext& context);
    /// Cross-entropies of whether, how loudly and when notes are played. @param logits (B, T, R,
    /// ...).
    torch::Tensor expressionLoss(const torch::Tensor& logits) const;
    void addReconstruction(const torch::Tensor& logits, train::LossTerms& terms,
                           const train::StepContext& context) const;

    torch::Tensor m_classWeights; ///< (V)
    torch::Tensor m_spread;       ///< (Z), of the noise on the latent
    // of the step
    torch::Tensor m_codes;     ///< (B, T, X)
    torch::Tensor m_tokens;    ///< (B, T, R)
    torch::Tensor m_component; ///< (B), of the prior; the last one if the label is hidden
    torch::Tensor m_label;     ///< (B, C)
    torch::Tensor m_fake;      ///< (B, Z), encoded, without gradient
};

} // namespace canto::models::musae
