// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/nn/logistic_probe.h"

namespace canto::models {

using torch::Tensor;
namespace F = torch::nn::functional;

LogisticProbe::LogisticProbe(const Tensor& x, const Tensor& labels, std::int64_t classes,
                             const LogisticFit& options) {
    TORCH_CHECK(x.dim() == 2 && x.size(0) == labels.size(0) && x.size(0) > 0,
                "a probe needs a label for each row");
    const torch::AutoGradMode on(true);
    mean = x.mean(0);
    scale = (x - mean).square().mean(0).sqrt().clamp_min(1e-6);
    const auto standard = (x - mean) / scale;
    Tensor weightOfRow;
    if (options.balanced) {
        const auto count = torch::bincount(labels, {}, classes).to(torch::kFloat32).clamp_min(1);
        const auto ofClass =
            static_cast<double>(x.size(0)) / (static_cast<double>(classes) * count);
        weightOfRow = ofClass.index_select(0, labels);
    }
    weights = torch::zeros({x.size(1), classes}, torch::requires_grad());
    bias = torch::zeros({classes}, torch::requires_grad());
    torch::optim::LBFGS fit({weights, bias}, torch::optim::LBFGSOptions(1.0)
                                                 .max_iter(options.iterations)
                                                 .history_size(10)
                                                 .line_search_fn("strong_wolfe"));
    fit.step([&] {
        fit.zero_grad();
        const auto scores = torch::addmm(bias, standard, weights);
        const auto error =
            options.balanced
                ? (F::cross_entropy(scores, labels,
                                    F::CrossEntropyFuncOptions().reduction(torch::kNone)) *
                   weightOfRow)
                      .mean()
                : F::cross_entropy(scores, labels);
        const auto loss = error + options.ridge * weights.square().sum();
        loss.backward();
        return loss;
    });
    weights = weights.detach();
    bias = bias.detach();
}

Tensor LogisticProbe::logits(const Tensor& x) const {
    return torch::addmm(bias, (x - mean) / scale, weights);
}

Tensor LogisticProbe::predictions(const Tensor& x) const { return logits(x).argmax(1); }

} // namespace canto::models
