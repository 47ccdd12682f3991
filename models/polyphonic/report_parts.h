// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Parts of the report of report.h.

#include "models/common/latent_model.h"
#include "models/polyphonic/calibration.h"
#include "models/polyphonic/dataset.h"
#include "models/polyphonic/net.h"

#include <nlohmann/json.hpp>

namespace canto::models::polyphonic {

/// (rows, Z), in the decoder's units, without noise.
torch::Tensor latentsOf(NetImpl& net, const std::vector<codec::GridPhrase>& phrases);

/// The calibration of class scores by the validation songs of a dataset; empty if it has none with
/// a label.
ScoreCalibration calibrationFor(NetImpl& net, const Dataset& dataset);

/// Classes of two bars as the model scores them, and of whole songs, by the mean of the logarithms
/// over their phrases at a temperature fitted on the validation songs: right, with an interval over
/// artists, and calibration.
nlohmann::json classFigures(NetImpl& net, const LatentModel& model, const Dataset& dataset,
                            const std::string& split);

/// Properties of a phrase that are counted from its notes: how often, high, loud and long each
/// track plays, where in the bar, on which instruments, and how fast.
std::vector<float> countedFeatures(const codec::GridPhrase& phrase);

/// 200 draws of each class beside phrases of songs: counted figures, the class as a classifier of
/// counted features predicts it, and the nearest phrase of the training songs. Cancelled.
Result<nlohmann::json> drawFigures(const LatentModel& model, const Dataset& dataset,
                                   const std::vector<std::int64_t>& rows,
                                   const CancelToken& cancel);

} // namespace canto::models::polyphonic
