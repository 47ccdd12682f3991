// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/prior.h"

#include <cmath>
#include <numbers>

namespace canto::models::musae {

CircularMixturePrior::CircularMixturePrior(int components, int latent)
    : m_components(components), m_latent(latent) {
    TORCH_CHECK(components >= 1 && latent >= 3,
                "the mixture needs a component and three dimensions");
}

double CircularMixturePrior::angle(int component) const {
    return 2.0 * std::numbers::pi * component / m_components;
}

torch::Tensor CircularMixturePrior::placePlane(const torch::Tensor& component,
                                               const torch::Tensor& noise) const {
    const auto angles =
        component.to(torch::kFloat32) * (2.0 * std::numbers::pi / m_components); // (B)
    const auto radial = 1.0 + std::sqrt(kRadialVariance) * noise.select(1, 0);
    const auto tangent = std::sqrt(kOtherVariance) * noise.select(1, 1);
    const auto cosine = angles.cos();
    const auto sine = angles.sin();
    return torch::stack({radial * cosine - tangent * sine, radial * sine + tangent * cosine}, 1);
}

torch::Tensor CircularMixturePrior::place(const torch::Tensor& component,
                                          const torch::Tensor& noise) const {
    const auto plane = placePlane(component, noise.narrow(1, 0, 2));
    const auto rest = noise.narrow(1, 2, m_latent - 2);
    return torch::cat({plane, rest * std::sqrt(kOtherVariance)}, 1);
}

torch::Tensor CircularMixturePrior::sample(const torch::Tensor& component,
                                           torch::Generator generator) const {
    const auto noise = torch::randn({component.size(0), m_latent}, generator);
    return place(component, noise.to(component.device()));
}

std::vector<double> CircularMixturePrior::logDensities(double z1, double z2) const {
    std::vector<double> densities;
    for (int k = 0; k < m_components; ++k) {
        const double radial = z1 * std::cos(angle(k)) + z2 * std::sin(angle(k)) - 1.0;
        const double tangent = -z1 * std::sin(angle(k)) + z2 * std::cos(angle(k));
        densities.push_back(-0.5 * (radial * radial / kRadialVariance +
                                    tangent * tangent / kOtherVariance +
                                    std::log(kRadialVariance * kOtherVariance)) -
                            std::log(2.0 * std::numbers::pi));
    }
    return densities;
}

torch::Tensor CircularMixturePrior::nearest(const torch::Tensor& z) const {
    const int labelled = std::max(1, m_components - 1);
    const auto plane = z.to(torch::kFloat64);
    std::vector<torch::Tensor> energies;
    for (int k = 0; k < labelled; ++k) {
        const auto z1 = plane.select(1, 0);
        const auto z2 = plane.select(1, 1);
        const auto radial = z1 * std::cos(angle(k)) + z2 * std::sin(angle(k)) - 1.0;
        const auto tangent = z2 * std::cos(angle(k)) - z1 * std::sin(angle(k));
        energies.push_back(radial.square() / kRadialVariance + tangent.square() / kOtherVariance);
    }
    return torch::stack(energies, 1).argmin(1);
}

torch::Tensor CircularMixturePrior::scale() const {
    auto scale = torch::full({m_latent}, std::sqrt(kOtherVariance));
    scale.narrow(0, 0, 2).fill_(kPlaneScale);
    return scale;
}

} // namespace canto::models::musae
