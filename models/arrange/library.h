// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "models/common/latent_model.h"
#include "models/datasets/prepared_arrangements.h"

#include <filesystem>
#include <vector>

namespace canto::models::arrange {

/// Units of prepared arrangements as points of the space.
struct EncodedUnits {
    ModelInfo info;                 ///< of the weights
    std::vector<std::size_t> units; ///< indices into PreparedArrangements, rising
    std::vector<Latent> latents;    ///< one each
};

/// The latents of all units with piano notes, except those of songs rendered a second time with
/// another SoundFont (split "font"): means of chords, sound and the piano's texture, as far as the
/// variant has them. Computes on the calling thread. Progress counts units. Errors: those of the
/// weights; BadInput for weights of another space; Cancelled.
Result<EncodedUnits> encodeUnits(const std::filesystem::path& weights,
                                 const tensors::PreparedArrangements& prepared,
                                 const CancelToken& cancel = {}, const Progress& progress = {});

} // namespace canto::models::arrange
