// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace canto::models::musae {

/// Pre-norm transformer block without a mask: every step attends to every other. forward: x (B, T,
/// W) -> (B, T, W).
class BlockImpl : public torch::nn::Module {
  public:
    BlockImpl(int width, int heads, int feedForward);
    torch::Tensor forward(const torch::Tensor& x);

  private:
    int m_heads;
    torch::nn::LayerNorm m_norm1{nullptr};
    torch::nn::Linear m_qkv{nullptr};
    torch::nn::Linear m_project{nullptr};
    torch::nn::LayerNorm m_norm2{nullptr};
    torch::nn::Linear m_up{nullptr};
    torch::nn::Linear m_down{nullptr};
};
TORCH_MODULE(Block);

} // namespace canto::models::musae
