// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/nn/logistic_probe.h"
#include "models/orchestra/clips.h"
#include "models/orchestra/net.h"
#include "models/train/run_control.h"

namespace canto::models::orchestra {

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
