// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/config.h"

#include <torch/torch.h>

namespace canto::models::muser {

/// Sinusoidal encoding of positions first .. first + count - 1: (count, W). Vaswani et al. 2017.
torch::Tensor positions(std::int64_t first, std::int64_t count, int width,
                        const torch::TensorOptions& options);

/// What a layer caches between two words of one phrase.
struct LayerCache {
    torch::Tensor keys;   ///< (B, H, places, W / H), the first `LayerCache::filled` are in use
    torch::Tensor values; ///< the same
    std::int64_t filled = 0;
    torch::Tensor memoryKeys; ///< (B, H, M, W / H), of the cross attention; computed once for each
                              ///< phrase
    torch::Tensor memoryValues;

    /// @param k, v (B, H, 1, W / H) of the next position. @param places  maximum number of
    /// positions.
    void append(const torch::Tensor& k, const torch::Tensor& v, std::int64_t places);
    torch::Tensor usedKeys() const { return keys.narrow(2, 0, filled); }
    torch::Tensor usedValues() const { return values.narrow(2, 0, filled); }
};

/// Attention of queries (B, H, T, W / H) to keys and values (B, H, M, W / H) -> (B, T, W).
/// @param allowed  bool, fits (B, H, T, M); undefined: everything is allowed.
torch::Tensor mixHeads(const torch::Tensor& q, const torch::Tensor& k, const torch::Tensor& v,
                       const torch::Tensor& allowed, Attention kind);

/// Multi-head attention. Linear: weights phi(q) . phi(k) with phi(x) = elu(x) + 1, normalised
/// (Katharopoulos et al. 2020), computed as the whole table: the same function, without saving
/// time.
class HeadsImpl : public torch::nn::Module {
  public:
    HeadsImpl(int width, int heads, Attention kind);

    /// Within a sequence. @param x (B, T, W). @param live (B, T) bool, true where there is a word;
    /// undefined: everywhere.
    torch::Tensor within(const torch::Tensor& x, const torch::Tensor& live, bool causal);
    /// To another. @param memory (B, M, W). @param live (B, M) or undefined.
    torch::Tensor to(const torch::Tensor& x, const torch::Tensor& memory,
                     const torch::Tensor& live);
    /// For the next position alone. @param x (B, 1, W).
    torch::Tensor next(const torch::Tensor& x, LayerCache& cache, std::int64_t places);
    void remember(const torch::Tensor& memory, LayerCache& cache);
    torch::Tensor nextTo(const torch::Tensor& x, const LayerCache& cache);

  private:
    torch::Tensor split(const torch::Tensor& x) const;
    torch::Tensor query(const torch::Tensor& x);
    std::vector<torch::Tensor> keysAndValues(const torch::Tensor& memory);

    int m_heads;
    Attention m_kind;
    torch::nn::Linear m_in{nullptr};
    torch::nn::Linear m_out{nullptr};
};
TORCH_MODULE(Heads);

/// Self-attention, cross attention to a memory (if built with one), two layers with GELU; each with
/// a norm before and a residual connection.
class BlockImpl : public torch::nn::Module {
  public:
    BlockImpl(const Stack& stack, Attention kind, bool withMemory);

    torch::Tensor forward(torch::Tensor x, const torch::Tensor& live, bool causal,
                          const torch::Tensor& memory = {}, const torch::Tensor& memoryLive = {});
    torch::Tensor next(torch::Tensor x, LayerCache& cache, std::int64_t places);
    void remember(const torch::Tensor& memory, LayerCache& cache);

  private:
    torch::nn::LayerNorm m_normWithin{nullptr};
    torch::nn::LayerNorm m_normTo{nullptr};
    torch::nn::LayerNorm m_normForward{nullptr};
    Heads m_within{nullptr};
    Heads m_to{nullptr};
    torch::nn::Linear m_up{nullptr};
    torch::nn::Linear m_down{nullptr};
};
TORCH_MODULE(Block);

/// The embeddings of the first `fields` fields of words, side by side, each times the square root
/// of its width.
class WordEmbeddingImpl : public torch::nn::Module {
  public:
    WordEmbeddingImpl(const NetConfig& config, int fields);
    /// (B, T, fields or more) int64 -> (B, T, sum of widths).
    torch::Tensor forward(const torch::Tensor& words);

    /// The output of a linear layer for every value of every field, (values of all fields, out):
    /// the sum of the rows of a word's values is the layer's output for the word's embedding.
    /// @param weight (out, sum of widths).
    torch::Tensor through(const torch::Tensor& weight) const;
    /// Rows in that table: (..., fields) for words (..., fields or more).
    torch::Tensor rowsOf(const torch::Tensor& words) const;

  private:
    std::vector<torch::nn::Embedding> m_tables;
    std::vector<std::int64_t> m_firstRows;
};
TORCH_MODULE(WordEmbedding);

} // namespace canto::models::muser
