// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/spaces/orchestra/orchestra_sound.h"

#include "core/sound/sound_file.h"
#include "models/nn/open_net.h"

#include <algorithm>
#include <cmath>

namespace canto {

namespace {

std::vector<SpectrogramTile> tilesOf(const models::SoundClip& clip, std::size_t steps) {
    std::vector<SpectrogramTile> tiles;
    const int frames = clip.frames / static_cast<int>(steps);
    for (std::size_t step = 0; step < steps; ++step) {
        SpectrogramTile tile{clip.mels, frames, {}};
        for (int mel = 0; mel < clip.mels; ++mel) {
            const auto from =
                clip.decibels.begin() + mel * clip.frames + static_cast<int>(step) * frames;
            tile.decibels.insert(tile.decibels.end(), from, from + frames);
        }
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

} // namespace

Result<std::shared_ptr<models::orchestra::OrchestraModel>>
openOrchestra(const std::filesystem::path& weights) {
    CANTO_TRY(file, models::openWeightsOf(weights, "orchestra"));
    return models::orchestra::OrchestraModel::open(*file);
}

Result<WalkSound> writeWalk(const models::orchestra::OrchestraModel& model,
                            std::span<const models::Latent> path, const std::filesystem::path& out,
                            const CancelToken& cancel) {
    CANTO_TRY(format, sound::soundFormatOf(out));
    CANTO_TRY(clip, model.decodeWalk(path, {}, cancel));
    CANTO_TRY(scratch, sound::ScratchSamples::make(out));
    const std::size_t size = clip->samples.size();
    const std::size_t fade = std::min<std::size_t>(size / 4, 441); // 20 ms at each end
    std::vector<float> both(2 * size);
    double squares = 0;
    float peak = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const auto edge = static_cast<float>(std::min(i, size - 1 - i));
        const float gain = fade == 0 ? 1 : std::min(1.0F, edge / static_cast<float>(fade));
        const float sample = clip->samples[i] * gain;
        both[2 * i] = both[2 * i + 1] = sample;
        peak = std::max(peak, std::fabs(sample));
        squares += static_cast<double>(sample) * sample;
    }
    CANTO_CHECK(scratch->write(both));
    CANTO_CHECK(scratch->convert(out, *format, clip->rate, 1, cancel));
    WalkSound walk;
    walk.convergence = clip->convergence;
    walk.seconds = static_cast<double>(size) / clip->rate;
    walk.peakDb = 20 * std::log10(std::max(peak, 1e-6F));
    walk.rmsDb =
        10 * std::log10(std::max(squares / std::max<double>(static_cast<double>(size), 1), 1e-12));
    walk.tiles = tilesOf(*clip, path.size());
    return walk;
}

} // namespace canto

#endif
