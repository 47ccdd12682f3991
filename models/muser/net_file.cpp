#include "models/muser/net_file.h"

#include "models/common/torch_edge.h"
#include "models/common/weights_io.h"

namespace canto::models::muser {

namespace {

/// Sizes from a file are believed only as far as its tensors fill them: before the network is
/// built, the tensors that the memory depends on must be there with these sizes.
Result<void> checkSizes(const NetConfig& config, const tensorfile::SafeTensors& weights) {
    using Shape = std::vector<std::int64_t>;
    std::vector<std::pair<std::string, Shape>> expected = {
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

} // namespace canto::models::muser
