// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"
#include "models/registry/registry.h"

#include <filesystem>
#include <memory>

namespace canto::models::arrange {

class Net; // models/arrange/net.h

Architecture architecture();

/// The network of a file, ready for use. BadInput, BadShape, NotFound, BadFile.
Result<Net> openNet(const tensors::SafeTensors& weights);

/// The bias against end tokens that was chosen when the weights were evaluated
/// (WriteOptions::endBias), from the metrics on their card; 0 for weights that were never
/// evaluated.
double endBiasOf(const tensors::SafeTensors& weights);

/// The network as an arranger of recordings: greedy notes from the means of chords and sound,
/// without a score or (trained in stage 3) with the unit before. Computes on the calling thread.
/// Errors: those of the weights; BadInput for weights of another space.
Result<std::unique_ptr<canto::arrange::Arranger>> openArranger(const std::filesystem::path& path);

} // namespace canto::models::arrange
