// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/audio_features.h"

#include "core/audio/chroma.h"
#include "core/base/verify.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace canto::audio {

namespace {

constexpr int kCepstralMels = 128;
constexpr float kFloor = 1e-10F;
constexpr double kHzPerMel = 200.0 / 3; // below the break
constexpr double kBreakHz = 1000;
constexpr double kBreakMel = kBreakHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27;

double melOf(double hz) {
    return hz < kBreakHz ? hz / kHzPerMel : kBreakMel + std::log(hz / kBreakHz) / kLogStep;
}

double hzOf(double mel) {
    return mel < kBreakMel ? mel * kHzPerMel : kBreakHz * std::exp(kLogStep * (mel - kBreakMel));
}

Feature applied(const MelFilters& filters, const Feature& power) {
    Feature mel(filters.mels(), power.frames);
    for (int frame = 0; frame < power.frames; ++frame) {
        filters.apply(power.frame(frame), mel.frame(frame));
    }
    return mel;
}

} // namespace

MelFilters::MelFilters(int rate, int window, int mels, double lowest, double highest)
    : m_bins(window / 2 + 1) {
    std::vector<double> corners(static_cast<std::size_t>(mels) + 2);
    const double low = melOf(lowest);
    const double high = melOf(highest);
    for (std::size_t i = 0; i < corners.size(); ++i) {
        corners[i] = hzOf(low + (high - low) * static_cast<double>(i) / (mels + 1));
    }
    for (std::size_t m = 0; m + 2 < corners.size(); ++m) {
        Filter filter;
        for (int bin = 0; bin < m_bins; ++bin) {
            const double hz = static_cast<double>(bin) * rate / window;
            const double rise = (hz - corners[m]) / (corners[m + 1] - corners[m]);
            const double fall = (corners[m + 2] - hz) / (corners[m + 2] - corners[m + 1]);
            const double weight = std::min(rise, fall);
            if (weight > 0) {
                if (filter.weights.empty()) {
                    filter.first = bin;
                }
                filter.weights.push_back(
                    static_cast<float>(weight * 2 / (corners[m + 2] - corners[m])));
            }
        }
        m_filters.push_back(std::move(filter));
    }
}

void MelFilters::apply(std::span<const float> power, std::span<float> mel) const {
    CANTO_VERIFY(power.size() == static_cast<std::size_t>(m_bins)) { return; }
    for (std::size_t m = 0; m < m_filters.size(); ++m) {
        const auto& [first, weights] = m_filters[m];
        mel[m] = std::inner_product(weights.begin(), weights.end(), power.begin() + first, 0.0F);
    }
}

void MelFilters::spread(std::span<const float> mel, std::span<float> power) const {
    CANTO_VERIFY(power.size() == static_cast<std::size_t>(m_bins)) { return; }
    for (std::size_t m = 0; m < m_filters.size(); ++m) {
        const auto& [first, weights] = m_filters[m];
        for (std::size_t i = 0; i < weights.size(); ++i) {
            power[static_cast<std::size_t>(first) + i] += mel[m] * weights[i];
        }
    }
}

void powerToDb(std::span<float> power, float reference, float range) {
    const float zero = 10 * std::log10(std::max(reference, kFloor));
    float loudest = -1e30F;
    for (float& value : power) {
        value = 10 * std::log10(std::max(value, kFloor)) - zero;
        loudest = std::max(loudest, value);
    }
    for (float& value : power) {
        value = std::max(value, loudest - range);
    }
}

AudioFeatures::AudioFeatures(const FeatureOptions& options)
    : m_options(options), m_stft(options.stft),
      m_mel(options.rate, m_stft.options().window, options.mels, 0, options.melHighest),
      m_wideMel(options.rate, m_stft.options().window, kCepstralMels, 0, options.rate / 2.0) {
    for (int k = 0; k < options.coefficients; ++k) {
        const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / kCepstralMels);
        for (int n = 0; n < kCepstralMels; ++n) {
            const double angle = 3.14159265358979323846 * k * (2 * n + 1) / (2 * kCepstralMels);
            m_cosines.push_back(static_cast<float>(scale * std::cos(angle)));
        }
    }
}

Feature AudioFeatures::melPower(std::span<const float> signal) {
    return applied(m_mel, m_stft.power(signal));
}

Feature AudioFeatures::mfccOf(const Feature& power) const {
    Feature mel = applied(m_wideMel, power);
    powerToDb(mel.values, 1.0F);
    Feature result(m_options.coefficients, power.frames);
    for (int frame = 0; frame < power.frames; ++frame) {
        const auto from = mel.frame(frame);
        auto to = result.frame(frame);
        for (std::size_t k = 0; k < to.size(); ++k) {
            to[k] = std::inner_product(
                from.begin(), from.end(),
                m_cosines.begin() + static_cast<std::ptrdiff_t>(k * kCepstralMels), 0.0F);
        }
    }
    return result;
}

ClipFeatures AudioFeatures::of(std::span<const float> signal) {
    const Feature power = m_stft.power(signal);
    ClipFeatures features;
    features.mel = applied(m_mel, power);
    const auto& values = features.mel.values;
    powerToDb(features.mel.values, *std::max_element(values.begin(), values.end()));
    features.mfcc = mfccOf(power);
    features.tuning = tuningOf(power, m_options.rate);
    features.chroma = chromaOf(power, m_options.rate, features.tuning);
    return features;
}

float loudnessDb(std::span<const float> signal) {
    double squares = 0;
    for (const float sample : signal) {
        squares += static_cast<double>(sample) * sample;
    }
    const double mean = signal.empty() ? 0 : squares / static_cast<double>(signal.size());
    return mean > 1e-12 ? static_cast<float>(10 * std::log10(mean)) : -120.0F;
}

} // namespace canto::audio
