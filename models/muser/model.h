// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/common/latent_model.h"

#include <memory>

namespace canto::models::muser {

/// The model of the Emotion space. Latents as in sequence.h; the blocks are the seven elements and
/// the emotion. Errors as openNet.
Result<std::shared_ptr<LatentModel>> openMuser(const tensors::SafeTensors& weights);

} // namespace canto::models::muser
