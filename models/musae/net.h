// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/musae/config.h"
#include "models/musae/prior.h"
#include "models/musae/two_level.h"

#include <torch/torch.h>

namespace canto::models::musae {

/// Phrase to latent. forward: codes (B, T, X) int64, tokens and with expression the expression
/// values after them -> u (B, Z): for the KL prior the mean, for styles each in (0, 1).
class EncoderImpl : public torch::nn::Module {
  public:
    explicit EncoderImpl(const NetConfig& config);
    torch::Tensor forward(const torch::Tensor& codes);
    /// The same for weights on the classes instead of tokens, (B, T, R, V): gradients flow back
    /// into them.
    /// @param expressions (B, T, R) int64, for networks with expression.
    torch::Tensor fromClasses(const torch::Tensor& classes, const torch::Tensor& expressions = {});
    /// Mean and logarithm of the variance, (B, 2Z); the KL prior only.
    torch::Tensor moments(const torch::Tensor& codes);

    /// During training: scale of the gradient that flows from the two dimensions of the label into
    /// the features; with 0 the label is read from features that are not trained for it.
    double labelGradientScale = 1.0;

  private:
    torch::Tensor embedded(const torch::Tensor& codes);
    torch::Tensor embeddedExpressions(const torch::Tensor& expressions);
    torch::Tensor featuresOf(torch::Tensor places);
    torch::Tensor latentOf(const torch::Tensor& features);

    NetConfig m_config;
    torch::nn::EmbeddingBag m_embedding{nullptr};   ///< (patch R V, W): embeddings of a position,
                                                    ///< summed
    torch::nn::EmbeddingBag m_expressions{nullptr}; ///< (patch R expressions, W), initialised with
                                                    ///< 0
    torch::Tensor m_position;                       ///< (T / patch, W), Transformer only
    torch::nn::ModuleList m_blocks{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::LSTM m_lstm{nullptr};
    TwoLevelReader m_reader{nullptr};
    torch::nn::Linear m_toLatent{nullptr};
};
TORCH_MODULE(Encoder);

/// Latent to classes. forward: u (B, Z) -> logits (B, T, R, V), with expression (B, T, R, V +
/// kExpressionLogits). Not autoregressive.
class DecoderImpl : public torch::nn::Module {
  public:
    explicit DecoderImpl(const NetConfig& config);
    torch::Tensor forward(const torch::Tensor& u);

  private:
    NetConfig m_config;
    torch::nn::Linear m_fromLatent{nullptr};
    torch::Tensor m_position;
    torch::nn::ModuleList m_blocks{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::Linear m_toClasses{nullptr};
    torch::nn::Linear m_toExpressions{nullptr};
    TwoLevelWriter m_writer{nullptr};
    torch::nn::ModuleList m_lstms{nullptr}; ///< Recurrent: one a track
    torch::nn::ModuleList m_heads{nullptr};
};
TORCH_MODULE(Decoder);

/// Wasserstein critic on a row of numbers. forward: x (B, inputs) -> (B, 1).
class CriticImpl : public torch::nn::Module {
  public:
    CriticImpl(int inputs, int width);
    torch::Tensor forward(const torch::Tensor& x);

  private:
    torch::nn::Sequential m_layers{nullptr};
};
TORCH_MODULE(Critic);

/// The whole network. Inside, a latent is u = z / scale, since the prior's standard deviation of
/// 0.03 would be too small an input for the decoder's first layer. Outside, it is z, in the units
/// of the prior.
class NetImpl : public torch::nn::Module {
  public:
    explicit NetImpl(const NetConfig& config);

    const NetConfig config;
    const CircularMixturePrior prior;
    Encoder encoder{nullptr};
    Decoder decoder{nullptr};
    Critic critic{nullptr}; ///< CircularMixture: on latent and label (one-hot, all zero for none);
                            ///< Styles: on the dimensions that are not styles
    Critic styleCritic{nullptr}; ///< Styles only
    Encoder infomax{nullptr};    ///< Styles only: predicts the styles from the decoded phrase
    torch::Tensor scale;         ///< (Z), buffer

    /// Samples of the prior in the decoder's units.
    /// @param component (B) int64, of the circular Gaussian mixture; ignored for other priors.
    /// @param noise (B, Z) standard normal. @return (B, Z).
    torch::Tensor drawPrior(const torch::Tensor& component, const torch::Tensor& noise) const;

    torch::Tensor toZ(const torch::Tensor& u) const { return u * scale; }
    torch::Tensor toU(const torch::Tensor& z) const { return z / scale; }
};
TORCH_MODULE(Net);

/// Builds the network that weights describe and fills it, ready for inference. Errors name the key
/// of the configuration or the tensor: BadInput, NotFound, BadShape, BadFile.
Result<Net> openNet(const tensors::SafeTensors& weights);

} // namespace canto::models::musae
