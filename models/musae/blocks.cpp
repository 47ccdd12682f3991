// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/blocks.h"

#include <cmath>

namespace canto::models::musae {

using torch::Tensor;

BlockImpl::BlockImpl(int width, int heads, int feedForward) : m_heads(heads) {
    m_norm1 = register_module("norm1", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    m_qkv = register_module("qkv", torch::nn::Linear(width, 3 * width));
    m_project = register_module("project", torch::nn::Linear(width, width));
    m_norm2 = register_module("norm2", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
    m_up = register_module("up", torch::nn::Linear(width, feedForward));
    m_down = register_module("down", torch::nn::Linear(feedForward, width));
}

Tensor BlockImpl::forward(const Tensor& x) {
    const auto batch = x.size(0);
    const auto steps = x.size(1);
    const auto width = x.size(2);
    const auto head = width / m_heads;
    const auto qkv = m_qkv(m_norm1(x))
                         .view({batch, steps, 3, m_heads, head})
                         .permute({2, 0, 3, 1, 4}) // (3, B, heads, T, head)
                         .reshape({3, batch * m_heads, steps, head});
    const auto query = qkv[0] * (1.0 / std::sqrt(static_cast<double>(head)));
    const auto weights = torch::softmax(torch::bmm(query, qkv[1].transpose(1, 2)), -1);
    const auto mixed = torch::bmm(weights, qkv[2]) // (B heads, T, head)
                           .view({batch, m_heads, steps, head})
                           .transpose(1, 2)
                           .reshape({batch, steps, width});
    const auto attended = x + m_project(mixed);
    return attended + m_down(torch::relu(m_up(m_norm2(attended))));
}

} // namespace canto::models::musae
