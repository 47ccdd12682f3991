// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/render_file.h"

#include "core/sound/decibels.h"

#include "core/base/thread_role.h"
#include "core/sound/playback_plan.h"
#include "core/sound/resampler.h"
#include "core/sound/sequencer.h"
#include "core/sound/sound_file.h"
#include "core/sound/soundfont_probe.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>

namespace canto::sound {

namespace {

constexpr int kBlock = FluidSynth::kBlock;
constexpr float kQuiet = 0.00025f;    // -72 dBFS
constexpr float kCeiling = 0.998849f; // -0.01 dBFS: stays below full scale of 24 bits
constexpr double kMostSecondsInMemory = 30 * 60;
constexpr double kMostSeconds = 24 * 3600;

struct Levels {
    float peak = 0;
    double squares = 0;
    std::size_t samples = 0;

    void add(std::span<const float> interleaved) {
        for (const float sample : interleaved) {
            peak = std::max(peak, std::fabs(sample));
            squares += static_cast<double>(sample) * sample;
        }
        samples += interleaved.size();
    }
    double rms() const {
        return samples == 0 ? 0 : std::sqrt(squares / static_cast<double>(samples));
    }
};

float finalGain(const Levels& levels, const RenderOptions& options) {
    if (levels.peak <= 0) {
        return 1;
    }
    if (options.normaliseDb) {
        const double wanted = std::pow(10.0, std::min(*options.normaliseDb, 0.0) / 20);
        return std::min(static_cast<float>(wanted), kCeiling) / levels.peak;
    }
    return std::min(1.0f, kCeiling / levels.peak);
}

using BlockSink = std::function<Result<void>(std::span<const float>)>;

/// Renders songs with a synth of its own, block by block, interleaved, at the synth's rate.
class Offline {
  public:
    Offline(FluidSynth& synth, std::span<const std::shared_ptr<const music::Song>> songs,
            const RenderOptions& options)
        : m_synth(synth), m_options(options) {
        for (const auto& song : songs) {
            auto& plan = m_plans.emplace_back(std::make_unique<Plan>());
            plan->id = m_plans.size();
            plan->body = PlanBody::make(song, synth.rate());
            m_frames += plan->body->endFrame();
        }
        if (options.mostSeconds > 0) {
            m_most = static_cast<std::int64_t>(options.mostSeconds * synth.rate());
            m_frames = std::min(m_frames, m_most);
        }
    }
    double seconds() const { return static_cast<double>(m_frames) / m_synth.rate(); }

    /// Passes the sound on at `rate`, which may differ from the synth's.
    Result<void> runAt(double rate, const BlockSink& sink, const CancelToken& cancel,
                       const Progress& progress) {
        if (rate == m_synth.rate()) {
            return run(sink, cancel, progress);
        }
        CANTO_TRY(resampler, Resampler::make(m_synth.rate(), rate, 2));
        std::vector<float> converted;
        const auto done = run(
            [&](std::span<const float> block) {
                converted.clear();
                resampler->feed(block, converted);
                return sink(converted);
            },
            cancel, progress);
        if (!done) {
            return done;
        }
        converted.clear();
        resampler->end(converted);
        return sink(converted);
    }

  private:
    Result<void> run(const BlockSink& sink, const CancelToken& cancel, const Progress& progress) {
        const ThreadRoleScope role(ThreadRole::Audio);
        Sequencer::Released released;
        Sequencer sequencer(released);
        std::size_t next = 0;
        const std::int64_t tail =
            static_cast<std::int64_t>(std::max(m_options.maxTailSeconds, 0.0) * m_synth.rate());
        std::int64_t done = 0;
        std::int64_t afterEnd = 0;
        std::int64_t quiet = 0;
        while (true) {
            // Only a few songs are queued ahead, so that the queue never fills.
            while (next < m_plans.size() && next < sequencerSongs(sequencer) + 4) {
                sequencer.enqueue(m_plans[next++].get(), m_synth);
            }
            if (!sequencer.playing() && next == m_plans.size()) {
                if (afterEnd >= tail || quiet >= static_cast<std::int64_t>(m_synth.rate() / 20)) {
                    return {};
                }
                afterEnd += kBlock;
            }
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Rendering cancelled");
            }
            sequencer.advance(kBlock, m_synth);
            m_synth.render(m_left.data(), m_right.data(), kBlock);
            float peak = 0;
            for (std::size_t i = 0; i < kBlock; ++i) {
                m_both[2 * i] = m_left[i];
                m_both[2 * i + 1] = m_right[i];
                peak = std::max({peak, std::fabs(m_left[i]), std::fabs(m_right[i])});
            }
            quiet = peak < kQuiet ? quiet + kBlock : 0;
            if (auto ok = sink(m_both); !ok) {
                return ok;
            }
            done += kBlock;
            if (done >= m_most) {
                return {};
            }
            if (progress && done % (kBlock * 256) == 0) {
                progress(static_cast<std::size_t>(std::min(done, m_frames)),
                         static_cast<std::size_t>(m_frames));
            }
        }
    }

