// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/musae/net.h"

namespace canto::models::musae {

/// Builds the network that weights describe and fills it, ready for inference. Errors name the key
/// of the configuration or the tensor: BadInput, NotFound, BadShape, BadFile.
Result<Net> openNet(const tensors::SafeTensors& weights);

} // namespace canto::models::musae
