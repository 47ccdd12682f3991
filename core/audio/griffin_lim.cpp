// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/griffin_lim.h"

#include "core/base/random.h"
#include "core/base/verify.h"

#include <algorithm>
#include <cmath>

namespace canto::audio {

namespace {

using Complex = std::complex<float>;

double convergenceOf(const Feature& magnitude, const Frames<Complex>& spectrum) {
    double error = 0;
    double all = 0;
    for (std::size_t i = 0; i < magnitude.values.size(); ++i) {
        const double wanted = magnitude.values[i];
        const double is = std::abs(spectrum.values[i]);
        error += (is - wanted) * (is - wanted);
        all += wanted * wanted;
    }
    return all > 0 ? std::sqrt(error / all) : 0;
}

} // namespace

Resynthesis griffinLim(const Feature& magnitude, Stft& stft, const GriffinLimOptions& options,
                       const CancelToken& cancel) {
    Resynthesis result;
    CANTO_VERIFY(magnitude.rows == stft.bins()) { return result; }
    const auto samples = static_cast<std::size_t>(std::max(magnitude.frames - 1, 0)) *
                         static_cast<std::size_t>(stft.options().hop);
    Random random(options.seed);
    Frames<Complex> phased(magnitude.rows, magnitude.frames);
    for (std::size_t i = 0; i < phased.values.size(); ++i) {
        const double angle = 2 * 3.14159265358979323846 * random.uniform();
        phased.values[i] = std::polar(magnitude.values[i], static_cast<float>(angle));
    }
    const float share = options.momentum / (1 + options.momentum);
    Frames<Complex> before;
    for (int i = 0; i < options.iterations && !cancel.cancelled(); ++i) {
        auto now = stft.forward(stft.inverse(phased, samples));
        for (std::size_t k = 0; k < now.values.size(); ++k) {
            const Complex last = before.values.empty() ? Complex() : before.values[k];
            const Complex goal = now.values[k] - share * last;
            const float size = std::sqrt(std::norm(goal));
            phased.values[k] = size > 1e-16F ? goal * (magnitude.values[k] / size)
                                             : Complex(magnitude.values[k], 0);
        }
        before = std::move(now);
    }
    result.samples = stft.inverse(phased, samples);
    result.convergence = convergenceOf(magnitude, stft.forward(result.samples));
    return result;
}

Feature magnitudeOf(const Feature& mel, const MelFilters& filters, int iterations) {
    Feature result(filters.bins(), mel.frames);
    CANTO_VERIFY(mel.rows == filters.mels()) { return result; }
    const auto bins = static_cast<std::size_t>(filters.bins());
    std::vector<float> wanted(bins);
    std::vector<float> given(bins);
    std::vector<float> analysis(static_cast<std::size_t>(mel.rows));
    for (int frame = 0; frame < mel.frames; ++frame) {
        auto power = result.frame(frame);
        std::fill(wanted.begin(), wanted.end(), 0.0F);
        filters.spread(mel.frame(frame), wanted);
        std::copy(wanted.begin(), wanted.end(), power.begin());
        for (int i = 0; i < iterations; ++i) {
            filters.apply(power, analysis);
            std::fill(given.begin(), given.end(), 0.0F);
            filters.spread(analysis, given);
            for (std::size_t k = 0; k < bins; ++k) {
                power[k] = given[k] > 1e-30F ? power[k] * (wanted[k] / given[k]) : 0.0F;
            }
        }
        for (float& value : power) {
            value = std::sqrt(value);
        }
    }
    return result;
}

Resynthesis soundOfMel(const Feature& melDb, AudioFeatures& features,
                       const GriffinLimOptions& options, float peak, const CancelToken& cancel) {
    Feature power = melDb;
    for (float& value : power.values) {
        value = std::pow(10.0F, value / 10);
    }
    auto sound =
        griffinLim(magnitudeOf(power, features.melFilters()), features.stft(), options, cancel);
    float largest = 0;
    for (const float sample : sound.samples) {
        largest = std::max(largest, std::fabs(sample));
    }
    if (largest > 0) {
        for (float& sample : sound.samples) {
            sample *= peak / largest;
        }
    }
    return sound;
}

} // namespace canto::audio
