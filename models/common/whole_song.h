// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An optional ability of a model: a whole song by its latents. No LibTorch here.

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/music/song.h"
#include "models/common/latent_model.h"

namespace canto::models {

/// A LatentModel that also implements this joins the phrases of a song itself, so that notes sound
/// on from one into the next. Thread: as LatentModel.
class WholeSong {
  public:
    virtual ~WholeSong() = default;

    /// Encodes a song in phrases that follow each other without overlap, decodes each, and joins
    /// them, at the song's own tempo and in its own metre. Error::Cancelled, or those of decode.
    virtual Result<music::Song> rebuild(const music::Song& song,
                                        const CancelToken& cancel) const = 0;
};

/// The same for any model: by WholeSong where the model has it, else phrase by phrase, each decoded
/// from its own latent and placed where it was. Notes end with their phrase then.
Result<music::Song> rebuildSong(const LatentModel& model, const music::Song& song,
                                const CancelToken& cancel);

} // namespace canto::models
