// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/side_by_side.h"

namespace canto::models::muser {

using torch::Tensor;

namespace {

Tensor together(const std::vector<Block>& blocks, const std::string& name) {
    std::vector<Tensor> all;
    all.reserve(blocks.size());
    for (const Block& block : blocks) {
        all.push_back(block->named_parameters()[name]);
    }
    return torch::stack(all);
}

} // namespace

Tensor NormsSideBySide::operator()(const Tensor& x) const {
    return torch::addcmul(m_biases, torch::layer_norm(x, {x.size(2)}), m_weights);
}

BlocksSideBySide::BlocksSideBySide(std::vector<Block> blocks, const Stack& stack, Attention kind)
    : m_heads(stack.heads), m_kind(kind),
      m_normWithin(together(blocks, "normWithin.weight"), together(blocks, "normWithin.bias")),
      m_normForward(together(blocks, "normForward.weight"), together(blocks, "normForward.bias")),
      m_in(linears(blocks, "within.in")), m_out(linears(blocks, "within.out")),
      m_up(linears(blocks, "up")), m_down(linears(blocks, "down")) {}

BlocksSideBySide::Linears BlocksSideBySide::linears(const std::vector<Block>& blocks,
                                                    const std::string& name) {
    return {together(blocks, name + ".weight").transpose(1, 2).contiguous(),
            together(blocks, name + ".bias").unsqueeze(1)};
}

Tensor BlocksSideBySide::next(Tensor x, LayerCache& cache, std::int64_t places) const {
    const auto rows = x.size(0) * x.size(1);
    const auto split = [&](const Tensor& part) {
        return part.reshape({rows, m_heads, 1, x.size(2) / m_heads});
    };
    const auto parts = m_in(m_normWithin(x)).chunk(3, 2);
    cache.append(split(parts[1]), split(parts[2]), places);
    const auto mixed = mixHeads(split(parts[0]), cache.usedKeys(), cache.usedValues(), {}, m_kind);
    x = x + m_out(mixed.view(x.sizes()));
    return x + m_down(torch::gelu(m_up(m_normForward(x))));
}

} // namespace canto::models::muser
