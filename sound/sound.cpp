#include "sound/sound.h"

#include "sound/audio_file.h"
#include "sound/sound_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sndfile.h>
#include <string>
#include <utility>

namespace canto::sound {

namespace {

constexpr int kMostChannels = 64;
constexpr double kMostSeconds = 90 * 60;
constexpr std::size_t kPiece = 16384; // frames

struct CloseSound {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, CloseSound>;

/// Not every file that can be read can be jumped in.
void skipTo(SNDFILE* file, const SF_INFO& about, sf_count_t frame, std::vector<float>& piece) {
    if (about.seekable != 0 && sf_seek(file, frame, SEEK_SET) == frame) {
        return;
    }
    while (frame > 0) {
        const sf_count_t got =
            sf_readf_float(file, piece.data(), std::min<sf_count_t>(frame, kPiece));
        if (got <= 0) {
            return;
        }
        frame -= got;
    }
}

void addFrames(std::span<const float> piece, std::size_t channels, std::vector<float>& samples) {
    for (std::size_t at = 0; at + channels <= piece.size(); at += channels) {
        if (channels == 2) {
            samples.insert(samples.end(), {piece[at], piece[at + 1]});
            continue;
        }
        float sum = 0;
        for (std::size_t c = 0; c < channels; ++c) {
            sum += piece[at + c];
        }
        const float mean = sum / static_cast<float>(channels);
        samples.insert(samples.end(), {mean, mean});
    }
}

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
        auto changed = resampled(one, sound->rate, rate);
        if (!changed) {
            return fail(changed.error());
        }
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
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem)) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    SF_INFO about{};
    const SoundFile file(sf_open(path.c_str(), SFM_READ, &about));
    if (!file) {
        return fail(Error::Code::BadFile,
                    "The sound cannot be read: " + std::string(sf_strerror(nullptr)),
                    path.string());
    }
    if (about.samplerate < 1000 || about.samplerate > 768000 || about.channels < 1 ||
        about.channels > kMostChannels) {
        return fail(Error::Code::BadFile, "The sound has a rate or channels that make no sense",
                    path.string());
    }
    const auto channels = static_cast<std::size_t>(about.channels);
    std::vector<float> piece(kPiece * channels);
    const double begin = std::clamp(from, 0.0, kMostSeconds);
    skipTo(file.get(), about, std::llround(begin * about.samplerate), piece);
    const double wanted = seconds > 0 ? std::min(seconds, kMostSeconds) : kMostSeconds;
    auto left = static_cast<sf_count_t>(std::llround(wanted * about.samplerate));
    auto made = std::make_shared<Sound>();
    made->rate = about.samplerate;
    while (left > 0) {
        const sf_count_t got =
            sf_readf_float(file.get(), piece.data(), std::min<sf_count_t>(left, kPiece));
        if (got <= 0) {
            break;
        }
        addFrames(std::span(piece).first(static_cast<std::size_t>(got) * channels), channels,
                  made->samples);
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
    const auto format = soundFormatOf(path);
    if (!format) {
        return fail(format.error());
    }
    auto scratch = ScratchSamples::make(path);
    if (!scratch) {
        return fail(scratch.error());
    }
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
