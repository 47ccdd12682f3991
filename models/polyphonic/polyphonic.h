// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::polyphonic {

/// Entry of the registry.
Architecture architecture();

/// Opens weights whose architecture is "polyphonic" and runs them once. Errors as openModel.
Result<std::shared_ptr<LatentModel>> openPolyphonic(const tensors::SafeTensors& weights);

/// What comes back of the phrases of a split, cell by cell, in all windows and in strict ones
/// separately: onsets of each track at the thresholds of the weights, held cells, velocities,
/// timing, programs, labels, controls. "table" holds the same as text. All notes of files are
/// counted by `canto evaluate --files`. Errors: those of opening; BadInput for a split without
/// phrases; Cancelled.
Result<nlohmann::json> evaluatePolyphonic(const tensors::SafeTensors& weights,
                                          const std::filesystem::path& dataset,
                                          const std::string& split, const CancelToken& cancel);

} // namespace canto::models::polyphonic
