// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/muser/prior.h"
#include "models/muser/quantiser.h"
#include "models/muser/regulariser.h"
#include "models/muser/side_by_side.h"

#include <array>

namespace canto::models::muser {

/// Logits of the elements, in the order of codec::Field: (B, T, values of the field).
using Logits = std::array<torch::Tensor, kElements>;

/// Words to vectors, one for each word; attends to the whole phrase, but does not get the emotion.
class EncoderImpl : public torch::nn::Module {
  public:
    explicit EncoderImpl(const NetConfig& config);
    /// @param words (B, T, 7 or more) int64. @param live (B, T) bool or undefined. -> (B, T, Z).
    torch::Tensor forward(const torch::Tensor& words, const torch::Tensor& live);

  private:
    WordEmbedding m_embedding{nullptr};
    torch::nn::Linear m_in{nullptr};
    std::vector<Block> m_blocks;
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::Linear m_out{nullptr};
};
TORCH_MODULE(Encoder);

/// The state of decoding one phrase, and what was precomputed for all of it.
struct DecoderState {
    std::int64_t place = 0;
    std::int64_t places = 0;  ///< T
    torch::Tensor words;      ///< (values of all fields, W): what each adds at the input
    torch::Tensor globalIn;   ///< (B, T, W): added to the input, independent of the words
    torch::Tensor elementsIn; ///< (T, E, B, W); undefined: no decoders of elements
    std::vector<LayerCache> global;
    std::vector<BlocksSideBySide> elementBlocks; ///< one for each layer
    std::vector<LayerCache> elements;            ///< the same
    NormsSideBySide elementNorm;
};

/// Vectors and the words so far to the next word: its type first, then the fields of that type.
/// Source: MusER, section 4.2: a global decoder over all words so far, and one for each element
/// that attends to its own slice.
class DecoderImpl : public torch::nn::Module {
  public:
    explicit DecoderImpl(const NetConfig& config);

    /// @param before (B, T, 8) the word before each position; at the first position the emotion.
    /// @param vectors (B, T, Z). @param live (B, T) bool: positions of the memory that are words.
    /// @param types (B, T) type of the target word, an input of the other elements.
    Logits forward(const torch::Tensor& before, const torch::Tensor& vectors,
                   const torch::Tensor& live, const torch::Tensor& types);

    /// The same position by position. All T positions of `vectors` are words.
    DecoderState begin(const torch::Tensor& vectors);
    /// The states of the elements at the next position: (B, 1, W) each. @param before (B, 1, 8).
    std::array<torch::Tensor, kElements> next(const torch::Tensor& before, DecoderState& state);
    torch::Tensor typeLogits(const std::array<torch::Tensor, kElements>& known);
    /// @param types (B, 1).
    torch::Tensor logits(int element, const torch::Tensor& known, const torch::Tensor& types);

  private:
    torch::Tensor placeIn(const torch::Tensor& before, const torch::Tensor& vectors,
                          std::int64_t first);
    torch::Tensor elementIn(int element, const torch::Tensor& global, const torch::Tensor& vectors,
                            std::int64_t first);

    NetConfig m_config;
    WordEmbedding m_embedding{nullptr};
    torch::nn::Linear m_in{nullptr};
    torch::nn::Linear m_memory{nullptr};
    std::vector<Block> m_global;
    torch::nn::LayerNorm m_globalNorm{nullptr};
    torch::nn::Linear m_toElement{nullptr};
    torch::nn::Linear m_fromSlice{nullptr};
    std::array<std::vector<Block>, kElements> m_elements;
    std::array<torch::nn::LayerNorm, kElements> m_elementNorm{nullptr, nullptr, nullptr, nullptr,
                                                              nullptr, nullptr, nullptr};
    torch::nn::Embedding m_type{nullptr};
    torch::nn::Linear m_joined{nullptr};
    std::array<torch::nn::Linear, kElements> m_heads{nullptr, nullptr, nullptr, nullptr,
                                                     nullptr, nullptr, nullptr};
};
TORCH_MODULE(Decoder);

/// Where words change an element, (B, T, E) bool: pitch, duration and velocity of notes, tempo and
/// chord where they are not kContinue, the beat of every position, the type of every word.
/// @param words (B, T, 7 or more) int64. @param live (B, T) bool.
torch::Tensor saidIn(const torch::Tensor& words, const torch::Tensor& live);

/// The whole network of MusER.
class NetImpl : public torch::nn::Module {
  public:
    explicit NetImpl(NetConfig config);

    NetConfig config;
    Encoder encoder{nullptr};
    Quantiser quantiser{nullptr};
    Regulariser regulariser{nullptr};
    Decoder decoder{nullptr};
    Prior prior{nullptr};

    /// Words to codes; arguments as of the encoder.
    Quantised quantise(const torch::Tensor& words, const torch::Tensor& live);
};
TORCH_MODULE(Net);

/// Builds the network that weights describe and fills it, ready for inference. Errors name the key
/// of the configuration or the tensor: BadInput, NotFound, BadShape, BadFile.
Result<Net> openNet(const tensors::SafeTensors& weights);

} // namespace canto::models::muser
