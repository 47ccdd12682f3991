// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/layers.h"

#include <cmath>

namespace canto::models::muser {

using torch::Tensor;
namespace nn = torch::nn;

Tensor positions(std::int64_t first, std::int64_t count, int width,
                 const torch::TensorOptions& options) {
    const auto place = torch::arange(first, first + count, options).unsqueeze(1); // (count, 1)
    const auto half = (width + 1) / 2;
    const auto rate =
        torch::exp(torch::arange(half, options) * (-std::log(10000.0) / std::max(1, half)));
    const auto angle = place * rate; // (count, half)
    return torch::stack({angle.sin(), angle.cos()}, 2).view({count, 2 * half}).narrow(1, 0, width);
}

HeadsImpl::HeadsImpl(int width, int heads, Attention kind)
    : m_heads(heads), m_kind(kind), m_in(register_module("in", nn::Linear(width, 3 * width))),
      m_out(register_module("out", nn::Linear(width, width))) {}

Tensor HeadsImpl::split(const Tensor& x) const {
    return x.view({x.size(0), x.size(1), m_heads, x.size(2) / m_heads}).transpose(1, 2);
}

Tensor mixHeads(const Tensor& q, const Tensor& k, const Tensor& v, const Tensor& allowed,
                Attention kind) {
    Tensor weights;
    if (kind == Attention::Linear) {
        weights = torch::matmul(torch::elu(q) + 1, (torch::elu(k) + 1).transpose(2, 3));
        if (allowed.defined()) {
            weights = weights.masked_fill(allowed.logical_not(), 0.0);
        }
        weights = weights / (weights.sum(3, true) + 1e-6);
    } else {
        weights =
            torch::matmul(q, k.transpose(2, 3)) * (1.0 / std::sqrt(static_cast<double>(q.size(3))));
        if (allowed.defined()) {
            // Not minus infinity: a row with nothing allowed stays finite.
            weights = weights.masked_fill(allowed.logical_not(), -1e9);
        }
        weights = torch::softmax(weights, 3);
    }
    const auto mixed = torch::matmul(weights, v).transpose(1, 2); // (B, T, H, W / H)
    return mixed.reshape({mixed.size(0), mixed.size(1), -1});
}

void LayerCache::append(const Tensor& k, const Tensor& v, std::int64_t places) {
    if (!keys.defined()) {
        keys = torch::empty({k.size(0), k.size(1), places, k.size(3)}, k.options());
        values = torch::empty_like(keys);
    }
    TORCH_CHECK(filled < places, "the phrase is longer than ", places, " words");
    keys.narrow(2, filled, 1).copy_(k);
    values.narrow(2, filled, 1).copy_(v);
    ++filled;
}

Tensor HeadsImpl::within(const Tensor& x, const Tensor& live, bool causal) {
    const auto parts = m_in(x).chunk(3, 2);
    Tensor allowed;
    if (live.defined()) {
        allowed = live.unsqueeze(1).unsqueeze(1); // (B, 1, 1, T)
    }
    if (causal) {
        const auto lower = torch::ones({x.size(1), x.size(1)},
                                       torch::TensorOptions(torch::kBool).device(x.device()))
                               .tril();
        allowed = allowed.defined() ? allowed.logical_and(lower) : lower;
    }
    return m_out(mixHeads(split(parts[0]), split(parts[1]), split(parts[2]), allowed, m_kind));
}

Tensor HeadsImpl::query(const Tensor& x) {
    const auto width = x.size(2);
    return split(nn::functional::linear(x, m_in->weight.narrow(0, 0, width),
                                        m_in->bias.narrow(0, 0, width)));
}

std::vector<Tensor> HeadsImpl::keysAndValues(const Tensor& memory) {
    const auto width = memory.size(2);
    return nn::functional::linear(memory, m_in->weight.narrow(0, width, 2 * width),
                                  m_in->bias.narrow(0, width, 2 * width))
        .chunk(2, 2);
}

Tensor HeadsImpl::to(const Tensor& x, const Tensor& memory, const Tensor& live) {
    const auto kv = keysAndValues(memory);
    return m_out(mixHeads(query(x), split(kv[0]), split(kv[1]),
                          live.defined() ? live.unsqueeze(1).unsqueeze(1) : Tensor(), m_kind));
}

Tensor HeadsImpl::next(const Tensor& x, LayerCache& cache, std::int64_t places) {
    const auto parts = m_in(x).chunk(3, 2);
    cache.append(split(parts[1]), split(parts[2]), places);
    return m_out(mixHeads(split(parts[0]), cache.usedKeys(), cache.usedValues(), {}, m_kind));
}

void HeadsImpl::remember(const Tensor& memory, LayerCache& cache) {
    const auto kv = keysAndValues(memory);
    cache.memoryKeys = split(kv[0]).contiguous();
    cache.memoryValues = split(kv[1]).contiguous();
}

Tensor HeadsImpl::nextTo(const Tensor& x, const LayerCache& cache) {
    return m_out(mixHeads(query(x), cache.memoryKeys, cache.memoryValues, {}, m_kind));
}

BlockImpl::BlockImpl(const Stack& stack, Attention kind, bool withMemory)
    : m_normWithin(
          register_module("normWithin", nn::LayerNorm(nn::LayerNormOptions({stack.width})))),
      m_normForward(
          register_module("normForward", nn::LayerNorm(nn::LayerNormOptions({stack.width})))),
      m_within(register_module("within", Heads(stack.width, stack.heads, kind))),
      m_up(register_module("up", nn::Linear(stack.width, stack.feedForward))),
      m_down(register_module("down", nn::Linear(stack.feedForward, stack.width))) {
    if (withMemory) {
        m_normTo = register_module("normTo", nn::LayerNorm(nn::LayerNormOptions({stack.width})));
        m_to = register_module("to", Heads(stack.width, stack.heads, Attention::Softmax));
    }
}

Tensor BlockImpl::forward(Tensor x, const Tensor& live, bool causal, const Tensor& memory,
                          const Tensor& memoryLive) {
    x = x + m_within->within(m_normWithin(x), live, causal);
    if (!m_to.is_empty()) {
        x = x + m_to->to(m_normTo(x), memory, memoryLive);
    }
    return x + m_down(torch::gelu(m_up(m_normForward(x))));
}

Tensor BlockImpl::next(Tensor x, LayerCache& cache, std::int64_t places) {
    x = x + m_within->next(m_normWithin(x), cache, places);
    if (!m_to.is_empty()) {
        x = x + m_to->nextTo(m_normTo(x), cache);
    }
    return x + m_down(torch::gelu(m_up(m_normForward(x))));
}

void BlockImpl::remember(const Tensor& memory, LayerCache& cache) {
    if (!m_to.is_empty()) {
        m_to->remember(memory, cache);
    }
}

WordEmbeddingImpl::WordEmbeddingImpl(const NetConfig& config, int fields) {
    std::int64_t rows = 0;
    for (int field = 0; field < fields; ++field) {
        m_firstRows.push_back(rows);
        rows += codec::kVocabulary[static_cast<std::size_t>(field)];
        m_tables.push_back(
            register_module(codec::kFieldNames[static_cast<std::size_t>(field)],
                            nn::Embedding(codec::kVocabulary[static_cast<std::size_t>(field)],
                                          config.embedding(field))));
        torch::nn::init::normal_(m_tables.back()->weight, 0.0,
                                 1.0 / std::sqrt(config.embedding(field)));
    }
}

Tensor WordEmbeddingImpl::forward(const Tensor& words) {
    std::vector<Tensor> parts;
    parts.reserve(m_tables.size());
    for (std::size_t field = 0; field < m_tables.size(); ++field) {
        auto& table = m_tables[field];
        parts.push_back(table(words.select(2, static_cast<std::int64_t>(field))) *
                        std::sqrt(static_cast<double>(table->weight.size(1))));
    }
    return torch::cat(parts, 2);
}

Tensor WordEmbeddingImpl::through(const Tensor& weight) const {
    std::vector<Tensor> rows;
    rows.reserve(m_tables.size());
    std::int64_t first = 0;
    for (const auto& table : m_tables) {
        const auto width = table->weight.size(1);
        rows.push_back(torch::matmul(table->weight, weight.narrow(1, first, width).t()) *
                       std::sqrt(static_cast<double>(width)));
        first += width;
    }
    return torch::cat(rows, 0);
}

Tensor WordEmbeddingImpl::rowsOf(const Tensor& words) const {
    const auto fields = static_cast<std::int64_t>(m_tables.size());
    return words.narrow(words.dim() - 1, 0, fields) + torch::tensor(m_firstRows, words.options());
}

} // namespace canto::models::muser
