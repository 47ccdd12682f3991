// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/layers.h"

#include <optional>

namespace canto::models::muser {

/// Codes given an emotion and the codes before. With a book for each element, the codes of one
/// place are told one after another: type, beat, tempo, chord, pitch, duration, velocity.
class PriorImpl : public torch::nn::Module {
  public:
    explicit PriorImpl(const NetConfig& config);

    /// Groups in the order in which they are told.
    const std::vector<int>& order() const { return m_order; }
    /// Number of values of the i-th told group: K, and for the first one more that ends the phrase.
    int values(std::size_t i) const { return m_codes + (i == 0 ? 1 : 0); }

    /// @param codes (B, T, G) int64. @param label (B), 0 for none, else 1 + class.
    /// @return logits of codes in told order, (B, T, values); those of a place depend on the places
    /// before it and on what is told before it.
    std::vector<torch::Tensor> forward(const torch::Tensor& codes, const torch::Tensor& label);

    struct State {
        torch::Tensor added; ///< (B, T, W): what is added to each place's input
        std::vector<LayerCache> layers;
        std::int64_t place = 0;
        std::int64_t places = 0;
    };
    State begin(const torch::Tensor& label, std::int64_t places);
    /// @param before (B, 1, G) codes of the place before; undefined at the first.
    /// @return (B, 1, W), what is known of the next place.
    torch::Tensor next(const torch::Tensor& before, State& state);
    /// Logits of the i-th told group, (B, T, values). @param known  of next(), and of what was told
    /// at the place before.
    torch::Tensor logits(std::size_t i, const torch::Tensor& known);
    /// What is known when the i-th told group, not the last, has these codes (B, T).
    torch::Tensor given(std::size_t i, const torch::Tensor& known, const torch::Tensor& codes);

  private:
    torch::Tensor sumOf(const torch::Tensor& codes);

    int m_codes;
    Stack m_stack;
    std::vector<int> m_order;
    std::vector<torch::nn::Embedding> m_tables; ///< by group
    std::vector<torch::nn::Embedding> m_links;  ///< by told order, all but the last
    torch::nn::Embedding m_label{nullptr};
    torch::Tensor m_start;
    std::vector<Block> m_blocks;
    torch::nn::LayerNorm m_norm{nullptr};
    std::vector<torch::nn::Linear> m_middles;
    std::vector<torch::nn::Linear> m_heads;
};
TORCH_MODULE(Prior);

} // namespace canto::models::muser