    /// Songs begun so far: ids count from one.
    static std::size_t sequencerSongs(const Sequencer& sequencer) {
        return sequencer.plan() != nullptr ? sequencer.plan()->id : 0;
    }

    FluidSynth& m_synth;
    const RenderOptions& m_options;
    std::vector<std::unique_ptr<Plan>> m_plans;
    std::int64_t m_frames = 0;
    std::int64_t m_most = std::numeric_limits<std::int64_t>::max();
    std::array<float, kBlock> m_left{};
    std::array<float, kBlock> m_right{};
    std::array<float, 2 * kBlock> m_both{};
};

Result<std::unique_ptr<FluidSynth>> synthFor(const RenderOptions& options) {
    if (!(options.rate >= 8000 && options.rate <= 192000)) {
        return fail(Error::Code::BadInput, "The sample rate must be between 8000 and 192000 Hz");
    }
    std::filesystem::path font = options.soundFont;
    if (font.empty()) {
        CANTO_TRY(found, defaultSoundFont());
        font = *found;
    }
    CANTO_CHECK(probeSoundFont(font));
    // A rate that the synth does not support is rendered at a supported one and resampled.
    const double rate = options.rate > FluidSynth::kHighestRate ? options.rate / 2 : options.rate;
    return FluidSynth::load(font, SynthOptions{.rate = rate, .gain = options.gain});
}

RenderReport reportOf(const Levels& levels, float gain, const RenderOptions& options,
                      std::chrono::steady_clock::time_point begun,
                      const std::filesystem::path& font) {
    RenderReport report;
    report.seconds = static_cast<double>(levels.samples / 2) / options.rate;
    report.peakDb = decibels(static_cast<double>(levels.peak) * gain);
    report.rmsDb = decibels(levels.rms() * gain);
    report.gainDb = decibels(gain);
    report.soundFont = font;
    const std::chrono::duration<double> work = std::chrono::steady_clock::now() - begun;
    report.timesRealTime = report.seconds / std::max(work.count(), 1e-9);
    return report;
}

Result<void> checkLength(const Offline& offline, double most) {
    if (offline.seconds() > most) {
        return fail(Error::Code::TooLarge,
                    "The music is " + std::to_string(std::llround(offline.seconds() / 60)) +
                        " minutes long, more than the " + std::to_string(std::llround(most / 60)) +
                        " that can be rendered here");
    }
    return {};
}

} // namespace

std::vector<float> RenderedAudio::mono() const {
    std::vector<float> mixed(samples.size() / 2);
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        mixed[i] = 0.5F * (samples[2 * i] + samples[2 * i + 1]);
    }
    return mixed;
}

Result<RenderedAudio> renderSongs(std::span<const std::shared_ptr<const music::Song>> songs,
                                  const RenderOptions& options, CancelToken cancel,
                                  const Progress& progress) {
    const auto begun = std::chrono::steady_clock::now();
    CANTO_TRY(synth, synthFor(options));
    Offline offline(**synth, songs, options);
    CANTO_CHECK(checkLength(offline, kMostSecondsInMemory));
    RenderedAudio audio;
    audio.rate = options.rate;
    audio.samples.reserve(static_cast<std::size_t>(offline.seconds() * options.rate) * 2 +
                          static_cast<std::size_t>(options.rate));
    Levels levels;
    CANTO_TRY(done, offline.runAt(
                        options.rate,
                        [&](std::span<const float> block) -> Result<void> {
                            levels.add(block);
                            audio.samples.insert(audio.samples.end(), block.begin(), block.end());
                            return {};
                        },
                        cancel, progress));
    const float gain = finalGain(levels, options);
    if (gain != 1) {
        for (float& sample : audio.samples) {
            sample *= gain;
        }
    }
    audio.report = reportOf(levels, gain, options, begun, (*synth)->soundFont());
    return audio;
}

Result<RenderReport> renderToFile(std::span<const std::shared_ptr<const music::Song>> songs,
                                  const std::filesystem::path& path, const RenderOptions& options,
                                  CancelToken cancel, const Progress& progress) {
    const auto begun = std::chrono::steady_clock::now();
    CANTO_TRY(format, soundFormatOf(path));
    CANTO_TRY(synth, synthFor(options));
    Offline offline(**synth, songs, options);
    CANTO_CHECK(checkLength(offline, kMostSeconds));
    // The gain is only known at the end: write plain floats first, then the requested format.
    CANTO_TRY(draft, ScratchSamples::make(path));
    Levels levels;
    CANTO_TRY(rendered, offline.runAt(
                            options.rate,
                            [&](std::span<const float> block) {
                                levels.add(block);
                                return draft->write(block);
                            },
                            cancel, progress));
    const float gain = finalGain(levels, options);
    CANTO_CHECK(draft->convert(path, *format, options.rate, gain, cancel));
    return reportOf(levels, gain, options, begun, (*synth)->soundFont());
}

} // namespace canto::sound
