// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "models/musae/net.h"

namespace canto::models::musae {

/// Phrases of which some cells are kept and the others written again.
struct Fill {
    torch::Tensor codes;  ///< (B, T, X) int64, canonical: the phrases
    torch::Tensor locked; ///< (B, T, R) bool: their cells that are kept
    torch::Tensor place;  ///< (B, Z), decoder's units: what the rest should sound like
    torch::Tensor start;  ///< (B, Z): where the search begins
    int steps = 80;
};

/// Latents, (B, Z), whose music has the locked cells and lies near `place`: Adam on the latent
/// alone, the network fixed, on the cross-entropy of the locked cells (mean over them) and the
/// squared distance to `place`. Needs no gradient of the network, so that several threads can share
/// it. Result: Cancelled.
Result<torch::Tensor> fillLatents(NetImpl& net, const Fill& fill, const CancelToken& cancel);

/// The codes, (B, X, T) uint8, of latents with the locked cells as in `fill.codes`. Notes keep
/// their ends at the borders: a note that is held into the first locked cell begins again there,
/// and one that ends with the last locked cell is not held on.
torch::Tensor fillCodes(NetImpl& net, const Fill& fill, const torch::Tensor& u);

/// Share of the locked cells whose most probable token is the locked one, for each row (B).
torch::Tensor understood(NetImpl& net, const Fill& fill, const torch::Tensor& u);

} // namespace canto::models::musae
