// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/song_frames.h"

#include "core/audio/chroma.h"
#include "core/audio/queen_mary.h"
#include "core/base/verify.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace canto::audio {

namespace {

constexpr int kLongest = 8192;
constexpr int kOnsetWindow = 1024;
constexpr int kMels = 40;
constexpr int kLowMels = 3; // below about 200 Hz
constexpr std::size_t kHeldBack = std::size_t{60} * kRate;
constexpr double kNormalLevel = 0.1; // root mean square to which every recording is scaled

/// A Hann window of one size and its transform.
class Spectrum {
  public:
    explicit Spectrum(int size) : m_fft(size), m_window(static_cast<std::size_t>(size)) {
        double sum = 0;
        for (std::size_t i = 0; i < m_window.size(); ++i) {
            const double phase = 2 * 3.14159265358979323846 * static_cast<double>(i) / size;
            m_window[i] = static_cast<float>(0.5 - 0.5 * std::cos(phase));
            sum += m_window[i];
        }
        for (float& w : m_window) { // a sinusoid of amplitude a has power a^2 at every size
            w *= static_cast<float>(2 / sum);
        }
        m_piece.resize(m_window.size());
        m_bins.resize(static_cast<std::size_t>(m_fft.bins()));
        m_power.resize(m_bins.size());
    }

    /// @param around  kLongest samples; the middle ones are taken.
    std::span<const float> power(std::span<const float> around, float gain) {
        const auto skip = (around.size() - m_window.size()) / 2;
        for (std::size_t i = 0; i < m_window.size(); ++i) {
            m_piece[i] = around[skip + i] * m_window[i] * gain;
        }
        m_fft.forward(m_piece, m_bins);
        std::transform(m_bins.begin(), m_bins.end(), m_power.begin(), [](std::complex<float> x) {
            return x.real() * x.real() + x.imag() * x.imag();
        });
        return m_power;
    }
    std::size_t size() const { return m_window.size(); }

  private:
    RealFft m_fft;
    std::vector<float> m_window, m_piece, m_power;
    std::vector<std::complex<float>> m_bins;
};

/// Bumps of a semitone's width over the bins of one transform.
struct BandWeights {
    int band = 0;
    std::size_t first = 0;
    std::vector<float> weights;
};

struct Register {
    int size;       ///< of the transform
    int firstPitch; ///< MIDI
};
constexpr std::array<Register, 3> kRegisters{{{8192, 0}, {4096, 52}, {2048, 68}}};

std::vector<BandWeights> bandsOf(std::size_t which, float tuning) {
    std::vector<BandWeights> all;
    const double binHz = static_cast<double>(kRate) / kRegisters[which].size;
    const int end = which + 1 < kRegisters.size() ? kRegisters[which + 1].firstPitch : 128;
    for (int band = 0; band < kBands; ++band) {
        const int pitch = kLowestPitch + band;
        if (pitch < kRegisters[which].firstPitch || pitch >= end) {
            continue;
        }
        const double centre = 440 * std::exp2((pitch - 69 + static_cast<double>(tuning)) / 12);
        const double semitone = centre * (std::exp2(1.0 / 12) - 1);
        // Falls to zero a semitone away, but is never so narrow that a tone falls between two bins.
        const double reach = std::max(semitone, 1.01 * binHz);
        BandWeights made{band, 0, {}};
        const auto bins = static_cast<std::size_t>(kRegisters[which].size / 2 + 1);
        for (std::size_t bin = 1; bin < bins; ++bin) {
            const double away = std::fabs(static_cast<double>(bin) * binHz - centre) / reach;
            if (away < 1) {
                if (made.weights.empty()) {
                    made.first = bin;
                }
                const double bump = std::cos(away * 3.14159265358979323846 / 2);
                made.weights.push_back(static_cast<float>(bump * bump));
            }
        }
        all.push_back(std::move(made));
    }
    return all;
}

float dbOf(double power) { return static_cast<float>(10 * std::log10(std::max(power, 1e-12))); }

} // namespace

class FrameAnalysis::Work {
  public:
    void feed(std::span<const float> samples) {
        for (const float sample : samples) { // a broken file may hold anything
            m_buffer.push_back(std::isfinite(sample) ? std::clamp(sample, -8.0F, 8.0F) : 0.0F);
            m_energy += static_cast<double>(m_buffer.back()) * static_cast<double>(m_buffer.back());
        }
        m_fed += samples.size();
        if (!m_ready && m_fed >= kHeldBack) {
            prepare();
        }
        if (m_ready) {
            process(m_fed);
        }
    }

    SongFrames end() {
        if (!m_ready) {
            prepare();
        }
        m_buffer.insert(m_buffer.end(), kLongest / 2, 0.0F);
        process(m_fed + 1);
        m_frames.bands.rows = kBands;
        m_frames.seconds = static_cast<double>(m_fed) / kRate;
        m_frames.loudnessDb = m_fed > 0 ? dbOf(m_energy / static_cast<double>(m_fed)) : -120.0F;
        return std::move(m_frames);
    }

