// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the tasks of ExploreWorker compute. Thread: any.

#include "app/features/explore/explore_worker.h"

namespace canto::app {

/// @param bpm  quarters a minute of the music, where the model states no tempo.
Result<MeasuredPhrase> measure(const models::LatentModel& model, models::Latent latent,
                               double bpm = 120);

/// Moves, target properties and dimensions, then the phrase that comes out. Wanted properties are
/// approached in up to four decodings: a direction is straight, the decoder is not.
Result<ShapedPhrase> applyShape(const models::LatentModel& model, const ShapeRequest& request,
                                const CancelToken& cancel);

/// Values of the sweep of one dimension, ascending, the phrase's own last.
std::vector<double> sweepValues(double mean, double deviation, double own);

/// Parts of the prior by draws placed on the map.
Result<std::vector<PlacedComponent>> placeComponents(const models::LatentModel& model,
                                                     const Projection& projection,
                                                     const CancelToken& cancel);

/// Mean and half axes at two standard deviations (eigenvectors of the covariance) of places.
PlacedComponent spreadOf(std::span<const projection::MapPoint> places);

} // namespace canto::app
