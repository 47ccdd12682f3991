// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/regulariser.h"

namespace canto::models::muser {

using torch::Tensor;

RegulariserImpl::RegulariserImpl(const NetConfig& config) : m_config(config) {
    if (config.summary == Summary::Transformer) {
        for (int layer = 0; layer < config.regulariser.layers; ++layer) {
            m_blocks.push_back(
                register_module("block" + std::to_string(layer),
                                Block(config.regulariser, Attention::Softmax, false)));
        }
    }
}

Tensor RegulariserImpl::forward(const Tensor& vectors) {
    const auto batch = vectors.size(0);
    const auto places = vectors.size(1);
    auto slices = vectors.view({batch, places, kElements, m_config.slice}).permute({2, 0, 3, 1});
    if (m_config.summary == Summary::Mean) {
        return slices.mean(2);
    }
    slices = slices.reshape({kElements * batch, m_config.slice, places});
    slices = torch::constant_pad_nd(slices, {0, m_config.places - places});
    slices = slices + positions(0, m_config.slice, m_config.places, slices.options());
    for (auto& block : m_blocks) {
        slices = block->forward(slices, {}, false);
    }
    return slices.select(1, 0).narrow(1, 0, places).view({kElements, batch, places});
}

Tensor orderLoss(const Tensor& sequences, const Tensor& order, const Tensor& live, double delta) {
    const auto difference = sequences.unsqueeze(2) - sequences.unsqueeze(1); // (E, B, B, T)
    const auto sign = torch::sign(order.unsqueeze(2) - order.unsqueeze(1));
    const auto both = live.unsqueeze(1).logical_and(live.unsqueeze(0)).to(sequences.dtype());
    const auto miss = (torch::tanh(delta * difference) - sign).abs() * both.unsqueeze(0);
    return miss.sum() / both.sum().clamp_min(1);
}

Tensor naturalOrder(const Tensor& words) {
    const auto chords = codec::kVocabulary[static_cast<std::size_t>(codec::Field::Chord)];
    auto table = torch::empty({chords}, torch::kInt64);
    for (int value = 0; value < chords; ++value) {
        table[value] = codec::orderOf(codec::Field::Chord, static_cast<std::uint8_t>(value));
    }
    table = table.to(words.device());
    auto values = words.narrow(2, 0, kElements).permute({2, 0, 1}).contiguous(); // (E, B, T)
    const auto chord = values.select(0, static_cast<int>(codec::Field::Chord));
    chord.copy_(table.index_select(0, chord.reshape({-1})).view(chord.sizes()));
    return values.to(torch::kFloat32);
}

} // namespace canto::models::muser
