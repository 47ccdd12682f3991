#include "models/musae/net_file.h"

#include "models/common/torch_edge.h"
#include "models/common/weights_io.h"

namespace canto::models::musae {

namespace {

/// Sizes from a file are believed only as far as its tensors fill them: before the network is
/// built, the tensors that the memory depends on must be there with these sizes.
Result<void> checkSizes(const NetConfig& config, const tensorfile::SafeTensors& weights) {
    using Shape = std::vector<std::int64_t>;
    const std::int64_t width = config.width;
    const std::int64_t latent = config.latent;
    const std::int64_t outputs = config.prior == PriorKind::Kl ? 2 * latent : latent;
    const std::int64_t critic = config.criticWidth;
    std::vector<std::pair<std::string, Shape>> expected = {
        {"encoder.embedding.weight", {config.patch * kTracks * kClasses, width}}};
    if (config.prior == PriorKind::Flower) {
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
    for (const auto& [name, shape] : expected) {
        const auto* view = weights.find(name);
        if (view == nullptr) {
            return fail(Error::Code::NotFound, "The weights lack the tensor " + name, name);
        }
        if (view->shape != shape) {
            return fail(Error::Code::BadShape,
                        "The tensor has another shape than the configuration says", name);
        }
    }
    return {};
}

} // namespace

Result<Net> openNet(const tensorfile::SafeTensors& weights) {
    const auto json = nlohmann::json::parse(weights.metadata("config"), nullptr, false);
    const auto config = NetConfig::fromJson(json);
    if (!config) {
        return fail(config.error());
    }
    return torchEdge([&]() -> Result<Net> {
        if (auto ok = checkSizes(*config, weights); !ok) {
            return fail(ok.error());
        }
        Net net(*config);
        if (auto ok = loadWeights(*net, weights); !ok) {
            return fail(ok.error());
        }
        net->eval();
        return net;
    });
}

} // namespace canto::models::musae
