// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/tensors/safetensors.h"
#include "models/muser/dataset.h"
#include "models/muser/net.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace canto::models::muser {

/// Reconstruction on a split, beside guesses by frequency learnt on the train split: accuracy of
/// each element with the true words before (teacher forced), F1 of notes when the decoder writes
/// alone; codes used and nats of the prior. On labelled phrases where there are some, one in every
/// phrase's length, so that they do not overlap. A key "table" holds it as text.
Result<nlohmann::json> evaluateMuser(const tensors::SafeTensors& weights,
                                     const std::filesystem::path& dataset, const std::string& split,
                                     const CancelToken& cancel);

/// The same for a network and phrases at hand.
/// @param written  phrases that the decoder writes alone, at most.
Result<nlohmann::json> reconstructionOf(NetImpl& net, const Dataset& dataset,
                                        const std::vector<std::int64_t>& rows, std::size_t written,
                                        const CancelToken& cancel);

/// Rows of a split that do not overlap: the labelled ones, or all where none is labelled.
std::vector<std::int64_t> reportRows(const Dataset& dataset, const std::string& split, int bars);

} // namespace canto::models::muser
