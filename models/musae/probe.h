// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace canto::models::musae {

/// Multinomial logistic regression on standardised columns: how well a label can be read linearly
/// from the latent space.
class Probe {
  public:
    /// @param x (N, D) float32.  @param labels (N) int64 in [0, classes).
    /// @param ridge  weight of the squared coefficients relative to the mean cross-entropy, > 0.
    /// Every class has the same weight, however many rows it has.
    Probe(const torch::Tensor& x, const torch::Tensor& labels, int classes, double ridge = 1e-3);

    /// Logits (N, classes).
    torch::Tensor logits(const torch::Tensor& x) const;
    /// The most probable class of each row: (N) int64.
    torch::Tensor predictions(const torch::Tensor& x) const { return logits(x).argmax(1); }

  private:
    torch::Tensor m_mean;    ///< (D)
    torch::Tensor m_scale;   ///< (D)
    torch::Tensor m_weights; ///< (D, classes)
    torch::Tensor m_bias;    ///< (classes)
};

} // namespace canto::models::musae
