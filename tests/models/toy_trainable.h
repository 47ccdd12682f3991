// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The smallest trainable model, and helpers to read the files of a run.

#include "core/tensors/safetensors.h"
#include "models/train/trainable.h"

#include <cstring>
#include <fstream>
#include <limits>

namespace canto::test {

namespace train = models::train;

/// One weight that is pulled to 3; from step `poison` on its loss is NaN.
class Toy : public train::Trainable {
  public:
    explicit Toy(std::int64_t poison) : m_poison(poison) {
        m_module.register_parameter("weight", m_weight);
    }
    std::string architecture() const override { return "toy"; }
    nlohmann::json netConfig() const override { return {{"size", 1}}; }
    nlohmann::json trainConfig() const override { return nlohmann::json::object(); }
    torch::nn::Module& module() override { return m_module; }
    std::vector<train::ParameterGroup> groups() override {
        train::OptimiserOptions options;
        options.rate = 0.1;
        options.lastRate = 0.01;
        return {{"all", {{"weight", m_weight}}, options}};
    }
    std::vector<train::Source> sources() const override { return {{"rows", {0, 1, 2}, 1.0}}; }
    int batchSize() const override { return 2; }
    std::vector<train::Phase> phases(double) const override { return {{"pull", "all", 1}}; }
    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext&) override {
        seen.insert(seen.end(), rows.begin(), rows.end());
    }
    train::LossTerms losses(const train::Phase&, train::StepContext& context) override {
        auto loss = (m_weight - 3).square().sum();
        if (context.step >= m_poison) {
            loss = loss * std::numeric_limits<double>::quiet_NaN();
        }
        return {{"pull", loss}};
    }
    bool hasValidation() const override { return true; }
    Result<train::Measures> validate(const train::Stop&) override {
        return train::Measures{{"score", -std::abs(m_weight.item<double>() - 3)}};
    }
    std::map<std::string, std::string> card() const override { return {{"title", "toy"}}; }
    double weight() const { return m_weight.item<double>(); }

    std::vector<std::int64_t> seen;

  private:
    std::int64_t m_poison;
    torch::Tensor m_weight = torch::zeros({1}, torch::requires_grad());
    torch::nn::Module m_module;
};

/// The lines of metrics.jsonl.
inline std::vector<nlohmann::json> logOf(const std::filesystem::path& run) {
    std::vector<nlohmann::json> lines;
    std::ifstream in(run / "metrics.jsonl");
    for (std::string line; std::getline(in, line);) {
        lines.push_back(nlohmann::json::parse(line));
    }
    return lines;
}

/// Losses of the logged steps, in order.
inline std::vector<nlohmann::json> lossesOf(const std::filesystem::path& run) {
    std::vector<nlohmann::json> losses;
    for (const auto& line : logOf(run)) {
        if (line.contains("losses")) {
            losses.push_back(line["losses"]);
        }
    }
    return losses;
}

/// What a tensor file holds, bit for bit, without its metadata; empty when it cannot be read.
inline std::map<std::string, std::string> tensorsOf(const std::filesystem::path& path) {
    std::map<std::string, std::string> tensors;
    if (const auto file = tensors::SafeTensors::open(path)) {
        for (const auto& view : file->tensors()) {
            tensors[view.name] =
                std::string(reinterpret_cast<const char*>(view.bytes.data()), view.bytes.size());
        }
    }
    return tensors;
}

} // namespace canto::test
