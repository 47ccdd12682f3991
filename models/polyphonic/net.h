// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/musae/prior.h"
#include "models/polyphonic/batch.h"

#include <torch/torch.h>

namespace canto::models::polyphonic {

/// Phrases to latents. The tokens of a track see each other, but not those of other tracks: its
/// block speaks of this track alone, and can be carried to another song.
class EncoderImpl : public torch::nn::Module {
  public:
    explicit EncoderImpl(const NetConfig& config);

    struct Encoded {
        torch::Tensor head;                       ///< (B, kPlane + kControls)
        std::array<torch::Tensor, kVoices> block; ///< (rows of the track, size of its block), each
                                                  ///< row with mean 0 and variance 1
    };
    /// @param program  (N), in the place of the batch's; undefined: the batch's.
    /// @param planeGradient  scale of the gradient from the plane into the features.
    Encoded forward(const Batch& batch, const torch::Tensor& program = {},
                    double planeGradient = 1.0);

  private:
    NetConfig m_config;
    torch::nn::Linear m_fromDrums{nullptr};
    torch::nn::Linear m_fromNotes{nullptr};
    torch::nn::Embedding m_program{nullptr}; ///< kPrograms + 1, initialised with 0
    torch::Tensor m_position;                ///< (R, Q, W)
    torch::nn::ModuleList m_blocks{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::ModuleList m_toBlocks{nullptr}; ///< one a track
    torch::nn::Linear m_toHead{nullptr};
};
TORCH_MODULE(Encoder);

/// Logits of the N sounding tracks.
struct Logits {
    torch::Tensor onset;    ///< (N, Q, 4, P)
    torch::Tensor sustain;  ///< (N without drums, Q, 4, P)
    torch::Tensor velocity; ///< (N, Q, 4, P), (velocity - 64) / 32
    torch::Tensor offset;   ///< (N, Q, 4, kOffsets)
    torch::Tensor program;  ///< (N, kPrograms)
};

/// Latents to phrases, all steps at once; the tokens of all tracks see each other.
class DecoderImpl : public torch::nn::Module {
  public:
    explicit DecoderImpl(const NetConfig& config);
    /// @param u (B, Z). @param place (N), @param drums  as Batch::place and Batch::rows[0].
    Logits forward(const torch::Tensor& u, const torch::Tensor& place, std::int64_t drums);

  private:
    NetConfig m_config;
    torch::nn::ModuleList m_fromBlocks{nullptr};
    torch::nn::Linear m_fromAll{nullptr};
    torch::Tensor m_position; ///< (R Q, W)
    torch::nn::ModuleList m_blocks{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::Linear m_toDrums{nullptr};
    torch::nn::Linear m_toNotes{nullptr};
    torch::nn::Linear m_toOffset{nullptr};
    torch::nn::Linear m_toProgram{nullptr};
};
TORCH_MODULE(Decoder);

/// The whole network. Inside, a latent is u = z / scale, as in the models of tokens: one unit of a
/// block is a standard deviation of the prior.
class NetImpl : public torch::nn::Module {
  public:
    explicit NetImpl(const NetConfig& config);

    const NetConfig config;
    const musae::CircularMixturePrior prior;
    Encoder encoder{nullptr};
    Decoder decoder{nullptr};
    torch::Tensor scale; ///< (Z), buffer
    /// (R + 1), buffer: a note begins where its probability is above its track's threshold, and is
    /// held while that is above the last. Chosen on validation songs.
    torch::Tensor thresholds;
    torch::Tensor plays; ///< (R), buffer: share of phrases in which each track plays

    /// (B, Z), without noise, in the decoder's units.
    torch::Tensor latentOf(const Batch& batch, const EncoderImpl::Encoded& encoded) const;

    torch::Tensor toZ(const torch::Tensor& u) const { return u * scale; }
    torch::Tensor toU(const torch::Tensor& z) const { return z / scale; }

    /// The phrases that latents (B, Z), in the decoder's units, stand for: onsets above the
    /// thresholds, each held as long as its pitch is.
    /// @param bias  (P), added to the logits of all tracks but the drums; undefined: nothing.
    std::vector<codec::GridPhrase> phrasesOf(const torch::Tensor& u,
                                             const torch::Tensor& bias = {});
    /// The same from logits.
    std::vector<codec::GridPhrase> phrasesOf(const torch::Tensor& u, const torch::Tensor& place,
                                             std::int64_t drums, const Logits& logits) const;
};
TORCH_MODULE(Net);

/// Builds the network that weights describe and fills it, ready for inference. Errors name the key
/// of the configuration or the tensor: BadInput, NotFound, BadShape, BadFile.
Result<Net> openNet(const tensors::SafeTensors& weights);

} // namespace canto::models::polyphonic
