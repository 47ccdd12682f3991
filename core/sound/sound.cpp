// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/sound.h"

#include "core/sound/audio_file.h"
#include "core/sound/mono_mix.h"
#include "core/sound/open_sound.h"
#include "core/sound/sound_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

namespace canto::sound {

namespace {

constexpr double kMostSeconds = 90 * 60;
constexpr std::size_t kPiece = 16384; // frames

} // namespace

SoundPtr soundOfMono(std::span<const float> samples, double rate) {
    auto made = std::make_shared<Sound>();
    made->rate = rate;
    made->samples.reserve(2 * samples.size());
    for (const float sample : samples) {
        made->samples.insert(made->samples.end(), {sample, sample});
    }
    return made;
}

Result<SoundPtr> atRate(SoundPtr sound, double rate) {
    if (sound->rate == rate) {
        return sound;
    }
    std::array<std::vector<float>, 2> sides;
    for (std::size_t side = 0; side < 2; ++side) {
        std::vector<float> one;
        one.reserve(sound->frames());
        for (std::size_t i = side; i < 2 * sound->frames(); i += 2) {
            one.push_back(sound->samples[i]);
        }
        CANTO_TRY(changed, resampled(one, sound->rate, rate));
        sides[side] = std::move(*changed);
    }
    auto made = std::make_shared<Sound>();
    made->rate = rate;
    const std::size_t frames = std::min(sides[0].size(), sides[1].size());
    made->samples.reserve(2 * frames);
    for (std::size_t i = 0; i < frames; ++i) {
        made->samples.insert(made->samples.end(), {sides[0][i], sides[1][i]});
    }
    return SoundPtr(std::move(made));
}

Result<SoundPtr> readSound(const std::filesystem::path& path, double from, double seconds) {
    CANTO_TRY(file, OpenSound::open(path));
    const SF_INFO& about = file->about();
    const auto channels = static_cast<std::size_t>(about.channels);
    std::vector<float> piece(kPiece * channels);
    std::vector<float> mono;
    MonoMix mix(channels);
    const double begin = std::clamp(from, 0.0, kMostSeconds);
    file->skipTo(std::llround(begin * about.samplerate));
    const double wanted = seconds > 0 ? std::min(seconds, kMostSeconds) : kMostSeconds;
    auto left = static_cast<sf_count_t>(std::llround(wanted * about.samplerate));
    auto made = std::make_shared<Sound>();
    made->rate = about.samplerate;
    while (left > 0) {
        const sf_count_t got = file->read(piece.data(), std::min<sf_count_t>(left, kPiece));
        if (got == 0) {
            break;
        }
        const auto read = std::span(piece).first(static_cast<std::size_t>(got) * channels);
        if (channels == 2) {
            made->samples.insert(made->samples.end(), read.begin(), read.end());
        } else {
            mix.mix(read, mono);
            for (const float sample : mono) {
                made->samples.insert(made->samples.end(), {sample, sample});
            }
        }
        left -= got;
    }
    if (left == 0 && seconds <= 0) {
        return fail(Error::Code::TooLarge, "The recording is longer than an hour and a half",
                    path.string(), "Cut it into shorter pieces");
    }
    if (made->samples.empty()) {
        return fail(Error::Code::BadInput, "The recording ends before the place asked for",
                    path.string());
    }
    return SoundPtr(std::move(made));
}

Result<void> writeSound(const Sound& sound, const std::filesystem::path& path,
                        const CancelToken& cancel) {
    CANTO_TRY(format, soundFormatOf(path));
    CANTO_TRY(scratch, ScratchSamples::make(path));
    if (auto ok = scratch->write(sound.samples); !ok) {
        return ok;
    }
    float peak = 0;
    for (const float sample : sound.samples) {
        peak = std::max(peak, std::fabs(sample));
    }
    return scratch->convert(path, *format, sound.rate, peak > 1 ? 1 / peak : 1, cancel);
}

} // namespace canto::sound
