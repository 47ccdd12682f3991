// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/net.h"

namespace canto::models::musae {

// Terms of the losses, each of a batch of B phrases and each a scalar unless said otherwise.

/// Moves each phrase by its own number of semitones, drums left alone; phrases with a pitch that
/// would leave 0-127 stay where they are. tokens (B, T, R), shift (B) -> (B, T, R).
torch::Tensor transposed(const torch::Tensor& tokens, const torch::Tensor& shift);

/// Squared distance of mean and covariance of rows from 0 and I, per dimension. x (B, D).
/// Every second row against the others: the square of one sample's own excess would grow with the
/// variance itself (by (D + 1) / B) and pull the latents together to less than half.
torch::Tensor momentDistance(const torch::Tensor& x);

/// Cross-entropy of the label by the direction in the plane of the flower. A logit is the length of
/// the latent along the middle of a petal (4 at its mean). Hidden labels do not count.
/// @param plane (B, 2), decoder's units.  @param component (B), the last one for a hidden label.
torch::Tensor labelLoss(const CircularMixturePrior& prior, const torch::Tensor& plane,
                        const torch::Tensor& component);

/// Divergence of N(mean, variance) from N(0, I) above what is free, mean over phrases, in nats.
/// @param moments (B, 2Z): mean, logarithm of the variance.
torch::Tensor divergence(const torch::Tensor& moments, double freeBits);

/// Terms "distance" (what the critic sees between real and fake rows, to be made large) and
/// "penalty" (of slopes other than 1 between them) under these names. real, fake (B, D): no
/// gradient; share (B, 1) in [0, 1); given (B, C) goes with every row and may be empty.
struct CriticTerms {
    torch::Tensor distance;
    torch::Tensor penalty;
};
CriticTerms criticTerms(CriticImpl& critic, const torch::Tensor& real, const torch::Tensor& fake,
                        const torch::Tensor& share, const torch::Tensor& given);

} // namespace canto::models::musae
