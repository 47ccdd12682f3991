// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/tensors/safetensors.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto::models::musae {

/// Reconstruction per track, baselines (always hold, most frequent class of the training split) and
/// nearest component of the prior, on the strict windows and on all windows of a split, separately;
/// and statistics of samples from each component of the prior. "table" holds the same as text.
/// Errors: those of opening; BadInput for a split without phrases or with labels that the weights
/// do not have; Cancelled.
Result<nlohmann::json> evaluateMusae(const tensors::SafeTensors& weights,
                                     const std::filesystem::path& dataset, const std::string& split,
                                     const CancelToken& cancel);

} // namespace canto::models::musae
