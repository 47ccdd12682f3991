// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/two_level.h"

namespace canto::models::musae {

using torch::Tensor;
namespace nn = torch::nn;

nn::ModuleList makeBlocks(int count, int width, int heads, int feedForward) {
    nn::ModuleList blocks;
    for (int layer = 0; layer < count; ++layer) {
        blocks->push_back(Block(width, heads, feedForward));
    }
    return blocks;
}

Tensor throughBlocks(const nn::ModuleList& blocks, Tensor x) {
    for (const auto& block : *blocks) {
        x = block->as<Block>()->forward(x);
    }
    return x;
}

namespace {
nn::LayerNorm norm(int width) { return nn::LayerNorm(nn::LayerNormOptions({width})); }
} // namespace

TwoLevelReaderImpl::TwoLevelReaderImpl(const NetConfig& config) : m_bars(config.bars) {
    const int width = config.width;
    const int places = config.placesPerBar();
    m_position = register_parameter("position", torch::randn({places, width}) * 0.1);
    m_barPosition = register_parameter("barPosition", torch::randn({m_bars, 2 * width}) * 0.1);
    m_blocks = register_module("blocks",
                               makeBlocks(config.layers, width, config.heads, config.feedForward));
    m_norm = register_module("norm", norm(width));
    m_toBar = register_module("toBar", nn::Linear(places * width, 2 * width));
    m_barBlocks = register_module(
        "barBlocks", makeBlocks(config.layers, 2 * width, config.heads, 2 * config.feedForward));
    m_barNorm = register_module("barNorm", norm(2 * width));
}

Tensor TwoLevelReaderImpl::forward(const Tensor& places) {
    const auto inBar = m_position.size(0);
    const auto width = m_position.size(1);
    const auto x = throughBlocks(m_blocks, places.reshape({-1, inBar, width}) +
                                               m_position); // (B bars, places, W)
    const auto bars = m_toBar(m_norm(x).flatten(1)).view({-1, m_bars, 2 * width}) + m_barPosition;
    return m_barNorm(throughBlocks(m_barBlocks, bars)).flatten(1);
}

TwoLevelWriterImpl::TwoLevelWriterImpl(const NetConfig& config) : m_bars(config.bars) {
    const int width = config.width;
    const int places = config.placesPerBar();
    m_position = register_parameter("position", torch::randn({places, width}) * 0.1);
    m_barPosition = register_parameter("barPosition", torch::randn({m_bars, 2 * width}) * 0.1);
    m_barBlocks = register_module(
        "barBlocks", makeBlocks(config.layers, 2 * width, config.heads, 2 * config.feedForward));
    m_barNorm = register_module("barNorm", norm(2 * width));
    m_fromBar = register_module("fromBar", nn::Linear(2 * width, places * width));
    m_blocks = register_module("blocks",
                               makeBlocks(config.layers, width, config.heads, config.feedForward));
}

Tensor TwoLevelWriterImpl::forward(const Tensor& features) {
    const auto inBar = m_position.size(0);
    const auto width = m_position.size(1);
    const auto bars = throughBlocks(m_barBlocks, features.view({-1, m_bars, 2 * width}) +
                                                     m_barPosition); // (B, bars, 2W)
    const auto x =
        m_fromBar(m_barNorm(bars)).reshape({-1, inBar, width}) + m_position; // (B bars, places, W)
    return throughBlocks(m_blocks, x).reshape({-1, m_bars * inBar, width});
}

} // namespace canto::models::musae
