// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/orchestra/clips.h"
#include "models/orchestra/net.h"
#include "models/train/net_training.h"

namespace canto::models::orchestra {

/// Every network of the space, trained by the losses of its kind. Published schedules have a fixed
/// number of epochs without model selection: reports use the last weights, and "score" is only
/// logged.
class OrchestraTraining final : public train::NetTraining<Net, TrainConfig, Clips> {
  public:
    OrchestraTraining(Net net, TrainConfig config, std::shared_ptr<const Clips> clips);

    std::vector<train::ParameterGroup> groups() override;
    std::vector<train::Source> sources() const override;
    std::vector<train::Phase> phases(double progress) const override;
    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext& context) override;
    train::LossTerms losses(const train::Phase& phase, train::StepContext& context) override;
    /// On clips held out by the network's split: classifiers "accuracy"; others "probe", from at
    /// most 600 clips, and autoencoders "reconstruction". "score" is the first.
    bool hasValidation() const override;
    Result<train::Measures> validate(const train::Stop& stop) override;
    std::map<std::string, std::string> card() const override;

  private:
    train::LossTerms aliLosses(bool critic, train::StepContext& context);
    train::LossTerms autoencoderLosses(train::StepContext& context);
    train::LossTerms classifierLosses(train::StepContext& context);
    train::LossTerms clipLosses(train::StepContext& context);
    torch::Tensor randomCrops(train::StepContext& context) const;
    torch::Tensor augmented(train::StepContext& context) const;
    torch::Tensor otherSound(torch::Tensor seen, train::StepContext& context) const;

    torch::Tensor m_batch;  ///< (B, F, T)
    torch::Tensor m_labels; ///< (B)
    torch::Tensor m_sounds; ///< (B), Clips::sounds
    torch::Tensor m_crops;  ///< (B, 1, 32, 32), of ALI
};

/// Supervised contrastive loss (Khosla et al. 2020, L_out): clips of one composer are pulled
/// together on the sphere. Clips without a partner in the batch are ignored.
/// @param x (B, D), any length. @param labels (B).
/// @param sounds  (B) or undefined: a clip's partners have another one of these numbers, where any
///                of its composer does.
torch::Tensor contrastiveLoss(const torch::Tensor& x, const torch::Tensor& labels,
                              double temperature, const torch::Tensor& sounds = {});

/// Squared Frobenius norm of the Jacobian of the code by the input, a clip, estimated along one
/// random direction (Hutchinson): exact for a code of one dimension with direction +-1.
/// @param code (B, Z), computed from `input`. @param direction (B, Z).
torch::Tensor jacobianNorm(const torch::Tensor& code, const torch::Tensor& input,
                           const torch::Tensor& direction);

/// The two losses of ALI from the critic's logits, one for the critic and one for encoder and
/// generator (section 6.4, non-saturating).
struct AliLosses {
    torch::Tensor critic, generator;
};
AliLosses aliLossesOf(const torch::Tensor& encoded, const torch::Tensor& generated);

} // namespace canto::models::orchestra
