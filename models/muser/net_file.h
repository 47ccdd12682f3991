#pragma once

#include "core/tensorfile/safetensors.h"
#include "models/muser/net.h"

namespace canto::models::muser {

/// Builds the network that weights describe and fills it, ready for inference. Errors name the key
/// of the configuration or the tensor: BadInput, NotFound, BadShape, BadFile.
Result<Net> openNet(const tensorfile::SafeTensors& weights);

} // namespace canto::models::muser
