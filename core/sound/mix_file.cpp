// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/mix_file.h"

#include "core/sound/decibels.h"
#include "core/sound/sound.h"
#include "core/sound/sound_file.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace canto::sound {

namespace {

const double kMostPeak = std::pow(10.0, -0.1 / 20);

} // namespace

Result<RenderReport> mixToFile(const std::shared_ptr<const music::Song>& song,
                               const std::filesystem::path& recording,
                               const std::filesystem::path& out, const MixOptions& options,
                               const CancelToken& cancel, const Progress& progress) {
    CANTO_TRY(format, soundFormatOf(out));
    const std::array songs{song};
    RenderOptions render;
    render.soundFont = options.soundFont;
    render.rate = options.rate;
    CANTO_TRY(mixed, renderSongs(songs, render, cancel, progress));
    CANTO_TRY(read, readSound(recording));
    CANTO_TRY(beside, atRate(*read, options.rate));
    auto& samples = mixed->samples;
    const auto& others = (*beside)->samples;
    samples.resize(std::max(samples.size(), others.size()));
    double peak = 0;
    double squares = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] =
            options.song * samples[i] + (i < others.size() ? options.sound * others[i] : 0.0F);
        peak = std::max(peak, std::abs(static_cast<double>(samples[i])));
        squares += static_cast<double>(samples[i]) * static_cast<double>(samples[i]);
    }
    const double gain = peak > kMostPeak ? kMostPeak / peak : 1.0;
    CANTO_TRY(draft, ScratchSamples::make(out));
    CANTO_CHECK(draft->write(samples));
    CANTO_CHECK(draft->convert(out, *format, options.rate, static_cast<float>(gain), cancel));
    const auto count = static_cast<double>(std::max<std::size_t>(samples.size(), 1));
    RenderReport report = mixed->report;
    report.seconds = count / 2 / options.rate;
    report.peakDb = decibels(peak * gain);
    report.rmsDb = decibels(std::sqrt(squares / count) * gain);
    report.gainDb = decibels(gain);
    return report;
}

} // namespace canto::sound
