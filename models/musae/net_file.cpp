#include "models/musae/net_file.h"

#include "models/common/torch_edge.h"
#include "models/common/weights_io.h"

namespace canto::models::musae {

namespace {

/// Sizes from a file are believed only as far as its tensors fill them: before the network is
/// built, the tensors that the memory depends on must be there with these sizes.
Result<void> checkSizes(const NetConfig& config, const tensorfile::SafeTensors& weights) {
    using Shape = std::vector<std::int64_t>;
    std::vector<std::pair<std::string, Shape>> expected = {
        {"encoder.embedding.weight", {config.patch * kTracks * kClasses, config.width}},
        {"critic.layers.2.weight", {config.criticWidth, config.criticWidth}},
        {"critic.layers.0.weight",
         {config.criticWidth, config.latent + static_cast<int>(config.labels.size())}},
    };
    const bool recurrent = config.body == Body::Recurrent;
    for (int layer = 0; layer < config.layers; ++layer) {
        const auto number = std::to_string(layer);
        if (recurrent) {
            expected.push_back(
                {"decoder.lstms.0.weight_hh_l" + number, {4 * config.width, config.width}});
        } else {
            expected.push_back(
                {"decoder.blocks." + number + ".up.weight", {config.feedForward, config.width}});
        }
    }
    if (!recurrent) {
        expected.push_back({"encoder.toLatent.weight",
                            {config.latent, std::int64_t(config.places()) * config.width}});
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
