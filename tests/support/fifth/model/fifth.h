// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A model that the program does not know: all that one needs to be trained, evaluated, imported
// with and shown, as small as can be. No LibTorch in this header.

#include "models/registry/registry.h"

namespace canto::models::fifth {

/// A linear autoencoder on how often each pitch class and each step of a phrase has an onset; its
/// latent has six numbers in two blocks. Its datasets are those of the Style space, with classes of
/// any column.
Architecture architecture();

/// Opens the network of weights and writes it again: the same tensors, if nothing is lost.
Result<void> rewrite(const tensors::SafeTensors& weights, const std::filesystem::path& out);

} // namespace canto::models::fifth
