// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fifth/model/training.h"

#include "models/common/config_fields.h"
#include "models/nn/open_net.h"

#include <algorithm>

namespace canto::models::fifth {

namespace {

struct TrainConfig {
    int batch = 16;
    double learningRate = 0.02;

    void visit(ConfigFields& fields) {
        fields.number("batch", batch, 1, 4096);
        fields.number("learningRate", learningRate, 0, 1);
    }
};

torch::Tensor rowsTensor(const std::vector<std::int64_t>& rows) {
    return torch::tensor(rows, torch::kInt64);
}

class FifthTraining final : public train::Trainable {
  public:
    FifthTraining(Net net, TrainConfig config, Phrases phrases)
        : m_net(std::move(net)), m_config(config), m_phrases(std::move(phrases)) {}

    std::string architecture() const override { return "fifth"; }
    nlohmann::json netConfig() const override { return m_net->config.toJson(); }
    nlohmann::json trainConfig() const override { return configToJson(m_config); }
    torch::nn::Module& module() override { return *m_net; }

    std::vector<train::ParameterGroup> groups() override {
        train::ParameterGroup all{"network", {}, {}};
        for (const auto& item : m_net->named_parameters()) {
            all.parameters.push_back({item.key(), item.value()});
        }
        all.options.rate = m_config.learningRate;
        all.options.lastRate = m_config.learningRate / 10;
        return {std::move(all)};
    }
    std::vector<train::Source> sources() const override {
        return {{"phrases", m_phrases.rows("train"), 1.0}};
    }
    int batchSize() const override { return m_config.batch; }
    std::vector<train::Phase> phases(double) const override { return {{"network", "network", 1}}; }

    void beginStep(const std::vector<std::int64_t>& rows, train::StepContext& context) override {
        const auto at = rowsTensor(rows);
        m_features = context.toDevice(m_phrases.features.index_select(0, at));
        m_labels = context.toDevice(m_phrases.labels.index_select(0, at));
    }

    train::LossTerms losses(const train::Phase&, train::StepContext&) override {
        const auto z = m_net->encode(m_features);
        const auto labelled = m_labels.ge(0).to(z.scalar_type());
        const auto mean = m_net->means.index_select(0, m_labels.clamp_min(0));
        const auto prior = ((z - mean).square().mean(1) * labelled).mean();
        return {{"reconstruction", (m_net->decode(z) - m_features).square().mean()},
                {"prior", prior, 0.01}};
    }

    bool hasValidation() const override { return !m_phrases.rows("valid").empty(); }
    Result<train::Measures> validate(const train::Stop& stop) override {
        if (stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto rows = m_phrases.rows("valid");
        if (rows.empty()) {
            return train::Measures{};
        }
        const auto features =
            m_phrases.features.index_select(0, rowsTensor(rows)).to(m_net->means.device());
        const double error = errorsOf(*m_net, features).mean().item<double>();
        return train::Measures{{"score", -error}, {"error", error}};
    }
    std::map<std::string, std::string> card() const override {
        return {{"title", "Fifth"}, {"licence", "CC0-1.0"}};
    }

  private:
    Net m_net;
    TrainConfig m_config;
    Phrases m_phrases;
    torch::Tensor m_features, m_labels; ///< of the batch
};

} // namespace

Phrases::Phrases(const tensors::PreparedDataset& prepared) {
    const auto count = static_cast<std::int64_t>(prepared.size());
    features = torch::empty({count, kFeatures});
    labels = torch::empty({count}, torch::kInt64);
    auto* to = features.data_ptr<float>();
    for (std::size_t i = 0; i < prepared.size(); ++i) {
        const auto row = featuresOf(prepared.phrase(i));
        to = std::copy(row.begin(), row.end(), to);
        labels.data_ptr<std::int64_t>()[i] = prepared.classOf(i);
        splits.push_back(prepared.songs()[prepared.song(i)].split);
    }
}

std::vector<std::int64_t> Phrases::rows(const std::string& split) const {
    std::vector<std::int64_t> found;
    for (std::size_t i = 0; i < splits.size(); ++i) {
        if (splits[i] == split) {
            found.push_back(static_cast<std::int64_t>(i));
        }
    }
    return found;
}

torch::Tensor errorsOf(NetImpl& net, const torch::Tensor& features) {
    const torch::NoGradGuard off;
    return (net.decode(net.encode(features)) - features).square().mean(1);
}

Result<std::shared_ptr<train::Trainable>> makeTraining(const TrainRequest& request) {
    const auto prepared = tensors::PreparedDataset::open(request.dataset);
    if (!prepared) {
        return fail(prepared.error());
    }
    auto json = configToJson(TrainConfig());
    if (request.changes.is_object()) {
        json.update(request.changes);
    }
    const auto config = configFromJson<TrainConfig>(json);
    if (!config) {
        return fail(config.error());
    }
    const auto sizes =
        NetConfig::fromJson(NetConfig{prepared->classColumn(), prepared->classes()}.toJson());
    if (!sizes) {
        return fail(sizes.error());
    }
    return torchEdge([&]() -> Result<std::shared_ptr<train::Trainable>> {
        Phrases phrases(*prepared);
        if (phrases.rows("train").empty()) {
            return fail(Error::Code::BadInput, "The dataset has no phrases in the split \"train\"",
                        request.dataset.string());
        }
        torch::manual_seed(request.seed);
        Net net(*sizes);
        if (!request.initialWeights.empty()) {
            const auto file = openWeightsOf(request.initialWeights, "fifth");
            if (!file) {
                return fail(file.error());
            }
            const auto old = openNet(*file);
            if (!old) {
                return fail(old.error());
            }
            copyWeights(*net, **old);
        }
        return std::make_shared<FifthTraining>(std::move(net), *config, std::move(phrases));
    });
}

} // namespace canto::models::fifth
