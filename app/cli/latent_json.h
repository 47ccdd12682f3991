// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/phrase_chain.h"
#include "core/base/result.h"
#include "models/common/latent_model.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace canto::cli {

/// What `canto encode` prints and `canto decode` reads:
/// {"model", "version", "phraseBars", "song", "phrases": [{"bar", "start", "end", "strict",
///  "scores": {class: score}, "z": [numbers]}]}, and with the song's resolution, tempi (tick,
/// microseconds a quarter) and metres (tick, numerator, denominator): "ticksPerQuarter", "tempo",
/// "metre".
nlohmann::json latentsToJson(const models::LatentModel& model, const std::string& song,
                             const std::vector<models::Segment>& segments,
                             const std::vector<models::Latent>& latents,
                             const music::Song* whole = nullptr);

/// Where the phrases of such a document lie in their song.
struct EncodedPlaces {
    std::vector<PhrasePlace> places;
    music::TempoMap tempo;
    music::MetreMap metre;
};

/// Nothing for a document without the song's resolution, tempi and metres, or whose phrases are not
/// in order.
std::optional<EncodedPlaces> readPlaces(const std::filesystem::path& path);

/// The latents of such a document, encoded by the same model and weights. Errors: NotFound, BadFile
/// (not such a document), BadInput (of other weights), BadShape.
Result<std::vector<models::Latent>> readLatents(const std::filesystem::path& path,
                                                const models::LatentModel& model);

/// The number of a model's class. BadInput, with the names of all, if there is none of that name.
Result<int> labelNamed(const models::LatentModel& model, const std::string& label);

/// Writes a song as a MIDI file, whole or not at all.
Result<void> writeMidi(const std::filesystem::path& path, const music::Song& song);

} // namespace canto::cli
