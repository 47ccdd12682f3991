// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/net_training.h"

#include <algorithm>

namespace canto::models::train {

std::vector<NamedTensor>
parametersOf(const std::vector<std::pair<std::string, torch::nn::Module*>>& modules) {
    std::vector<NamedTensor> parameters;
    for (const auto& [prefix, module] : modules) {
        for (const auto& item : module->named_parameters()) {
            parameters.push_back({prefix + item.key(), item.value()});
        }
    }
    return parameters;
}

std::set<std::string> hiddenMatrices(const std::vector<NamedTensor>& parameters,
                                     const std::vector<std::string>& others) {
    std::set<std::string> names;
    for (const auto& parameter : parameters) {
        const auto in = [&](const std::string& part) {
            return parameter.name.find(part) != std::string::npos;
        };
        if (parameter.tensor.dim() == 2 && std::none_of(others.begin(), others.end(), in)) {
            names.insert(parameter.name);
        }
    }
    return names;
}

} // namespace canto::models::train
