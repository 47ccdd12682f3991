// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace canto::models {

struct LogisticFit {
    double ridge = 1e-3; ///< weight of the squared coefficients relative to the mean cross-entropy
    int iterations = 80; ///< at most
    /// Every class has the same weight, however many rows it has; otherwise every row has.
    bool balanced = false;
};

/// Multinomial logistic regression on standardised columns: how well a label can be predicted
/// linearly from an embedding. Fitted by L-BFGS to convergence, so without a seed.
class LogisticProbe {
  public:
    /// @param x (N, D) float32.  @param labels (N) int64 in [0, classes).
    LogisticProbe(const torch::Tensor& x, const torch::Tensor& labels, std::int64_t classes,
                  const LogisticFit& fit = {});
    torch::Tensor logits(const torch::Tensor& x) const;      ///< (N, classes)
    torch::Tensor predictions(const torch::Tensor& x) const; ///< (N) int64

    torch::Tensor mean, scale; ///< (D)
    torch::Tensor weights;     ///< (D, classes)
    torch::Tensor bias;        ///< (classes)
};

} // namespace canto::models
