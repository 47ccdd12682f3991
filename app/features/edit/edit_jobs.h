// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"

namespace canto::app {

/// A phrase to be found on the map after its notes were changed.
struct EncodeRequest {
    SongPtr song;
    SongPtr before;        ///< as it was: the first difference says which phrase of a longer song
    models::Latent latent; ///< of `before`; empty: not known
    ProjectionPtr projection; ///< null: only the latent is wanted
};

struct EncodedPhrase {
    SongPtr song;
    models::Latent latent; ///< empty: the song holds no notes
    std::optional<projection::MapPoint> place;
    std::optional<projection::MapPoint> from; ///< where the phrase lay before it was edited
};

/// Encodes one phrase of the song: the one in which the first change lies. Thread: any.
Result<EncodedPhrase> encodePhrase(const models::LatentModel& model, const EncodeRequest& request,
                                   const CancelToken& cancel);

} // namespace canto::app
