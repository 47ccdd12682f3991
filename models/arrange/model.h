// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensors/safetensors.h"
#include "models/common/latent_model.h"

#include <memory>

namespace canto::models::arrange {

/// The Arrangement space as a LatentModel: blocks of chords, sound and texture, as far as the
/// variant has them, all with the prior N(0, I). To encode a song, its sound is rendered without a
/// SoundFont (core/audio/plain_sound.h); chords and texture are read from the score. Errors as
/// openNet.
Result<std::shared_ptr<LatentModel>> openModel(const tensors::SafeTensors& weights);

} // namespace canto::models::arrange
