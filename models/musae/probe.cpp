// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/probe.h"

namespace canto::models::musae {

using torch::Tensor;

Probe::Probe(const Tensor& x, const Tensor& labels, int classes, double ridge) {
    TORCH_CHECK(x.dim() == 2 && x.size(0) == labels.size(0) && x.size(0) > 0,
                "a probe needs a label for each row");
    m_mean = x.mean(0);
    m_scale = (x - m_mean).square().mean(0).sqrt().clamp_min(1e-6);
    const auto standard = (x - m_mean) / m_scale;
    const auto count = torch::bincount(labels, {}, classes).to(torch::kFloat32).clamp_min(1);
    // weight of a row by its class
    const auto weight = static_cast<double>(x.size(0)) / (classes * count);
    m_weights = torch::zeros({x.size(1), classes}, torch::requires_grad());
    m_bias = torch::zeros({classes}, torch::requires_grad());
    torch::optim::LBFGS fit(
        {m_weights, m_bias},
        torch::optim::LBFGSOptions(1.0).max_iter(60).history_size(10).line_search_fn(
            "strong_wolfe"));
    fit.step([&] {
        fit.zero_grad();
        const auto each = torch::nn::functional::cross_entropy(
            torch::addmm(m_bias, standard, m_weights), labels,
            torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kNone));
        const auto loss =
            (each * weight.index_select(0, labels)).mean() + ridge * m_weights.square().sum();
        loss.backward();
        return loss;
    });
    m_weights = m_weights.detach();
    m_bias = m_bias.detach();
}

Tensor Probe::logits(const Tensor& x) const {
    return torch::addmm(m_bias, (x - m_mean) / m_scale, m_weights);
}

} // namespace canto::models::musae
