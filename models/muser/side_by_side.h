// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/layers.h"

namespace canto::models::muser {

/// Layer norms of equal widths, one for each element, in one call.
class NormsSideBySide {
  public:
    NormsSideBySide() = default;
    /// @param weights, biases  (E, W).
    NormsSideBySide(torch::Tensor weights, torch::Tensor biases)
        : m_weights(weights.unsqueeze(1)), m_biases(biases.unsqueeze(1)) {}
    /// @param x (E, B, W).
    torch::Tensor operator()(const torch::Tensor& x) const;

  private:
    torch::Tensor m_weights, m_biases; ///< (E, 1, W)
};

/// Blocks of equal sizes without a memory, one for each element, that advance together from
/// position to position: the result of Block::next for each, in as many calls as for one. At one
/// word a call the number of calls determines the time. Holds copies of the current weights.
class BlocksSideBySide {
  public:
    BlocksSideBySide(std::vector<Block> blocks, const Stack& stack, Attention kind);
    /// @param x (E, B, W). @param cache  (E * B) rows.
    torch::Tensor next(torch::Tensor x, LayerCache& cache, std::int64_t places) const;

  private:
    struct Linears {
        torch::Tensor weights; ///< (E, in, out)
        torch::Tensor biases;  ///< (E, 1, out)
        torch::Tensor operator()(const torch::Tensor& x) const {
            return torch::baddbmm(biases, x, weights);
        }
    };
    static Linears linears(const std::vector<Block>& blocks, const std::string& name);

    int m_heads;
    Attention m_kind;
    NormsSideBySide m_normWithin, m_normForward;
    Linears m_in, m_out, m_up, m_down;
};

} // namespace canto::models::muser
