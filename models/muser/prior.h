// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/layers.h"

#include <optional>

namespace canto::models::muser {

/// Predicts codes from an emotion and the codes before. With a book for each element, the codes of
/// one position are predicted one after another: type, beat, tempo, chord, pitch, duration,
/// velocity.
class PriorImpl : public torch::nn::Module {
  public:
    explicit PriorImpl(const NetConfig& config);

    /// Groups in the order of prediction.
    const std::vector<int>& order() const { return m_order; }
    /// Number of values of the i-th predicted group: K, and for the first one more that ends the
    /// phrase.
    int values(std::size_t i) const { return m_codes + (i == 0 ? 1 : 0); }

    /// @param codes (B, T, G) int64. @param label (B), 0 for none, else 1 + class.
    /// @return logits of codes in the order of prediction, (B, T, values); those of a position
    /// depend on the positions before it and on the groups predicted before it.
    std::vector<torch::Tensor> forward(const torch::Tensor& codes, const torch::Tensor& label);

    struct State {
        torch::Tensor added; ///< (B, T, W): what is added to each position's input
        std::vector<LayerCache> layers;
        std::int64_t place = 0;
        std::int64_t places = 0;
    };
    State begin(const torch::Tensor& label, std::int64_t places);
    /// @param before (B, 1, G) codes of the position before; undefined at the first.
    /// @return (B, 1, W), the state at the next position.
    torch::Tensor next(const torch::Tensor& before, State& state);
    /// Logits of the i-th predicted group, (B, T, values).
    /// @param known  the state of next(), and after the groups predicted so far.
    torch::Tensor logits(std::size_t i, const torch::Tensor& known);
    /// The state after the i-th predicted group, not the last, has these codes (B, T).
    torch::Tensor given(std::size_t i, const torch::Tensor& known, const torch::Tensor& codes);

  private:
    torch::Tensor sumOf(const torch::Tensor& codes);

    int m_codes;
    Stack m_stack;
    std::vector<int> m_order;
    std::vector<torch::nn::Embedding> m_tables; ///< by group
    std::vector<torch::nn::Embedding> m_links;  ///< in the order of prediction, all but the last
    torch::nn::Embedding m_label{nullptr};
    torch::Tensor m_start;
    std::vector<Block> m_blocks;
    torch::nn::LayerNorm m_norm{nullptr};
    std::vector<torch::nn::Linear> m_middles;
    std::vector<torch::nn::Linear> m_heads;
};
TORCH_MODULE(Prior);

} // namespace canto::models::muser
