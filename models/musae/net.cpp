#include "models/musae/net.h"

#include "models/musae/blocks.h"

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
    // The sum of a place's lookups has variance 1.
    nn::init::normal_(m_embedding->weight, 0.0, 1.0 / std::sqrt(config.patch * kTracks));
    if (config.body == Body::Recurrent) {
        m_lstm = register_module("lstm", lstm(width, width, config.layers, true));
        m_toLatent = register_module("toLatent", nn::Linear(2 * width, config.latent));
        return;
    }
    m_position = register_parameter("position", torch::randn({config.places(), width}) * 0.1);
    m_blocks = register_module("blocks", nn::ModuleList());
    for (int layer = 0; layer < config.layers; ++layer) {
        m_blocks->push_back(Block(width, config.heads, config.feedForward));
    }
    m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    m_toLatent = register_module("toLatent", nn::Linear(config.places() * width, config.latent));
}

Tensor EncoderImpl::forward(const Tensor& tokens) {
    const int steps = m_config.steps();
    TORCH_CHECK(tokens.dim() == 3 && tokens.size(1) == steps && tokens.size(2) == kTracks,
                "tokens are ", tokens.sizes(), ", expected (B, ", steps, ", ", kTracks, ")");
    const int lookups = m_config.patch * kTracks;
    const auto offset = torch::arange(lookups, tokens.options()) * kClasses;
    auto x = m_embedding(tokens.reshape({-1, lookups}) + offset)
                 .view({-1, m_config.places(), m_config.width}); // (B, T / patch, W)
    if (m_lstm) {
        const auto states = std::get<0>(std::get<1>(m_lstm(x))); // (2 layers, B, W)
        const auto last = states.size(0) - 2;
        return m_toLatent(torch::cat({states[last], states[last + 1]}, 1));
    }
    x = x + m_position;
    for (const auto& block : *m_blocks) {
        x = block->as<Block>()->forward(x);
    }
    return m_toLatent(m_norm(x).flatten(1));
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
    m_fromLatent =
        register_module("fromLatent", nn::Linear(config.latent, config.places() * width));
    m_position = register_parameter("position", torch::randn({config.places(), width}) * 0.1);
    m_blocks = register_module("blocks", nn::ModuleList());
    for (int layer = 0; layer < config.layers; ++layer) {
        m_blocks->push_back(Block(width, config.heads, config.feedForward));
    }
    m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    m_toClasses =
        register_module("toClasses", nn::Linear(width, config.patch * kTracks * kClasses));
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
    auto x = m_fromLatent(u).view({-1, m_config.places(), m_config.width}) + m_position;
    for (const auto& block : *m_blocks) {
        x = block->as<Block>()->forward(x);
    }
    return m_toClasses(m_norm(x)).view({-1, steps, kTracks, kClasses});
}

CriticImpl::CriticImpl(const NetConfig& config) {
    const auto inputs = config.latent + static_cast<int>(config.labels.size());
    m_layers =
        register_module("layers", nn::Sequential(nn::Linear(inputs, config.criticWidth), nn::Tanh(),
                                                 nn::Linear(config.criticWidth, config.criticWidth),
                                                 nn::Tanh(), nn::Linear(config.criticWidth, 1)));
}

Tensor CriticImpl::forward(const Tensor& u, const Tensor& label) {
    return m_layers->forward(torch::cat({u, label}, 1));
}

NetImpl::NetImpl(const NetConfig& netConfig)
    : config(netConfig), prior(netConfig.components(), netConfig.latent) {
    encoder = register_module("encoder", Encoder(config));
    decoder = register_module("decoder", Decoder(config));
    critic = register_module("critic", Critic(config));
    scale = register_buffer("scale", prior.scale());
}

} // namespace canto::models::musae
