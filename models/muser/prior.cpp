// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/prior.h"

namespace canto::models::muser {

using torch::Tensor;
namespace nn = torch::nn;

PriorImpl::PriorImpl(const NetConfig& config) : m_codes(config.codes), m_stack(config.prior) {
    using codec::Field;
    if (config.books == Books::Sliced) {
        for (const auto field : {Field::Type, Field::Beat, Field::Tempo, Field::Chord, Field::Pitch,
                                 Field::Duration, Field::Velocity}) {
            m_order.push_back(static_cast<int>(field));
        }
    } else {
        m_order = {0};
    }
    const int width = m_stack.width;
    for (int group = 0; group < config.groups(); ++group) {
        const auto number = std::to_string(group);
        m_tables.push_back(
            register_module("embedding" + number, nn::Embedding(config.codes, width)));
        nn::init::normal_(m_tables.back()->weight, 0.0, 0.5);
        const auto values = this->values(static_cast<std::size_t>(group));
        if (group + 1 < config.groups()) {
            m_links.push_back(
                register_module("link_embedding" + number, nn::Embedding(values, width)));
        }
        m_middles.push_back(register_module("middle" + number, nn::Linear(width, width)));
        m_heads.push_back(register_module("head" + number, nn::Linear(width, values)));
    }
    m_label = register_module("label_embedding",
                              nn::Embedding(static_cast<int>(config.labels.size()) + 1, width));
    m_start = register_parameter("start", torch::zeros({width}));
    for (int layer = 0; layer < m_stack.layers; ++layer) {
        m_blocks.push_back(register_module("block" + std::to_string(layer),
                                           Block(m_stack, config.attention, false)));
    }
    m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
}

Tensor PriorImpl::sumOf(const Tensor& codes) {
    auto sum = m_tables[0](codes.select(2, 0));
    for (std::size_t group = 1; group < m_tables.size(); ++group) {
        sum = sum + m_tables[group](codes.select(2, static_cast<std::int64_t>(group)));
    }
    return sum;
}

std::vector<Tensor> PriorImpl::forward(const Tensor& codes, const Tensor& label) {
    const auto batch = codes.size(0);
    const auto places = codes.size(1);
    auto x = m_start.view({1, 1, -1}).expand({batch, 1, -1});
    if (places > 1) {
        x = torch::cat({x, sumOf(codes.narrow(1, 0, places - 1))}, 1);
    }
    x = x + m_label(label).unsqueeze(1) + positions(0, places, m_stack.width, x.options());
    for (auto& block : m_blocks) {
        x = block->forward(x, {}, true);
    }
    auto known = m_norm(x);
    std::vector<Tensor> result;
    for (std::size_t i = 0; i < m_order.size(); ++i) {
        result.push_back(logits(i, known));
        if (i + 1 < m_order.size()) {
            known = given(i, known, codes.select(2, m_order[i]));
        }
    }
    return result;
}

PriorImpl::State PriorImpl::begin(const Tensor& label, std::int64_t places) {
    State state;
    const auto own = m_label(label).unsqueeze(1);
    state.added = own + positions(0, places, m_stack.width, own.options());
    state.layers.resize(m_blocks.size());
    state.places = places;
    return state;
}

Tensor PriorImpl::next(const Tensor& before, State& state) {
    auto x = before.defined() ? sumOf(before)
                              : m_start.view({1, 1, -1}).expand({state.added.size(0), 1, -1});
    x = x + state.added.narrow(1, state.place, 1);
    for (std::size_t layer = 0; layer < m_blocks.size(); ++layer) {
        x = m_blocks[layer]->next(x, state.layers[layer], state.places);
    }
    ++state.place;
    return m_norm(x);
}

Tensor PriorImpl::logits(std::size_t i, const Tensor& known) {
    return m_heads[i](torch::gelu(m_middles[i](known)));
}

Tensor PriorImpl::given(std::size_t i, const Tensor& known, const Tensor& codes) {
    return known + m_links[i](codes);
}

} // namespace canto::models::muser
