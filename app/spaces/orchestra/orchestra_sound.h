// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "core/base/cancel.h"
#include "models/evaluation/spectrogram_row.h"
#include "models/orchestra/orchestra.h"

#include <filesystem>
#include <span>
#include <vector>

namespace canto {

struct WalkSound {
    double seconds = 0;
    double peakDb = 0; ///< of full scale
    double rmsDb = 0;
    double convergence = 0; ///< of Griffin-Lim: 0 is perfect
    std::vector<SpectrogramTile> tiles;
};

/// Renders an interpolation of ALI's latents, as in figure 9 of the slides: crops of 0.74 s one
/// after another through Griffin-Lim, into a .wav or .flac file. Errors: those of decodeWalk;
/// BadInput (another extension); Io; Cancelled.
Result<WalkSound> writeWalk(const models::orchestra::OrchestraModel& model,
                            std::span<const models::Latent> path, const std::filesystem::path& out,
                            const CancelToken& cancel);

/// Opens weights of the Orchestra space. BadInput for another space; those of the weights.
Result<std::shared_ptr<models::orchestra::OrchestraModel>>
openOrchestra(const std::filesystem::path& weights);

} // namespace canto

#endif
