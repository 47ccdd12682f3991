// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>
#include <vector>

namespace canto::models::musae {

/// The circular Gaussian mixture: one component for each label and one for "no label" (the last),
/// with means on the unit circle of the first two dimensions, stretched along the radius, thin in
/// all other directions. Source: MusAE, section 3.2; Makhzani et al. 2015.
class CircularMixturePrior {
  public:
    static constexpr double kRadialVariance = 0.1;
    static constexpr double kOtherVariance = 0.001;
    /// One unit of the decoder's first two inputs, in z. The components have standard deviations of
    /// 0.32 along the radius and 0.03 across it, on a circle of radius 1.
    static constexpr double kPlaneScale = 0.25;

    /// @param components  labels + 1, >= 1.  @param latent  >= 3.
    CircularMixturePrior(int components, int latent);

    int components() const { return m_components; }
    int latent() const { return m_latent; }
    double angle(int component) const;

    /// One sample for each row. @param component (B) int64 in [0, components). @return (B, Z)
    /// float32.
    torch::Tensor sample(const torch::Tensor& component, torch::Generator generator) const;
    /// Such samples from given noise: standard normal, (B, Z), on the device of the components.
    torch::Tensor place(const torch::Tensor& component, const torch::Tensor& noise) const;
    /// The first two dimensions of such samples. @param noise (B, 2). @return (B, 2).
    torch::Tensor placePlane(const torch::Tensor& component, const torch::Tensor& noise) const;

    /// log density of each component at (z1, z2), without the dimensions common to all.
    std::vector<double> logDensities(double z1, double z2) const;
    /// The component of greatest density for each row of z (B, Z); "no label" is excluded unless it
    /// is the only one. @return (B) int64.
    torch::Tensor nearest(const torch::Tensor& z) const;

    /// z per unit of the decoder's input, (Z): kPlaneScale twice, then sqrt(kOtherVariance).
    torch::Tensor scale() const;

  private:
    int m_components;
    int m_latent;
};

} // namespace canto::models::musae
