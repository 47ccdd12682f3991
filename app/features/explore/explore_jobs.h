// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the gestures compute in the background. Thread: any.

#include "app/library/model_store.h"
#include "app/workspace/inference_worker.h"
#include "app/workspace/property_model.h"

namespace canto::app {

/// A decoded and measured phrase.
struct MeasuredPhrase {
    models::Latent latent;
    SongPtr song;
    codec::PhraseProperties properties;
};

struct ShapeRequest {
    Shape shape;
    LearnedPtr learned; ///< needed for wanted properties
    std::shared_ptr<const GenrePlaces> genres;
    ProjectionPtr projection; ///< for the place on the map; may be null
};

/// A shape carried out.
struct ShapedPhrase {
    Shape shape;
    MeasuredPhrase before; ///< the origin, through the decoder as well
    MeasuredPhrase after;
    std::vector<double> scoresBefore, scoresAfter; ///< of the model's classes; may be empty
    int source = -1;                               ///< predicted class of the phrase
    std::optional<projection::MapPoint> place;     ///< of the result
    int tries = 0;                                 ///< decodings until the wanted values were near
};

/// One dimension of a sweep: ten values and what was measured at each.
struct SweptValues {
    int dimension = 0;
    std::vector<double> values;
    std::vector<codec::PhraseProperties> properties; ///< as many
    int done = 0, all = 0;                           ///< dimensions of this sweep
};

/// A part of the prior on one map: mean and two half axes at two standard deviations, map units.
struct PlacedComponent {
    int label = 0;
    projection::MapPoint centre, firstAxis, secondAxis;
};

/// Opens the model of the gestures; for an empty function, says that there is none.
OpenModel modelOrError(OpenModel open);

/// @param bpm  quarters a minute of the music, where the model states no tempo.
Result<MeasuredPhrase> measure(const models::LatentModel& model, models::Latent latent,
                               double bpm = 120);

/// Moves, target properties and dimensions, then the phrase that comes out. Wanted properties are
/// approached in up to four decodings: a direction is straight, the decoder is not.
Result<ShapedPhrase> applyShape(const models::LatentModel& model, const ShapeRequest& request,
                                const CancelToken& cancel);

/// Values of a sweep: this many standard deviations to either side of the corpus' mean, nine
/// evenly, and the phrase's own. (The paper swept -10 to 10 on a prior of deviation 1; here
/// deviations differ between dimensions.)
inline constexpr double kSweepReach = 4;
/// Values of the sweep of one dimension, ascending, the phrase's own last.
std::vector<double> sweepValues(double mean, double deviation, double own);

/// Sweeps the dimensions one after another, those that move most in the library's music first.
/// @param onSwept  called after each dimension. @param alive  called after each decoding; false
///                 ends the sweep with Cancelled.
Result<void> sweepDimensions(const models::LatentModel& model, const models::Latent& latent,
                             const Learned& learned, const std::function<bool()>& alive,
                             const std::function<void(const SweptValues&)>& onSwept);

/// Parts of the prior by draws placed on the map.
Result<std::vector<PlacedComponent>> placeComponents(const models::LatentModel& model,
                                                     const Projection& projection,
                                                     const CancelToken& cancel);

/// Mean and half axes at two standard deviations (eigenvectors of the covariance) of places.
PlacedComponent spreadOf(std::span<const projection::MapPoint> places);

} // namespace canto::app
