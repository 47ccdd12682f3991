// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/losses.h"

#include <cmath>
#include <numbers>

namespace canto::models::musae {

using torch::Tensor;

Tensor transposed(const Tensor& tokens, const Tensor& shift) {
    auto isPitch = tokens < codec::kPitches;
    isPitch.select(2, 0).fill_(false);
    const auto moved = tokens + shift.view({-1, 1, 1}) * isPitch;
    const auto wrong = isPitch.logical_and((moved < 0).logical_or(moved >= codec::kPitches));
    const auto keep = wrong.flatten(1).any(1).view({-1, 1, 1});
    return torch::where(keep, tokens, moved);
}

Tensor momentDistance(const Tensor& x) {
    const auto momentsOf = [&](std::int64_t first) {
        const auto part = x.slice(0, first, c10::nullopt, 2);
        const auto mean = part.mean(0);
        const auto centred = part - mean;
        const auto rows = std::max<double>(1, static_cast<double>(part.size(0)) - 1);
        return std::pair(mean, centred.t().mm(centred) / rows - torch::eye(x.size(1), x.options()));
    };
    const auto [mean, excess] = momentsOf(0);
    const auto [otherMean, otherExcess] = momentsOf(1);
    return ((mean * otherMean).sum() + (excess * otherExcess).sum()) /
           static_cast<double>(x.size(1));
}

Tensor labelLoss(const CircularMixturePrior& prior, const Tensor& plane, const Tensor& component) {
    const int labels = prior.components() - 1;
    std::vector<float> middles;
    for (int k = 0; k < labels; ++k) {
        middles.push_back(static_cast<float>(std::cos(prior.angle(k))));
        middles.push_back(static_cast<float>(std::sin(prior.angle(k))));
    }
    const auto logits = plane.mm(torch::tensor(middles, plane.options()).view({labels, 2}).t());
    const auto target = component.masked_fill(component == labels, -1);
    const auto loss = torch::nn::functional::cross_entropy(
        logits, target,
        torch::nn::functional::CrossEntropyFuncOptions().ignore_index(-1).reduction(torch::kSum));
    return loss / (target >= 0).sum().clamp_min(1);
}

Tensor divergence(const Tensor& moments, double freeBits) {
    const auto half = moments.size(1) / 2;
    const auto mean = moments.narrow(1, 0, half);
    const auto logVariance = moments.narrow(1, half, half);
    const auto each = 0.5 * (mean.square() + logVariance.exp() - 1 - logVariance).sum(1); // (B)
    return (each - freeBits * std::numbers::ln2).clamp_min(0).mean();
}

CriticTerms criticTerms(CriticImpl& critic, const Tensor& real, const Tensor& fake,
                        const Tensor& share, const Tensor& given) {
    const auto classified = [&](const Tensor& x) {
        return critic.forward(given.defined() ? torch::cat({x, given}, 1) : x);
    };
    const auto between = (share * real + (1 - share) * fake).requires_grad_(true);
    const auto gradient = torch::autograd::grad({classified(between).sum()}, {between},
                                                /*grad_outputs=*/{}, /*retain_graph=*/true,
                                                /*create_graph=*/true)
                              .front();
    const auto penalty = (gradient.square().sum(1).add(1e-12).sqrt() - 1).square().mean();
    return {classified(real).mean() - classified(fake).mean(), penalty};
}

} // namespace canto::models::musae
