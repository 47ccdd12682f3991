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

/// The same of a model that is open already: it shares the model's weights and keeps it open.
/// BadInput for a model of another space.
Result<std::unique_ptr<canto::arrange::Arranger>> arrangerOf(std::shared_ptr<LatentModel> model);

/// The Arrangement space as a LatentModel: blocks of chords, sound and texture, as far as the
/// variant has them, all with the prior N(0, I). To encode a song, its sound is rendered without a
/// SoundFont (core/audio/plain_sound.h); chords and texture are read from the score. Errors as
/// openNet.
Result<std::shared_ptr<LatentModel>> openModel(const tensors::SafeTensors& weights);

/// Figures of one network on a split: notes written from the sound alone against the score, with
/// each part of the latent removed, and losses with the score clean, corrupted and absent.
Result<nlohmann::json> evaluateArrange(const tensors::SafeTensors& weights,
                                       const std::filesystem::path& dataset,
                                       const std::string& split, const CancelToken& cancel);

/// The same of several networks, on the split and with the held-out SoundFont.
Result<nlohmann::json> arrangementReport(const ReportRequest& request, const CancelToken& cancel);

} // namespace canto::models::arrange
