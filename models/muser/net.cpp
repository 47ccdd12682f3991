// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/net.h"

#include "models/nn/open_net.h"

namespace canto::models::muser {

using torch::Tensor;
namespace nn = torch::nn;

namespace {

constexpr int kType = static_cast<int>(codec::Field::Type);
constexpr int kTypeWidth = 32;

nn::LayerNorm norm(int width) { return nn::LayerNorm(nn::LayerNormOptions({width})); }

} // namespace

EncoderImpl::EncoderImpl(const NetConfig& config)
    : m_embedding(register_module("embedding", WordEmbedding(config, kElements))),
      m_in(register_module("in", nn::Linear(config.embeddings(kElements), config.encoder.width))) {
    for (int layer = 0; layer < config.encoder.layers; ++layer) {
        m_blocks.push_back(register_module("block" + std::to_string(layer),
                                           Block(config.encoder, config.attention, false)));
    }
    m_norm = register_module("norm", norm(config.encoder.width));
    m_out = register_module("out", nn::Linear(config.encoder.width, config.latent()));
}

Tensor EncoderImpl::forward(const Tensor& words, const Tensor& live) {
    auto x = m_in(m_embedding(words));
    x = x + positions(0, x.size(1), static_cast<int>(x.size(2)), x.options());
    for (auto& block : m_blocks) {
        x = block->forward(x, live, false);
    }
    return m_out(m_norm(x));
}

DecoderImpl::DecoderImpl(const NetConfig& config)
    : m_config(config), m_embedding(register_module("embedding", WordEmbedding(config, kFields))) {
    const int width = config.global.width;
    const int element = config.element.width;
    const int joined = config.memory == Memory::Concat ? config.latent() : 0;
    m_in = register_module("in", nn::Linear(config.embeddings(kFields) + joined, width));
    const bool cross = config.memory == Memory::Cross && config.decoders != Decoders::Element;
    if (cross) {
        m_memory = register_module("memory", nn::Linear(config.latent(), width));
    }
    if (config.decoders != Decoders::Element) {
        for (int layer = 0; layer < config.global.layers; ++layer) {
            m_global.push_back(register_module("global" + std::to_string(layer),
                                               Block(config.global, config.attention, cross)));
        }
    }
    m_globalNorm = register_module("globalNorm", norm(width));
    m_toElement = register_module("toElement", nn::Linear(width, element));
    if (config.decoders != Decoders::Global) {
        m_fromSlice = register_module("fromSlice", nn::Linear(config.slice, element));
    }
    m_type = register_module(
        "type", nn::Embedding(codec::kVocabulary[static_cast<std::size_t>(kType)], kTypeWidth));
    m_joined = register_module("joined", nn::Linear(element + kTypeWidth, element));
    for (int i = 0; i < kElements; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const std::string name = codec::kFieldNames[at];
        if (config.decoders != Decoders::Global) {
            for (int layer = 0; layer < config.element.layers; ++layer) {
                m_elements[at].push_back(register_module(
                    name + std::to_string(layer), Block(config.element, config.attention, false)));
            }
        }
        m_elementNorm[at] = register_module(name + "Norm", norm(element));
        m_heads[at] = register_module(name + "Head", nn::Linear(element, codec::kVocabulary[at]));
    }
}

Tensor DecoderImpl::placeIn(const Tensor& before, const Tensor& vectors, std::int64_t first) {
    auto x = m_embedding(before);
    if (m_config.memory == Memory::Concat) {
        x = torch::cat({x, vectors}, 2);
    }
    x = m_in(x);
    return x + positions(first, x.size(1), static_cast<int>(x.size(2)), x.options());
}

Tensor DecoderImpl::elementIn(int element, const Tensor& global, const Tensor& vectors,
                              std::int64_t first) {
    if (m_config.decoders == Decoders::Global) {
        return global;
    }
    const auto slice = vectors.narrow(2, element * m_config.slice, m_config.slice);
    return global + m_fromSlice(slice) +
           positions(first, global.size(1), static_cast<int>(global.size(2)), global.options());
}

Logits DecoderImpl::forward(const Tensor& before, const Tensor& vectors, const Tensor& live,
                            const Tensor& types) {
    auto x = placeIn(before, vectors, 0);
    const auto memory = m_memory.is_empty() ? Tensor()
                                            : m_memory(vectors) + positions(0, vectors.size(1),
                                                                            m_config.global.width,
                                                                            vectors.options());
    for (auto& block : m_global) {
        x = block->forward(x, {}, true, memory, live);
    }
    const auto global = m_toElement(m_globalNorm(x));
    Logits result;
    for (int element = 0; element < kElements; ++element) {
        const auto at = static_cast<std::size_t>(element);
        auto known = elementIn(element, global, vectors, 0);
        for (auto& block : m_elements[at]) {
            known = block->forward(known, {}, true);
        }
        known = m_elementNorm[at](known);
        result[at] = element == kType ? m_heads[at](known) : logits(element, known, types);
    }
    return result;
}

DecoderState DecoderImpl::begin(const Tensor& vectors) {
    const auto rows = vectors.size(0);
    const auto& options = vectors.options();
    DecoderState state;
    state.places = vectors.size(1);
    state.global.resize(m_global.size());
    if (!m_memory.is_empty()) {
        const auto memory =
            m_memory(vectors) + positions(0, state.places, m_config.global.width, options);
        for (std::size_t layer = 0; layer < m_global.size(); ++layer) {
            m_global[layer]->remember(memory, state.global[layer]);
        }
    }
    const auto ofWords = m_config.embeddings(kFields);
    state.words = m_embedding->through(m_in->weight.narrow(1, 0, ofWords));
    state.globalIn = (m_in->bias + positions(0, state.places, m_config.global.width, options))
                         .unsqueeze(0)
                         .expand({rows, -1, -1});
    if (m_config.memory == Memory::Concat) {
        const auto ofVectors = m_in->weight.narrow(1, ofWords, vectors.size(2));
        state.globalIn = state.globalIn + torch::matmul(vectors, ofVectors.t());
    }
    std::vector<Tensor> weights, biases;
    for (const auto& norm : m_elementNorm) {
        weights.push_back(norm->weight);
        biases.push_back(norm->bias);
    }
    state.elementNorm = {torch::stack(weights), torch::stack(biases)};
    if (!m_fromSlice.is_empty()) {
        const auto places = positions(0, state.places, m_config.element.width, options);
        state.elementsIn =
            (m_fromSlice(vectors.view({rows, state.places, kElements, m_config.slice})) +
             places.unsqueeze(1)) // (B, T, E, W)
                .permute({1, 2, 0, 3})
                .contiguous();
    }
    for (std::size_t layer = 0; layer < m_elements.front().size(); ++layer) {
        std::vector<Block> blocks;
        for (const auto& element : m_elements) {
            blocks.push_back(element[layer]);
        }
        state.elementBlocks.emplace_back(std::move(blocks), m_config.element, m_config.attention);
    }
    state.elements.resize(state.elementBlocks.size());
    return state;
}

std::array<Tensor, kElements> DecoderImpl::next(const Tensor& before, DecoderState& state) {
    auto x = torch::embedding(state.words, m_embedding->rowsOf(before)).sum(2) +
             state.globalIn.narrow(1, state.place, 1);
    for (std::size_t layer = 0; layer < m_global.size(); ++layer) {
        x = m_global[layer]->next(x, state.global[layer], state.places);
    }
    auto own = m_toElement(m_globalNorm(x)).transpose(0, 1); // (1, B, W)
    own = state.elementsIn.defined() ? own + state.elementsIn[state.place]
                                     : own.expand({kElements, -1, -1});
    for (std::size_t layer = 0; layer < state.elements.size(); ++layer) {
        own = state.elementBlocks[layer].next(own, state.elements[layer], state.places);
    }
    own = state.elementNorm(own);
    std::array<Tensor, kElements> known;
    for (int element = 0; element < kElements; ++element) {
        known[static_cast<std::size_t>(element)] = own[element].unsqueeze(1);
    }
    ++state.place;
    return known;
}

Tensor DecoderImpl::typeLogits(const std::array<Tensor, kElements>& known) {
    const auto at = static_cast<std::size_t>(kType);
    return m_heads[at](known[at]);
}

Tensor DecoderImpl::logits(int element, const Tensor& known, const Tensor& types) {
    const auto joined = m_joined(torch::cat({known, m_type(types)}, 2));
    return m_heads[static_cast<std::size_t>(element)](torch::gelu(joined));
}

Tensor saidIn(const Tensor& words, const Tensor& live) {
    using codec::Field;
    auto least = torch::zeros({kElements}, torch::kInt64);
    least[static_cast<int>(Field::Tempo)] = codec::kContinue;
    least[static_cast<int>(Field::Chord)] = codec::kContinue;
    least[kType] = -1;
    return (words.narrow(2, 0, kElements) > least.to(words.device()))
        .logical_and(live.unsqueeze(2));
}

NetImpl::NetImpl(NetConfig sizes)
    : config(std::move(sizes)), encoder(register_module("encoder", Encoder(config))),
      quantiser(register_module("quantiser", Quantiser(config))),
      regulariser(register_module("regulariser", Regulariser(config))),
      decoder(register_module("decoder", Decoder(config))),
      prior(register_module("prior", Prior(config))) {}

Quantised NetImpl::quantise(const Tensor& words, const Tensor& live) {
    return quantiser(encoder(words, live), saidIn(words, live));
}

namespace {

/// The tensors that determine the memory of a network.
std::vector<NamedShape> expectedOf(const NetConfig& config) {
    std::vector<NamedShape> expected = {
        {"quantiser.books", {config.groups(), config.codes, config.groupSize()}},
        {"encoder.in.weight", {config.encoder.width, config.embeddings(kElements)}},
        {"decoder.toElement.weight", {config.element.width, config.global.width}},
        {"prior.head0.weight", {config.codes + 1, config.prior.width}}};
    const auto stack = [&](const std::string& prefix, const Stack& sizes) {
        for (int layer = 0; layer < sizes.layers; ++layer) {
            expected.push_back(
                {prefix + std::to_string(layer) + ".up.weight", {sizes.feedForward, sizes.width}});
        }
    };
    stack("encoder.block", config.encoder);
    stack("prior.block", config.prior);
    if (config.summary == Summary::Transformer) {
        stack("regulariser.block", config.regulariser);
    }
    if (config.decoders != Decoders::Element) {
        stack("decoder.global", config.global);
    }
    if (config.decoders != Decoders::Global) {
        stack("decoder.tempo", config.element);
    }
    return expected;
}

} // namespace

Result<Net> openNet(const tensors::SafeTensors& weights) {
    return openNetAs<Net, NetConfig>(weights, &expectedOf);
}

} // namespace canto::models::muser
