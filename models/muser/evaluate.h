// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/tensors/safetensors.h"
#include "models/muser/dataset.h"
#include "models/muser/net.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace canto::models::muser {

/// Reconstruction on a split, beside frequency baselines from the train split: accuracy of each
/// element with the true words before (teacher forcing), F1 of notes if the decoder writes alone;
/// codes used and nats of the prior. On labelled phrases if there are any, without overlaps. A key
/// "table" holds it as text.
Result<nlohmann::json> evaluateMuser(const tensors::SafeTensors& weights,
                                     const std::filesystem::path& dataset, const std::string& split,
                                     const CancelToken& cancel);

/// The same for a network and given phrases.
/// @param written  maximum number of phrases that the decoder writes alone.
Result<nlohmann::json> reconstructionOf(NetImpl& net, const Dataset& dataset,
                                        const std::vector<std::int64_t>& rows, std::size_t written,
                                        const CancelToken& cancel);

/// Rows of a split that do not overlap: the labelled ones, or all if none is labelled.
std::vector<std::int64_t> reportRows(const Dataset& dataset, const std::string& split, int bars);

} // namespace canto::models::muser
