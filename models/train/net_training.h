// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/train/trainable.h"

#include <memory>

namespace canto::models::train {

/// What the trainings of all models have in common: a network with its configuration,
/// settings with a batch size, and a data set.
template <class Net, class Config, class Data>
class NetTraining : public Trainable {
  public:
    NetTraining(const char* architecture, Net net, Config config, std::shared_ptr<const Data> data)
        : m_net(std::move(net)), m_config(std::move(config)), m_dataset(std::move(data)),
          m_architecture(architecture) {}

    std::string architecture() const override { return m_architecture; }
    nlohmann::json netConfig() const override { return m_net->config.toJson(); }
    nlohmann::json trainConfig() const override { return m_config.toJson(); }
    torch::nn::Module& module() override { return *m_net; }
    int batchSize() const override { return m_config.batch; }

  protected:
    Net m_net;
    Config m_config;
    std::shared_ptr<const Data> m_dataset;

  private:
    const char* m_architecture;
};

/// The parameters of some modules in turn, each name with the prefix of its module.
std::vector<NamedTensor>
parametersOf(const std::vector<std::pair<std::string, torch::nn::Module*>>& modules);

/// Names of the matrices between hidden layers (ParameterGroup::hiddenMatrices).
/// @param others  parts of names of other matrices: embedding tables and last layers, whose rows
///                belong to single values.
std::set<std::string> hiddenMatrices(const std::vector<NamedTensor>& parameters,
                                     const std::vector<std::string>& others);

} // namespace canto::models::train
