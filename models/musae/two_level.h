// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/blocks.h"
#include "models/musae/config.h"

namespace canto::models::musae {

// Long phrases on two levels: blocks attend to the positions of one bar, and blocks twice as wide
// to the bars. The cost grows with the number of bars, not with its square.

/// forward: positions (B, T / patch, W), embedded -> features (B, bars 2W).
class TwoLevelReaderImpl : public torch::nn::Module {
  public:
    explicit TwoLevelReaderImpl(const NetConfig& config);
    torch::Tensor forward(const torch::Tensor& places);

  private:
    int m_bars;
    torch::Tensor m_position;    ///< (places of a bar, W)
    torch::Tensor m_barPosition; ///< (bars, 2W)
    torch::nn::ModuleList m_blocks{nullptr};
    torch::nn::LayerNorm m_norm{nullptr};
    torch::nn::Linear m_toBar{nullptr};
    torch::nn::ModuleList m_barBlocks{nullptr};
    torch::nn::LayerNorm m_barNorm{nullptr};
};
TORCH_MODULE(TwoLevelReader);

/// forward: features (B, bars 2W) -> positions (B, T / patch, W).
class TwoLevelWriterImpl : public torch::nn::Module {
  public:
    explicit TwoLevelWriterImpl(const NetConfig& config);
    torch::Tensor forward(const torch::Tensor& features);

  private:
    int m_bars;
    torch::Tensor m_position;
    torch::Tensor m_barPosition;
    torch::nn::ModuleList m_barBlocks{nullptr};
    torch::nn::LayerNorm m_barNorm{nullptr};
    torch::nn::Linear m_fromBar{nullptr};
    torch::nn::ModuleList m_blocks{nullptr};
};
TORCH_MODULE(TwoLevelWriter);

/// Blocks of a width in a list, as a module's "blocks".
torch::nn::ModuleList makeBlocks(int count, int width, int heads, int feedForward);
torch::Tensor throughBlocks(const torch::nn::ModuleList& blocks, torch::Tensor x);

} // namespace canto::models::musae
