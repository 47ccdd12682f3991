// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/common/latent_model.h"

namespace canto::models::musae {

/// Opens weights whose architecture is "musae" and runs them once, so that the first decoding is as
/// fast as the second. Errors as openModel.
Result<std::shared_ptr<LatentModel>> openMusae(const tensors::SafeTensors& weights);

} // namespace canto::models::musae
