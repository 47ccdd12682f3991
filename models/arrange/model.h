// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/common/latent_model.h"

#include <memory>

namespace canto::models::arrange {

/// The Arrangement space as points: blocks of chords, sound and texture, as far as the variant has
/// them, all with the prior N(0, I). A song that is encoded is heard as a plain sound of its notes
/// (core/audio/plain_sound.h), its chords and its texture are read from the score.
/// Errors as openNet.
Result<std::shared_ptr<LatentModel>> openModel(const tensors::SafeTensors& weights);

} // namespace canto::models::arrange
