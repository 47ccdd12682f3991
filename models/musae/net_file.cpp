// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/net_file.h"

#include "models/nn/open_net.h"

namespace canto::models::musae {

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
