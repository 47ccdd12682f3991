// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/augment.h"

#include <cmath>

namespace canto::models::orchestra {

using torch::Tensor;

Tensor mixedStatistics(const Tensor& x, const Tensor& share, const Tensor& other) {
    const auto mean = x.mean(2, true).detach();
    const auto deviation = x.std(2, /*unbiased=*/false, /*keepdim=*/true).clamp_min(1e-4).detach();
    const auto own = share.view({-1, 1, 1});
    const auto mixed = [&](const Tensor& statistic) {
        return own * statistic + (1 - own) * statistic.index_select(0, other);
    };
    return (x - mean) / deviation * mixed(deviation) + mixed(mean);
}

Tensor smoothCurves(const Tensor& points, std::int64_t mels) {
    namespace F = torch::nn::functional;
    return F::interpolate(points.unsqueeze(1), F::InterpolateFuncOptions()
                                                   .size(std::vector<std::int64_t>{mels})
                                                   .mode(torch::kLinear)
                                                   .align_corners(true))
        .squeeze(1);
}

Tensor reverberated(const Tensor& decibels, const Tensor& kept, double floor) {
    const double perDecibel = std::log(10.0) / 10;
    const auto power = (decibels * perDecibel).exp();
    const auto stays = kept.view({-1, 1});
    std::vector<Tensor> frames;
    Tensor sounding = torch::zeros_like(power.select(2, 0));
    for (std::int64_t t = 0; t < power.size(2); ++t) {
        sounding = power.select(2, t) + stays * sounding;
        frames.push_back(sounding);
    }
    const auto levels = torch::stack(frames, 2).log() / perDecibel;
    const auto loudest = [](const Tensor& of) { return of.amax({1, 2}, true); };
    return (levels - loudest(levels) + loudest(decibels)).clamp_min(floor);
}

} // namespace canto::models::orchestra
