// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/orchestra/config.h"

#include <memory>
#include <torch/torch.h>

namespace canto::models::orchestra {

/// A network of this space. What it makes of a clip has the prefix "encoder." in the weights.
/// In training mode until eval() is called; embed() and logits() are meant for eval mode.
class NetImpl : public torch::nn::Module {
  public:
    explicit NetImpl(NetConfig c) : config(std::move(c)) {}

    /// The embedding of a clip. (B, F, T) in config.scale() -> (B, D).
    virtual torch::Tensor embed(const torch::Tensor& clips) = 0;
    /// (B, C), or nothing for a network without classes.
    virtual torch::Tensor logits(const torch::Tensor& clips);

    NetConfig config;
    /// Random numbers for dropout in training mode; without one nothing is dropped.
    torch::Generator chance;

  protected:
    /// Sets values, or whole channels of images, to 0 with this probability.
    torch::Tensor dropped(const torch::Tensor& x, double probability);
};
using Net = std::shared_ptr<NetImpl>;

/// Builds the network of a kind, with weights from the global generator.
Net makeNet(const NetConfig& config);

/// Adversarially learned inference on crops of 32 x 32. Source: Dumoulin et
/// al. 2017, in the sizes of the Symphony2vec notebooks; 32 -> 28 -> 13 -> 10 -> 4 -> 1 -> 1.
class AliNet final : public NetImpl {
  public:
    explicit AliNet(const NetConfig& config);

    /// (B, 1, 32, 32) -> mean and log deviation, (B, 2Z).
    torch::Tensor moments(const torch::Tensor& crops);
    /// (B, Z) -> (B, 1, 32, 32) in 0 .. 1.
    torch::Tensor generate(const torch::Tensor& z);
    /// Logits of whether pairs come from the encoder (> 0) or the generator: (B).
    torch::Tensor discriminate(const torch::Tensor& crops, const torch::Tensor& z);

    /// Mean codes of 26 crops of a clip, (B, 26, Z): the lower half of the range, 13 windows, then
    /// the upper half.
    torch::Tensor partCodes(const torch::Tensor& clips);
    /// Mean and standard deviation of the mean code over 26 crops: both halves of the range, 13
    /// windows.
    torch::Tensor embed(const torch::Tensor& clips) override;
    /// [mean, log deviation] of the one crop that the slides use: mels 0-31, frames 32-63.
    torch::Tensor embedOneCrop(const torch::Tensor& clips);

    torch::nn::Sequential encoder, generator;
    torch::nn::ModuleList criticX, criticZ, criticBoth;
};

/// AE, contractive AE and VAE of the slides: flat -> 1024 -> 512 -> 256 -> 128 -> Z and back.
class AutoencoderNet final : public NetImpl {
  public:
    explicit AutoencoderNet(const NetConfig& config);

    torch::Tensor embed(const torch::Tensor& clips) override;
    /// (B, Z) -> (B, F, T), through tanh, or for the VAE before its sigmoid.
    torch::Tensor decode(const torch::Tensor& code);
    /// Before the last layer: (B, 128). The VAE's mean and log variance are `toCode` of it.
    torch::Tensor hidden(const torch::Tensor& clips);

    torch::nn::Sequential encoder, decoder;
    torch::nn::Linear toCode{nullptr};
};

/// Feed-forward, convolutional and recurrent classifier of the slides.
class ClassifierNet final : public NetImpl {
  public:
    explicit ClassifierNet(const NetConfig& config);

    /// The layer below the classes.
    torch::Tensor embed(const torch::Tensor& clips) override;
    /// Of the recurrent one: the mean over all pieces of 36 frames.
    torch::Tensor logits(const torch::Tensor& clips) override;
    /// Of one piece of 36 frames: (B, F, 36) -> (B, C).
    torch::Tensor pieceLogits(const torch::Tensor& piece);

    static constexpr int kPiece = 36;
    torch::nn::Sequential encoder{nullptr};
    torch::nn::LSTM recurrent{nullptr}; ///< "encoder.weight_ih_l0" ... in the weights
    torch::nn::Linear head{nullptr};
};

/// Our own: four strided convolutions over mel and time, mean and deviation over time, Z.
class ClipNet final : public NetImpl {
  public:
    explicit ClipNet(const NetConfig& config);

    /// Any number of frames >= 32.
    torch::Tensor embed(const torch::Tensor& clips) override;
    torch::Tensor logits(const torch::Tensor& clips) override;
    torch::Tensor logitsOf(const torch::Tensor& embedded) { return head(embedded); }

    torch::nn::Sequential encoder{nullptr};
    torch::nn::Linear head{nullptr};
    double drop = 0;

  private:
    torch::nn::Linear m_toLatent{nullptr};
};

} // namespace canto::models::orchestra
