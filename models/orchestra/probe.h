// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/orchestra/clips.h"
#include "models/orchestra/net.h"
#include "models/train/run_control.h"

namespace canto::models::orchestra {

/// Multinomial logistic regression on standardised columns, every row with the same weight: the
/// slides evaluate every embedding by it. Fitted by L-BFGS to convergence, so without a seed.
class LogisticProbe {
  public:
    /// @param x (N, D).  @param labels (N) int64 in [0, classes).
    /// @param ridge  weight of the squared coefficients relative to the mean cross-entropy.
    LogisticProbe(const torch::Tensor& x, const torch::Tensor& labels, std::int64_t classes,
                  double ridge = 1e-3);
    torch::Tensor predictions(const torch::Tensor& x) const; ///< (N) int64
    torch::Tensor shares(const torch::Tensor& x) const;      ///< (N, classes), rows add to 1

    torch::Tensor mean, scale; ///< (D)
    torch::Tensor weights;     ///< (D, classes)
    torch::Tensor bias;        ///< (classes)
};

/// Which of ALI's embeddings of a clip; other networks have one.
enum class View { Pooled, OneCrop };

/// embed() of these clips, in batches, gradients off; (N, D). Cancelled.
Result<torch::Tensor> embedded(NetImpl& net, const Clips& clips,
                               const std::vector<std::int64_t>& rows, View view,
                               const train::Stop& stop);
/// Predictions of the network's own classes, (N) int64; Cancelled.
Result<torch::Tensor> predictionsOf(NetImpl& net, const Clips& clips,
                                    const std::vector<std::int64_t>& rows, const train::Stop& stop);

/// Share of equal entries.
double agreement(const torch::Tensor& one, const torch::Tensor& other);

/// Principal axes of many columns by a randomised range finder with three power passes (Halko,
/// Martinsson, Tropp 2011): (mean (D), axes (D, count)). @param x (N, D).
std::pair<torch::Tensor, torch::Tensor> principalAxes(const torch::Tensor& x, std::int64_t count,
                                                      std::uint64_t seed);

} // namespace canto::models::orchestra
