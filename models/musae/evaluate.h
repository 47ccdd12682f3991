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
/// nearest component of the prior, on the strict windows and on all windows of a split, apart; and
/// what draws from each component of the prior sound like. "table" holds the same as text.
/// Errors: those of opening; BadInput for a split without phrases or labels the weights do not
/// know; Cancelled.
Result<nlohmann::json> evaluateMusae(const tensors::SafeTensors& weights,
                                     const std::filesystem::path& dataset, const std::string& split,
                                     const CancelToken& cancel);

} // namespace canto::models::musae
