// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"
#include "app/workspace/library.h"

namespace canto::app {

/// What was played, as the model and the map have it.
struct LocatedPhrase {
    SongPtr song;
    models::Latent latent; ///< empty: the song holds no notes
    std::optional<projection::MapPoint> place;
    qint64 nearest = -1; ///< row of the library whose latent is nearest; -1: not asked, or none
};

/// Encodes the first phrase of a song. @param library  whose nearest phrase is looked for; null:
/// none is. Thread: any.
Result<LocatedPhrase> locatePhrase(const models::LatentModel& model, const SongPtr& song,
                                   const ProjectionPtr& projection, const LibraryPtr& library,
                                   const CancelToken& cancel);

} // namespace canto::app
