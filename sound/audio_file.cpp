#include "sound/audio_file.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <sndfile.h>
#include <soxr.h>
#include <string>

namespace canto::sound {

namespace {

constexpr int kMostChannels = 64;
constexpr std::size_t kPiece = 16384; // frames

struct CloseSound {
    void operator()(SNDFILE* file) const { sf_close(file); }
};
struct DeleteSoxr {
    void operator()(soxr* resampler) const { soxr_delete(resampler); }
};

/// One channel from one rate to another, fed in pieces.
class Resampler {
  public:
    static Result<Resampler> make(double from, double to) {
        Resampler made;
        made.m_ratio = to / from;
        if (from != to) {
            soxr_error_t problem = nullptr;
            const auto quality = soxr_quality_spec(SOXR_HQ, 0);
            made.m_soxr.reset(soxr_create(from, to, 1, &problem, nullptr, &quality, nullptr));
            if (problem != nullptr || !made.m_soxr) {
                return fail(Error::Code::BadInput,
                            "The sound cannot be resampled: " +
                                std::string(problem != nullptr ? problem : "no memory"));
            }
        }
        return made;
    }

    void feed(std::span<const float> samples, std::vector<float>& into) {
        if (!m_soxr) {
            into.insert(into.end(), samples.begin(), samples.end());
            return;
        }
        std::size_t taken = 0;
        while (taken < samples.size()) {
            std::size_t used = 0;
            const std::size_t given =
                step(samples.data() + taken, samples.size() - taken, &used, into);
            taken += used;
            if (used == 0 && given == 0) {
                return;
            }
        }
    }

    void end(std::vector<float>& into) {
        while (m_soxr && step(nullptr, 0, nullptr, into) > 0) {
        }
    }

  private:
    std::size_t step(const float* from, std::size_t count, std::size_t* used,
                     std::vector<float>& into) {
        const std::size_t old = into.size();
        const std::size_t room =
            kPiece + static_cast<std::size_t>(static_cast<double>(count) * m_ratio);
        into.resize(old + room);
        std::size_t given = 0;
        soxr_process(m_soxr.get(), from, count, used, into.data() + old, room, &given);
        into.resize(old + given);
        return given;
    }

    std::unique_ptr<soxr, DeleteSoxr> m_soxr;
    double m_ratio = 1;
};

/// Of a second of sound, however it is packed: a length that says less is not believed.
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
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem)) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    SF_INFO about{};
    const std::unique_ptr<SNDFILE, CloseSound> file(sf_open(path.c_str(), SFM_READ, &about));
    if (!file) {
        return fail(Error::Code::BadFile,
                    "The sound cannot be read: " + std::string(sf_strerror(nullptr)),
                    path.string());
    }
    if (!sensibleRate(about.samplerate) || about.channels < 1 || about.channels > kMostChannels) {
        return fail(Error::Code::BadFile, "The sound has a rate or channels that make no sense",
                    path.string());
    }
    if (!sensibleRate(rate)) {
        return fail(Error::Code::BadInput, "The wanted rate makes no sense");
    }
    auto resampler = Resampler::make(about.samplerate, rate);
    if (!resampler) {
        return fail(resampler.error());
    }
    const auto channels = static_cast<std::size_t>(about.channels);
    const double limit = limits.mostSeconds > 0
                             ? std::min(limits.mostSeconds, limits.refusedSeconds)
                             : limits.refusedSeconds;
    // What the file says of its length is not believed: it is counted.
    auto left = static_cast<std::size_t>(limit * about.samplerate) + 1;
    std::size_t done = 0;
    const double said =
        static_cast<double>(std::max<sf_count_t>(about.frames, 0)) / about.samplerate;
    const auto bytes = static_cast<double>(std::filesystem::file_size(path, problem));
    if (limits.mostSeconds <= 0 && said > limit && !problem && bytes > said * kLeastBytes) {
        return tooLong(limits, path); // nobody waits for hours to be read to be told
    }
    std::vector<float> piece(kPiece * channels);
    std::vector<float> mono(kPiece);
    std::vector<float> out;
    while (left > 0) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Reading was stopped", path.string());
        }
        const auto wanted = static_cast<sf_count_t>(std::min(kPiece, left));
        const sf_count_t got = sf_readf_float(file.get(), piece.data(), wanted);
        if (got <= 0) {
            break;
        }
        const auto frames = static_cast<std::size_t>(got);
        for (std::size_t i = 0; i < frames; ++i) {
            float sum = 0;
            for (std::size_t c = 0; c < channels; ++c) {
                sum += piece[i * channels + c];
            }
            mono[i] = sum / static_cast<float>(channels);
        }
        out.clear();
        resampler->feed(std::span(mono).first(frames), out);
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
    out.clear();
    resampler->end(out);
    take(out);
    return AudioFacts{static_cast<double>(about.samplerate), about.channels,
                      static_cast<double>(done) / about.samplerate};
}

Result<MonoAudio> readMono(const std::filesystem::path& path, double rate, double mostSeconds,
                           const CancelToken& cancel) {
    MonoAudio audio;
    const auto facts = streamMono(
        path, rate,
        [&audio](std::span<const float> samples) {
            audio.samples.insert(audio.samples.end(), samples.begin(), samples.end());
        },
        {.mostSeconds = mostSeconds}, cancel);
    if (!facts) {
        return fail(facts.error());
    }
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
    auto resampler = Resampler::make(from, to);
    if (!resampler) {
        return fail(resampler.error());
    }
    std::vector<float> result;
    resampler->feed(samples, result);
    resampler->end(result);
    return result;
}

} // namespace canto::sound
