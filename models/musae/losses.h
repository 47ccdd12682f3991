// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/net.h"

namespace canto::models::musae {

// Terms of the losses, each of a batch of B phrases and each a scalar unless stated otherwise.

/// Transposes each phrase by its own number of semitones, drums unchanged; phrases with a pitch
/// that would leave 0-127 are not transposed. tokens (B, T, R), shift (B) -> (B, T, R).
torch::Tensor transposed(const torch::Tensor& tokens, const torch::Tensor& shift);

/// Squared distance of mean and covariance of rows from 0 and I, per dimension. x (B, D). Estimated
/// from two halves of the rows (every second row): the square of a single sample's excess would
/// grow with the variance itself (by (D + 1) / B) and shrink the latents to less than half.
torch::Tensor momentDistance(const torch::Tensor& x);

/// Cross-entropy of the label by the direction in the label plane. A logit is the length of the
/// latent along the mean of a component (4 at the mean itself). Hidden labels do not count.
/// @param plane (B, 2), decoder's units.  @param component (B), the last one for a hidden label.
torch::Tensor labelLoss(const CircularMixturePrior& prior, const torch::Tensor& plane,
                        const torch::Tensor& component);

/// Divergence of N(mean, variance) from N(0, I) above the free bits, mean over phrases, in nats.
/// @param moments (B, 2Z): mean, logarithm of the variance.
torch::Tensor divergence(const torch::Tensor& moments, double freeBits);

/// Terms "distance" (the critic's difference between real and fake rows, to be maximised) and
/// "penalty" (of slopes other than 1 between them) under these names. real, fake (B, D): no
/// gradient; share (B, 1) in [0, 1); given (B, C) is appended to every row and may be empty.
struct CriticTerms {
    torch::Tensor distance;
    torch::Tensor penalty;
};
CriticTerms criticTerms(CriticImpl& critic, const torch::Tensor& real, const torch::Tensor& fake,
                        const torch::Tensor& share, const torch::Tensor& given);

} // namespace canto::models::musae
