#ifdef CANTO_SOUND

#include "app/service/orchestra_sound.h"

#include "models/orchestra/orchestra.h"
#include "sound/sound_file.h"

#include <algorithm>
#include <cmath>

namespace canto::service {

Result<WalkSound> writeWalk(const std::filesystem::path& weights, int steps,
                            const std::filesystem::path& out, const CancelToken& cancel) {
    const auto format = sound::soundFormatOf(out);
    if (!format) {
        return fail(format.error());
    }
    const auto file = tensorfile::SafeTensors::open(weights, tensorfile::OpenOptions::weights());
    if (!file) {
        return fail(file.error());
    }
    const auto model = models::orchestra::OrchestraModel::open(*file);
    if (!model) {
        return fail(model.error());
    }
    auto scratch = sound::ScratchSamples::make(out);
    if (!scratch) {
        return fail(scratch.error());
    }
    WalkSound walk;
    double squares = 0;
    float peak = 0;
    std::size_t count = 0;
    double rate = 22050;
    for (int step = 0; step < steps; ++step) {
        const float amount =
            steps > 1 ? static_cast<float>(step) / static_cast<float>(steps - 1) : 0;
        const models::Latent z(static_cast<std::size_t>((*model)->info().latentSize), amount);
        const auto clip = (*model)->decodeSound(z, {}, cancel);
        if (!clip) {
            return fail(clip.error());
        }
        rate = clip->rate;
        const auto size = clip->samples.size();
        const std::size_t fade = std::min<std::size_t>(size / 4, 441); // 20 ms
        std::vector<float> both(2 * size);
        for (std::size_t i = 0; i < size; ++i) {
            const auto edge = static_cast<float>(std::min(i, size - 1 - i));
            const float gain = fade == 0 ? 1 : std::min(1.0F, edge / static_cast<float>(fade));
            const float sample = clip->samples[i] * gain;
            both[2 * i] = both[2 * i + 1] = sample;
            peak = std::max(peak, std::fabs(sample));
            squares += static_cast<double>(sample) * sample;
        }
        count += size;
        walk.convergence += clip->convergence / steps;
        if (auto ok = scratch->write(both); !ok) {
            return fail(ok.error());
        }
    }
    if (auto ok = scratch->convert(out, *format, rate, 1, cancel); !ok) {
        return fail(ok.error());
    }
    walk.seconds = static_cast<double>(count) / rate;
    walk.peakDb = 20 * std::log10(std::max(peak, 1e-6F));
    walk.rmsDb =
        10 * std::log10(std::max(squares / std::max<double>(static_cast<double>(count), 1), 1e-12));
    return walk;
}

} // namespace canto::service

#endif
