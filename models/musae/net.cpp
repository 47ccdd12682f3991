// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/net.h"

#include "models/nn/open_net.h"

#include <algorithm>
#include <cmath>

namespace canto::models::musae {

using torch::Tensor;
namespace nn = torch::nn;

namespace {
nn::LSTM lstm(int input, int width, int layers, bool bothWays) {
    return nn::LSTM(
        nn::LSTMOptions(input, width).num_layers(layers).bidirectional(bothWays).batch_first(true));
}
} // namespace

EncoderImpl::EncoderImpl(const NetConfig& config) : m_config(config) {
    const int width = config.width;
    m_embedding = register_module(
        "embedding",
        nn::EmbeddingBag(
            nn::EmbeddingBagOptions(config.patch * kTracks * kClasses, width).mode(torch::kSum)));
    // Scaled so that the sum of a position's embeddings has variance 1.
    nn::init::normal_(m_embedding->weight, 0.0, 1.0 / std::sqrt(config.patch * kTracks));
    if (config.expression) {
        m_expressions = register_module(
            "touchEmbedding",
            nn::EmbeddingBag(
                nn::EmbeddingBagOptions(config.patch * kTracks * codec::kExpressions, width)
                    .mode(torch::kSum)));
        nn::init::zeros_(m_expressions->weight);
    }
    int features = config.places() * width;
    if (config.body == Body::Recurrent) {
        m_lstm = register_module("lstm", lstm(width, width, config.layers, true));
        features = 2 * width;
    } else if (config.body == Body::TwoLevel) {
        m_reader = register_module("reader", TwoLevelReader(config));
        features = config.bars * 2 * width;
    } else {
        m_position = register_parameter("position", torch::randn({config.places(), width}) * 0.1);
        m_blocks = register_module(
            "blocks", makeBlocks(config.layers, width, config.heads, config.feedForward));
        m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    }
    const int outputs = config.prior == PriorKind::Kl ? 2 * config.latent : config.latent;
    m_toLatent = register_module("toLatent", nn::Linear(features, outputs));
}

Tensor EncoderImpl::embedded(const Tensor& codes) {
    const int steps = m_config.steps();
    TORCH_CHECK(codes.dim() == 3 && codes.size(1) == steps && codes.size(2) == m_config.columns(),
                "codes are ", codes.sizes(), ", expected (B, ", steps, ", ", m_config.columns(),
                ")");
    const int lookups = m_config.patch * kTracks;
    const auto offset = torch::arange(lookups, codes.options()) * kClasses;
    auto places = m_embedding(codes.narrow(2, 0, kTracks).reshape({-1, lookups}) + offset)
                      .view({-1, m_config.places(), m_config.width}); // (B, T / patch, W)
    return m_expressions ? places + embeddedExpressions(codes.narrow(2, kTracks, kTracks)) : places;
}

Tensor EncoderImpl::embeddedExpressions(const Tensor& expressions) {
    const int lookups = m_config.patch * kTracks;
    const auto offset = torch::arange(lookups, expressions.options()) * codec::kExpressions;
    return m_expressions(expressions.reshape({-1, lookups}) + offset)
        .view({-1, m_config.places(), m_config.width});
}

Tensor EncoderImpl::forward(const Tensor& codes) {
    const auto features = featuresOf(embedded(codes));
    const auto latent = latentOf(features);
    if (!is_training() || m_config.prior != PriorKind::CircularMixture ||
        labelGradientScale == 1.0) {
        return latent;
    }
    const auto encoded =
        labelGradientScale * features + (1 - labelGradientScale) * features.detach();
    const auto plane = torch::linear(encoded, m_toLatent->weight.narrow(0, 0, 2),
                                     m_toLatent->bias.narrow(0, 0, 2));
    return torch::cat({plane, latent.narrow(1, 2, m_config.latent - 2)}, 1);
}

Tensor EncoderImpl::fromClasses(const Tensor& classes, const Tensor& expressions) {
    TORCH_CHECK(expressions.defined() == m_config.expression,
                "only networks with expression accept expression values");
    const int lookups = m_config.patch * kTracks;
    auto places =
        classes.reshape({-1, m_config.places(), lookups * kClasses}).matmul(m_embedding->weight);
    return latentOf(featuresOf(m_expressions ? places + embeddedExpressions(expressions) : places));
}

Tensor EncoderImpl::moments(const Tensor& codes) {
    TORCH_CHECK(m_config.prior == PriorKind::Kl,
                "only the KL prior has a variance for each phrase");
    return m_toLatent(featuresOf(embedded(codes)));
}

/// (B, T / patch, W) -> (B, F)
Tensor EncoderImpl::featuresOf(Tensor places) {
    if (m_lstm) {
        const auto states = std::get<0>(std::get<1>(m_lstm(places))); // (2 layers, B, W)
        const auto last = states.size(0) - 2;
        return torch::cat({states[last], states[last + 1]}, 1);
    }
    if (m_reader) {
        return m_reader(places);
    }
    return m_norm(throughBlocks(m_blocks, places + m_position)).flatten(1);
}

Tensor EncoderImpl::latentOf(const Tensor& features) {
    const auto latent = m_toLatent(features);
    if (m_config.prior == PriorKind::Kl) {
        return latent.narrow(1, 0, m_config.latent);
    }
    if (m_config.prior == PriorKind::Styles) {
        const auto rest = m_config.latent - m_config.styles;
        return torch::cat({torch::sigmoid(latent.narrow(1, 0, m_config.styles)),
                           latent.narrow(1, m_config.styles, rest)},
                          1);
    }
    return latent;
}

DecoderImpl::DecoderImpl(const NetConfig& config) : m_config(config) {
    const int width = config.width;
    if (config.body == Body::Recurrent) {
        m_fromLatent = register_module("fromLatent", nn::Linear(config.latent, width));
        m_lstms = register_module("lstms", nn::ModuleList());
        m_heads = register_module("heads", nn::ModuleList());
        for (int track = 0; track < kTracks; ++track) {
            m_lstms->push_back(lstm(config.latent, width, config.layers, false));
            m_heads->push_back(nn::Linear(width, kClasses));
        }
        return;
    }
    if (config.body == Body::TwoLevel) {
        m_fromLatent =
            register_module("fromLatent", nn::Linear(config.latent, config.bars * 2 * width));
        m_writer = register_module("writer", TwoLevelWriter(config));
    } else {
        m_fromLatent =
            register_module("fromLatent", nn::Linear(config.latent, config.places() * width));
        m_position = register_parameter("position", torch::randn({config.places(), width}) * 0.1);
        m_blocks = register_module(
            "blocks", makeBlocks(config.layers, width, config.heads, config.feedForward));
    }
    m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    m_toClasses =
        register_module("toClasses", nn::Linear(width, config.patch * kTracks * kClasses));
    if (config.expression) {
        m_toExpressions = register_module(
            "toTouches", nn::Linear(width, config.patch * kTracks * kExpressionLogits));
    }
}

Tensor DecoderImpl::forward(const Tensor& u) {
    TORCH_CHECK(u.dim() == 2 && u.size(1) == m_config.latent, "latent is ", u.sizes(),
                ", expected (B, ", m_config.latent, ")");
    const int steps = m_config.steps();
    if (m_lstms) {
        const auto h0 = torch::tanh(m_fromLatent(u))
                            .unsqueeze(0)
                            .repeat({m_config.layers, 1, 1});      // (layers, B, W)
        const auto input = u.unsqueeze(1).expand({-1, steps, -1}); // (B, T, Z), no copy
        std::vector<Tensor> logits;
        for (int track = 0; track < kTracks; ++track) {
            const auto hidden = std::get<0>(
                m_lstms[track]->as<nn::LSTM>()->forward(input, std::make_tuple(h0, h0)));
            logits.push_back(m_heads[track]->as<nn::Linear>()->forward(hidden));
        }
        return torch::stack(logits, 2); // (B, T, R, V)
    }
    const auto x =
        m_writer ? m_writer(m_fromLatent(u))
                 : throughBlocks(m_blocks,
                                 m_fromLatent(u).view({-1, m_config.places(), m_config.width}) +
                                     m_position);
    const auto hidden = m_norm(x);
    const auto classes = m_toClasses(hidden).view({-1, steps, kTracks, kClasses});
    if (!m_toExpressions) {
        return classes;
    }
    return torch::cat(
        {classes, m_toExpressions(hidden).view({-1, steps, kTracks, kExpressionLogits})}, 3);
}

CriticImpl::CriticImpl(int inputs, int width) {
    m_layers = register_module("layers", nn::Sequential(nn::Linear(inputs, width), nn::Tanh(),
                                                        nn::Linear(width, width), nn::Tanh(),
                                                        nn::Linear(width, 1)));
}

Tensor CriticImpl::forward(const Tensor& x) { return m_layers->forward(x); }

namespace {

/// A smaller encoder of the same phrases whose latent consists of the styles only.
NetConfig infomaxOf(NetConfig config) {
    config.latent = config.styles;
    config.controls = 0;
    config.expression = false;
    config.layers = std::min(config.layers, 2);
    return config;
}

} // namespace

NetImpl::NetImpl(const NetConfig& netConfig)
    : config(netConfig), prior(netConfig.components(), std::max(3, netConfig.latent)) {
    encoder = register_module("encoder", Encoder(config));
    decoder = register_module("decoder", Decoder(config));
    scale = torch::ones({config.latent});
    if (config.prior == PriorKind::CircularMixture) {
        const auto inputs = config.latent + static_cast<int>(config.labels.size());
        critic = register_module("critic", Critic(inputs, config.criticWidth));
        scale = prior.scale();
    } else if (config.prior == PriorKind::Styles) {
        const int rest = config.latent - config.styles;
        critic = register_module("critic", Critic(rest, config.criticWidth));
        styleCritic = register_module("styleCritic", Critic(config.styles, config.criticWidth));
        infomax = register_module("infomax", Encoder(infomaxOf(config)));
    }
    scale = register_buffer("scale", scale);
}

Tensor NetImpl::drawPrior(const Tensor& component, const Tensor& noise) const {
    if (config.prior == PriorKind::CircularMixture) {
        return toU(prior.place(component, noise));
    }
    const auto styles = (noise.narrow(1, 0, config.styles) < 0).to(noise.scalar_type());
    return torch::cat({styles, noise.narrow(1, config.styles, config.latent - config.styles)}, 1);
}

namespace {

/// The tensors that determine the memory of a network.
std::vector<NamedShape> expectedOf(const NetConfig& config) {
    const std::int64_t width = config.width;
    const std::int64_t latent = config.latent;
    const std::int64_t outputs = config.prior == PriorKind::Kl ? 2 * latent : latent;
    const std::int64_t critic = config.criticWidth;
    std::vector<NamedShape> expected = {
        {"encoder.embedding.weight", {config.patch * kTracks * kClasses, width}}};
    if (config.expression) {
        expected.push_back({"encoder.touchEmbedding.weight",
                            {config.patch * kTracks * codec::kExpressions, width}});
    }
    if (config.prior == PriorKind::CircularMixture) {
        expected.push_back({"critic.layers.0.weight",
                            {critic, latent + static_cast<std::int64_t>(config.labels.size())}});
        expected.push_back({"critic.layers.2.weight", {critic, critic}});
    } else if (config.prior == PriorKind::Styles) {
        expected.push_back({"critic.layers.0.weight", {critic, latent - config.styles}});
        expected.push_back({"styleCritic.layers.2.weight", {critic, critic}});
    }
    for (int layer = 0; layer < config.layers; ++layer) {
        const auto number = std::to_string(layer);
        if (config.body == Body::Recurrent) {
            expected.push_back({"decoder.lstms.0.weight_hh_l" + number, {4 * width, width}});
        } else {
            const std::string blocks =
                config.body == Body::TwoLevel ? "decoder.writer.blocks." : "decoder.blocks.";
            expected.push_back({blocks + number + ".up.weight", {config.feedForward, width}});
        }
    }
    if (config.body == Body::Transformer) {
        expected.push_back({"encoder.toLatent.weight", {outputs, config.places() * width}});
    } else if (config.body == Body::TwoLevel) {
        expected.push_back({"encoder.toLatent.weight", {outputs, config.bars * 2 * width}});
        expected.push_back(
            {"decoder.writer.fromBar.weight", {config.placesPerBar() * width, 2 * width}});
    }
    return expected;
}

} // namespace

Result<Net> openNet(const tensors::SafeTensors& weights) {
    return openNetAs<Net, NetConfig>(weights, &expectedOf);
}

} // namespace canto::models::musae
