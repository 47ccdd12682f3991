// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/audio_file.h"

#include "core/sound/mono_mix.h"
#include "core/sound/open_sound.h"
#include "core/sound/resampler.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace canto::sound {

namespace {

constexpr std::size_t kPiece = 16384; // frames

/// Least number of bytes for a second of sound in any encoding: a stated length with fewer bytes is
/// not trusted.
constexpr double kLeastBytes = 500;

tl::unexpected<Error> tooLong(const ReadLimits& limits, const std::filesystem::path& path) {
    const auto minutes = static_cast<int>(limits.refusedSeconds / 60);
    return fail(Error::Code::TooLarge,
                "The recording is longer than " + std::to_string(minutes) + " minutes",
                path.string(), "Cut it into shorter pieces");
}

bool sensibleRate(double rate) { return rate >= 1000 && rate <= 768000; }

} // namespace

bool isAudioFile(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    constexpr std::array<const char*, 7> known{".wav", ".flac", ".ogg", ".opus",
                                               ".mp3", ".aif",  ".aiff"};
    return std::find(known.begin(), known.end(), ending) != known.end();
}

Result<AudioFacts> streamMono(const std::filesystem::path& path, double rate,
                              const std::function<void(std::span<const float>)>& take,
                              const ReadLimits& limits, const CancelToken& cancel,
                              const Progress& progress) {
    CANTO_TRY(file, OpenSound::open(path));
    const SF_INFO& about = file->about();
    if (!sensibleRate(rate)) {
        return fail(Error::Code::BadInput, "The wanted rate makes no sense");
    }
    CANTO_TRY(resampler, Resampler::make(about.samplerate, rate));
    const auto channels = static_cast<std::size_t>(about.channels);
    const double limit = limits.mostSeconds > 0
                             ? std::min(limits.mostSeconds, limits.refusedSeconds)
                             : limits.refusedSeconds;
    // The length that the file states is not trusted: samples are counted.
    auto left = static_cast<std::size_t>(limit * about.samplerate) + 1;
    std::size_t done = 0;
    const double said =
        static_cast<double>(std::max<sf_count_t>(about.frames, 0)) / about.samplerate;
    std::error_code problem;
    const auto bytes = static_cast<double>(std::filesystem::file_size(path, problem));
    if (limits.mostSeconds <= 0 && said > limit && !problem && bytes > said * kLeastBytes) {
        return tooLong(limits, path); // refused at once, instead of after reading for hours
    }
    std::vector<float> piece(kPiece * channels);
    MonoMix mix(channels);
    std::vector<float> mono;
    std::vector<float> out;
    while (left > 0) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Reading cancelled", path.string());
        }
        const auto wanted = static_cast<sf_count_t>(std::min(kPiece, left));
        const sf_count_t got = file->read(piece.data(), wanted);
        if (got == 0) {
            break;
        }
        const auto frames = static_cast<std::size_t>(got);
        mix.mix(std::span(piece).first(frames * channels), mono);
        out.clear();
        resampler->feed(mono, out);
        take(out);
        left -= frames;
        done += frames;
        if (progress) {
            progress(static_cast<std::size_t>(static_cast<double>(done) / about.samplerate),
                     static_cast<std::size_t>(std::min(said, limit)));
        }
    }
    if (left == 0 && limits.mostSeconds <= 0) {
        return tooLong(limits, path);
    }
    if (done == 0) {
        return fail(Error::Code::BadFile,
                    "The recording is too short: there is no sound in the file", path.string(),
                    "It may have been cut off while it was recorded or copied");
    }
    out.clear();
    resampler->end(out);
    take(out);
    return AudioFacts{static_cast<double>(about.samplerate), about.channels,
                      static_cast<double>(done) / about.samplerate};
}

Result<MonoAudio> readMono(const std::filesystem::path& path, double rate, double mostSeconds,
                           const CancelToken& cancel) {
    MonoAudio audio;
    CANTO_TRY(facts, streamMono(
                         path, rate,
                         [&audio](std::span<const float> samples) {
                             audio.samples.insert(audio.samples.end(), samples.begin(),
                                                  samples.end());
                         },
                         {.mostSeconds = mostSeconds}, cancel));
    audio.rate = rate;
    audio.fileRate = facts->fileRate;
    audio.fileChannels = facts->fileChannels;
    if (mostSeconds > 0) {
        const auto most = static_cast<std::size_t>(mostSeconds * rate);
        audio.samples.resize(std::min(audio.samples.size(), most));
    }
    return audio;
}

Result<std::vector<float>> resampled(std::span<const float> samples, double from, double to) {
    if (!sensibleRate(from) || !sensibleRate(to)) {
        return fail(Error::Code::BadInput, "The rates make no sense");
    }
    CANTO_TRY(resampler, Resampler::make(from, to));
    std::vector<float> result;
    resampler->feed(samples, result);
    resampler->end(result);
    return result;
}

} // namespace canto::sound
