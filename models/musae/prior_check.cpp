// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/prior_check.h"

#include "models/musae/reconstruction.h"

namespace canto::models::musae {

using nlohmann::json;
using torch::Tensor;

namespace {

/// codes (B, X, T).
json soundOf(const Tensor& codes) {
    const auto onset = codes.narrow(1, 0, kTracks) < codec::kPitches;
    const auto perPhrase = onset.flatten(1).sum(1).to(torch::kFloat64);
    const auto sounding = onset.any(2).sum(1).to(torch::kFloat64);
    return {{"onsets", perPhrase.mean().item<double>()},
            {"tracks", sounding.mean().item<double>()},
            {"empty", (perPhrase == 0).to(torch::kFloat64).mean().item<double>()}};
}

/// Share of decoded phrases that the encoder assigns to `component`.
double foundAgain(NetImpl& net, const Tensor& codes, int component) {
    const auto again = net.encoder(codes.to(torch::kInt64).transpose(1, 2).contiguous());
    const auto nearest = net.prior.nearest(net.toZ(again));
    return (nearest == component).to(torch::kFloat64).mean().item<double>();
}

} // namespace

json checkPrior(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                torch::Generator generator) {
    torch::NoGradGuard off;
    constexpr int kDraws = 200;
    const auto& labels = net.config.labels;
    json result = json::object();
    const bool circularMixture = net.config.prior == PriorKind::CircularMixture;
    const int components = circularMixture ? net.config.components() : 1;
    for (int component = 0; component < components; ++component) {
        const auto u = net.drawPrior(torch::full({kDraws}, component, torch::kInt64),
                                     torch::randn({kDraws, net.config.latent}, generator));
        const auto codes = mostProbable(net.decoder(u));
        const bool labelled = circularMixture && component < static_cast<int>(labels.size());
        auto figures = soundOf(codes);
        figures["foundAgain"] = labelled ? foundAgain(net, codes, component) : 0.0;
        result[labelled ? labels[static_cast<std::size_t>(component)] : "(no label)"] = figures;
    }
    auto data = soundOf(dataset.batch(rowTensor(rows), false).transpose(1, 2));
    data["foundAgain"] = 0.0;
    result["(data)"] = data;
    return result;
}

} // namespace canto::models::musae
