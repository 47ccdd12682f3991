// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/net_file.h"

#include "models/nn/open_net.h"

namespace canto::models::muser {

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
