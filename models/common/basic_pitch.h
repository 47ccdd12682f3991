// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>

namespace canto::models {

/// What an import wrote.
struct ImportedWeights {
    std::string title;        ///< "basic-pitch 1.0.1"
    std::int64_t numbers = 0; ///< that the file holds
};

/// Converts the TensorFlow.js model of the npm package @spotify/basic-pitch (Apache-2.0) to weights
/// for NoteNetwork: one pair of constant-Q kernels, one low-pass filter, the factors of the bins
/// and six convolutions in LibTorch's layout, with a card that states source, version and licence.
/// @param folder  with model.json, or the unpacked package with model/model.json.
/// Errors: those of TfjsWeights::open; NotFound or BadShape naming the tensor that is missing or
/// differs, BadFile where the kernels of two octaves differ: not that model; those of writing.
Result<ImportedWeights> importBasicPitch(const std::filesystem::path& folder,
                                         const std::filesystem::path& out);

} // namespace canto::models