  private:
    void prepare() {
        m_ready = true;
        const std::span<const float> sound = std::span(m_buffer).subspan(kLongest / 2);
        const double mean = sound.empty() ? 0 : m_energy / static_cast<double>(sound.size());
        m_gain = static_cast<float>(kNormalLevel / std::sqrt(std::max(mean, 1e-9)));
        if (mean > 1e-9) {
            Stft stft({.window = 4096, .hop = 4096});
            m_frames.tuning = tuningOf(stft.power(sound), kRate);
        }
        for (std::size_t i = 0; i < kRegisters.size(); ++i) {
            m_bands[i] = bandsOf(i, m_frames.tuning);
        }
    }

    /// Computes the frames around samples before `end` for which all samples have arrived.
    void process(std::size_t end) {
        while (m_next < end && m_next - m_base + kLongest <= m_buffer.size()) {
            const auto around = std::span<const float>(m_buffer).subspan(m_next - m_base, kLongest);
            onset(around);
            if (m_next % kBandHop == 0) {
                bands(around);
            }
            m_next += kOnsetHop;
        }
        if (const std::size_t done = m_next - m_base; done > kHeldBack) {
            const std::size_t drop = std::min(done, m_buffer.size());
            m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(drop));
            m_base += drop;
        }
    }

    void onset(std::span<const float> around) {
        const auto power = m_onsetSpectrum.power(around, m_gain);
        const double sum = std::accumulate(power.begin(), power.end(), 0.0);
        m_frames.level.push_back(dbOf(sum / (static_cast<double>(m_gain) * m_gain)));
        std::array<float, ComplexOnsets::kWindow> middle{};
        const auto from = around.begin() + (kLongest - ComplexOnsets::kWindow) / 2;
        std::transform(from, from + ComplexOnsets::kWindow, middle.begin(),
                       [this](float sample) { return sample * m_gain; });
        m_frames.change.push_back(m_complexOnsets.next(middle));
        std::array<float, kMels>& now = m_history[m_count % 3];
        m_mel.apply(power, now);
        for (float& value : now) {
            value = std::log10(1 + 1e4F * value);
        }
        float all = 0;
        float low = 0;
        if (m_count >= 2) {
            const auto& before = m_history[(m_count - 2) % 3];
            for (std::size_t m = 0; m < kMels; ++m) {
                float was = before[m];
                was = std::max(was, m > 0 ? before[m - 1] : was);
                was = std::max(was, m + 1 < kMels ? before[m + 1] : was);
                const float rise = std::max(0.0F, now[m] - was);
                all += rise;
                low += m < kLowMels ? std::max(0.0F, now[m] - before[m]) : 0;
            }
        }
        ++m_count;
        m_frames.onset.push_back(all / kMels);
        m_frames.lowOnset.push_back(low / kLowMels);
    }

    void bands(std::span<const float> around) {
        auto& values = m_frames.bands.values;
        const std::size_t at = values.size();
        values.resize(at + kBands);
        for (std::size_t i = 0; i < kRegisters.size(); ++i) {
            const auto power = m_spectra[i].power(around, m_gain);
            for (const auto& [band, first, weights] : m_bands[i]) {
                values[at + static_cast<std::size_t>(band)] = std::sqrt(
                    std::inner_product(weights.begin(), weights.end(),
                                       power.begin() + static_cast<std::ptrdiff_t>(first), 0.0F));
            }
        }
        ++m_frames.bands.frames;
    }

    /// m_buffer[0] is sample m_base - kLongest / 2 of the recording; zeros precede the recording.
    std::vector<float> m_buffer = std::vector<float>(kLongest / 2);
    std::size_t m_base = 0;
    std::size_t m_next = 0; ///< sample at the centre of the next frame
    std::size_t m_fed = 0;
    double m_energy = 0;
    float m_gain = 1;
    bool m_ready = false;
    Spectrum m_onsetSpectrum{kOnsetWindow};
    std::array<Spectrum, 3> m_spectra{Spectrum{kRegisters[0].size}, Spectrum{kRegisters[1].size},
                                      Spectrum{kRegisters[2].size}};
    std::array<std::vector<BandWeights>, 3> m_bands;
    MelFilters m_mel{kRate, kOnsetWindow, kMels, 30, 10000};
    std::array<std::array<float, kMels>, 3> m_history{};
    std::size_t m_count = 0;
    ComplexOnsets m_complexOnsets;
    SongFrames m_frames;
};

FrameAnalysis::FrameAnalysis() : m_work(std::make_unique<Work>()) {}
FrameAnalysis::~FrameAnalysis() = default;
void FrameAnalysis::feed(std::span<const float> samples) { m_work->feed(samples); }
SongFrames FrameAnalysis::end() { return m_work->end(); }

SongFrames analyseFrames(std::span<const float> samples) {
    FrameAnalysis analysis;
    analysis.feed(samples);
    return analysis.end();
}

} // namespace canto::audio
