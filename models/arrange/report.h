// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/registry/registry.h"

namespace canto::models::arrange {

/// Figures of one network on a split: notes written from the sound alone against the score, with
/// each part of the latent removed, and losses with the score clean, corrupted and absent.
Result<nlohmann::json> evaluateArrange(const tensors::SafeTensors& weights,
                                       const std::filesystem::path& dataset,
                                       const std::string& split, const CancelToken& cancel);

/// The same of several networks, on the split and with the held-out SoundFont.
Result<nlohmann::json> arrangementReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::arrange
