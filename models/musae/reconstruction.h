// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/note_metrics.h"
#include "core/codec/token_metrics.h"
#include "models/musae/dataset.h"
#include "models/musae/net.h"
#include "models/train/run_control.h"

namespace canto::models::musae {

/// How often the nearest component of the prior is the label, per label; all 0 for a prior without
/// labels.
struct LabelCounts {
    std::vector<std::int64_t> right; ///< by label
    std::vector<std::int64_t> total;

    double accuracy() const;     ///< over phrases
    double meanAccuracy() const; ///< over labels, each with the same weight
    double majority() const;     ///< of always predicting the most frequent label
};

struct Reconstruction {
    codec::TokenMetrics metrics;
    codec::NoteMetrics notes; ///< if the dataset has expression values, whether or not the network
                              ///< does
    codec::NoteMetrics
        onGrid; ///< of the right tokens without expression values: what is lost without them
    LabelCounts labels;
    /// Squared distance of mean and covariance of the latents (decoder's units, without the label
    /// plane) from those of the prior, per dimension: 0 is a perfect fit, and a finite sample of n
    /// draws of the prior itself gives about (dimensions + 1) / n.
    double momentDistance = 0;
};

/// Encodes and decodes phrases without noise, in batches, after each of which `stop` (if any) is
/// polled. Result: Cancelled.
Result<Reconstruction> reconstruct(NetImpl& net, const Dataset& dataset,
                                   std::span<const std::int64_t> rows, const train::Stop& stop);

/// The most probable codes. @param logits (B, T, R, V or V + kExpressionLogits).
/// @return codes (B, X, T) uint8: tokens, and with expression the expression values after them.
torch::Tensor mostProbable(const torch::Tensor& logits);

} // namespace canto::models::musae
