// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/config.h"

#include <torch/torch.h>

namespace canto::models::musae {

// Dimensions of the latent that the user can control: NetConfig::controls of them, each of which
// follows one property of the phrase. The idea is that of attribute-regularised autoencoders (Pati
// and Lerch 2020), with the prior's own distribution as the scale.

// Number of notes, mean pitch (drums left out), and silent steps given that number of notes and
// that pitch. In this order, from NetConfig::headSize() on.

/// Ranks as quantiles of N(0, 1): values (B) -> (B). Equal values keep the order of their rows.
torch::Tensor normalScores(const torch::Tensor& values);

/// Targets of the control dimensions for each phrase of a batch, in the decoder's units: (B,
/// kControls), each column N(0, 1) over the batch and uncorrelated with those before it.
/// @param tokens (B, T, R) int64.
torch::Tensor controlScores(const torch::Tensor& tokens);

} // namespace canto::models::musae
