// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/choosing.h"
#include "models/muser/net.h"
#include "models/train/net_training.h"

namespace canto::models::muser {

/// MusER's losses. Phase "autoencoder": cross-entropy of the seven elements, commitment to the
/// codes, order of the slices; the books follow as running means. Phase "prior", in the last part
/// of the run: cross-entropy of the codes of the network, which is fixed then. Source: MusER,
/// section 4.3.
class MuserTraining : public train::NetTraining<Net, TrainConfig, Dataset> {
  public:
    MuserTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset);

    std::vector<train::ParameterGroup> groups() override;
    std::vector<train::Source> sources() const override;
    std::vector<train::Phase> phases(double progress) const override;
    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext& context) override;
    train::LossTerms losses(const train::Phase& phase, train::StepContext& context) override;
    bool hasValidation() const override;
    Result<train::Measures> validate(const train::Stop& stop) override;
    std::map<std::string, std::string> card() const override;

  private:
    train::LossTerms autoencoderLosses(train::StepContext& context);
    train::LossTerms priorLosses(train::StepContext& context);

    DrawTargets m_targets; ///< of the data, for the card
    Batch m_batch;         ///< of the step
};

/// Weight of each word for each element, (B, T, E): 1 where it sets the element, a tenth elsewhere
/// (a tempo is set once in twenty words).
torch::Tensor elementWeights(const torch::Tensor& words, const torch::Tensor& live);

/// Cross-entropy of each element, (B, T).
std::vector<torch::Tensor> elementLosses(const Logits& logits, const torch::Tensor& words);

/// Cross-entropy of the codes of each position, and of the end of the phrase after the last: (B, T
/// + 1) in nats, 0 where there is none.
torch::Tensor priorLoss(PriorImpl& prior, const torch::Tensor& codes, const torch::Tensor& live,
                        const torch::Tensor& label);

} // namespace canto::models::muser
