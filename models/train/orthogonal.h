// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <torch/torch.h>

namespace canto::models::train {

/// A matrix with the singular vectors of this one and singular values near 1 (0.6 to 1.3): five
/// Newton-Schulz steps of a quintic polynomial. Updating weights along the orthogonalised momentum
/// instead of along Adam's ratio moves all directions of the matrix equally. Source: Jordan et al.
/// 2024, "Muon: an optimizer for hidden layers in neural networks".
/// @param matrix  (M, N), not all zero.
torch::Tensor orthogonalised(const torch::Tensor& matrix);

} // namespace canto::models::train
