#pragma once

#include "models/musae/config.h"
#include "models/musae/prior.h"

#include <torch/torch.h>

namespace canto::models::musae {

/// Phrase to latent. forward: tokens (B, T, R) int64 -> u (B, Z).
class EncoderImpl : public torch::nn::Module {
  public:
    explicit EncoderImpl(const NetConfig& config);
    torch::Tensor forward(const torch::Tensor& tokens);

  private:
    NetConfig m_config;
    torch::nn::EmbeddingBag m_embedding{nullptr}; ///< (patch R V, W): lookups of a place, summed
    torch::Tensor m_position;                     ///< (T / patch, W), Transformer only
    torch::nn::ModuleList m_blocks{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::LSTM m_lstm{nullptr};
    torch::nn::Linear m_toLatent{nullptr};
};
TORCH_MODULE(Encoder);

/// Latent to classes. forward: u (B, Z) -> logits (B, T, R, V). Not autoregressive.
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
    torch::nn::ModuleList m_lstms{nullptr}; ///< Recurrent: one a track
    torch::nn::ModuleList m_heads{nullptr};
};
TORCH_MODULE(Decoder);

/// Wasserstein critic on a latent with the label it was drawn for.
/// forward: u (B, Z), label (B, C) one-hot, all zero for none -> (B, 1).
class CriticImpl : public torch::nn::Module {
  public:
    explicit CriticImpl(const NetConfig& config);
    torch::Tensor forward(const torch::Tensor& u, const torch::Tensor& label);

  private:
    torch::nn::Sequential m_layers{nullptr};
};
TORCH_MODULE(Critic);

/// The three together. Inside, a latent is u = z / scale: the prior's standard deviation of 0.03
/// would starve the first layer of the decoder. Outside, it is z, in the units of the prior.
class NetImpl : public torch::nn::Module {
  public:
    explicit NetImpl(const NetConfig& config);

    const NetConfig config;
    const FlowerPrior prior;
    Encoder encoder{nullptr};
    Decoder decoder{nullptr};
    Critic critic{nullptr};
    torch::Tensor scale; ///< (Z), buffer

    torch::Tensor toZ(const torch::Tensor& u) const { return u * scale; }
    torch::Tensor toU(const torch::Tensor& z) const { return z / scale; }
};
TORCH_MODULE(Net);

} // namespace canto::models::musae
