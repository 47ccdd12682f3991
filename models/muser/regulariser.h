// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/layers.h"

namespace canto::models::muser {

/// Makes the slice of an element follow the element: where one phrase has the larger value at a
/// position, the scalar computed from its slice there must be larger too. Source: MusER, section
/// 4.3.
class RegulariserImpl : public torch::nn::Module {
  public:
    explicit RegulariserImpl(const NetConfig& config);

    /// (B, T, Z) -> (E, B, T): each slice is transposed to D rows of T numbers, passed through a
    /// transformer as wide as the longest phrase, and its first row is taken (or the mean of its
    /// rows, for Summary::Mean).
    torch::Tensor forward(const torch::Tensor& vectors);

  private:
    NetConfig m_config;
    std::vector<Block> m_blocks;
};
TORCH_MODULE(Regulariser);

/// Mean over pairs of phrases (each with itself too) and positions where both have a word of
/// |tanh(delta (s_j - s_k)) - sign(x_j - x_k)|, summed over elements.
/// @param sequences (E, B, T). @param order (E, B, T), the values in their natural order.
/// @param live (B, T) bool.
torch::Tensor orderLoss(const torch::Tensor& sequences, const torch::Tensor& order,
                        const torch::Tensor& live, double delta);

/// Values of the seven elements in their natural order (codec::orderOf): (B, T, 7 or more) int64 ->
/// (E, B, T) float.
torch::Tensor naturalOrder(const torch::Tensor& words);

} // namespace canto::models::muser
