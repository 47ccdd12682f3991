// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "models/common/latent_model.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto::cli {

/// What `canto encode` prints and `canto decode` reads:
/// {"model", "version", "phraseBars", "song", "phrases": [{"bar", "start", "end", "strict",
///  "scores": {class: score}, "z": [numbers]}]}
nlohmann::json latentsToJson(const models::LatentModel& model, const std::string& song,
                             const std::vector<models::Segment>& segments,
                             const std::vector<models::Latent>& latents);

/// The latents of such a document, encoded by the same model and weights. Errors: NotFound, BadFile
/// (not such a document), BadInput (of other weights), BadShape.
Result<std::vector<models::Latent>> readLatents(const std::filesystem::path& path,
                                                const models::LatentModel& model);

/// The number of a model's class. BadInput, with the names of all, if there is none of that name.
Result<int> labelNamed(const models::LatentModel& model, const std::string& label);

/// Writes a song as a MIDI file, whole or not at all.
Result<void> writeMidi(const std::filesystem::path& path, const music::Song& song);

} // namespace canto::cli
