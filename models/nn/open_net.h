// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/nn/torch_edge.h"
#include "models/nn/weights_io.h"

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace canto::models {

using NamedShape = std::pair<std::string, std::vector<std::int64_t>>;

/// The weights in a file. BadInput if its card names another architecture than this one.
Result<tensors::SafeTensors> openWeightsOf(const std::filesystem::path& path,
                                           const std::string& architecture);

/// Whether a file holds tensors of these names and shapes. NotFound or BadShape naming the first
/// that is missing or differs.
Result<void> holdsShapes(const tensors::SafeTensors& weights, std::span<const NamedShape> expected);

/// Reads a network from its file, ready for use: the configuration in its metadata, then the
/// weights. Sizes in a file are only trusted if its tensors confirm them: before the network is
/// built, the tensors that determine its memory must exist with these sizes.
/// @param expected  those tensors, of a configuration.
template <class Net, class Config>
Result<Net> openNetAs(const tensors::SafeTensors& weights,
                      std::vector<NamedShape> (*expected)(const Config& config)) {
    const auto object = nlohmann::json::parse(weights.metadata("config"), nullptr, false);
    CANTO_TRY(config, Config::fromJson(object));
    return torchEdge([&]() -> Result<Net> {
        CANTO_CHECK(holdsShapes(weights, expected(*config)));
        Net net(*config);
        CANTO_CHECK(loadWeights(*net, weights));
        net->eval();
        return net;
    });
}

/// Copies all parameters of the same name and shape.
/// @param without  beginnings of the names of those that are not copied.
void copyParameters(torch::nn::Module& to, const torch::nn::Module& from,
                    const std::vector<std::string>& without = {});
/// The same, and all such buffers.
void copyWeights(torch::nn::Module& to, const torch::nn::Module& from);

} // namespace canto::models
