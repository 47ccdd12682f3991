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
    double meanAccuracy() const; ///< over labels, each counting the same
    double majority() const;     ///< of always guessing the most frequent label
};

struct Reconstruction {
    codec::TokenMetrics metrics;
    codec::NoteMetrics notes; ///< where the dataset has expressions, whether or not the network has
    codec::NoteMetrics
        onGrid; ///< of the right tokens without expressions: what is lost without them
    LabelCounts labels;
    /// Squared distance of mean and covariance of the latents (decoder's units, without the plane
    /// of the flower) from those of the prior, per dimension: 0 is a perfect fit, and a finite
    /// sample of n draws of the prior itself gives about (dimensions + 1) / n.
    double momentDistance = 0;
};

/// Encodes and decodes phrases without noise, in batches, after each of which `stop` (if any) is
/// asked. Result: Cancelled.
Result<Reconstruction> reconstruct(NetImpl& net, const Dataset& dataset,
                                   std::span<const std::int64_t> rows, const train::Stop& stop);

/// What is most probable at each step. @param logits (B, T, R, V or V + kExpressionLogits).
/// @return codes (B, X, T) uint8: tokens, and with expression the expressions behind them.
torch::Tensor mostProbable(const torch::Tensor& logits);

} // namespace canto::models::musae
