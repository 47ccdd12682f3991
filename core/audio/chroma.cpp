// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/chroma.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace canto::audio {

namespace {

constexpr int kClasses = 12;
constexpr double kLowestPeak = 150; // Hz
constexpr double kHighestPeak = 4000;
constexpr float kPeakThreshold = 0.1F; // of the frame's loudest bin
constexpr double kCentreOctave = 5;
constexpr double kOctaveWidth = 2;

/// Octaves above 27.5 Hz.
double octavesOf(double hz) { return std::log2(hz / 27.5); }

struct Peak {
    double hz = 0;
    float magnitude = 0;
};

/// The peaks of a frame, located between bins by a parabola through three of them.
void addPeaks(std::span<const float> frame, int rate, std::vector<Peak>& peaks) {
    const float threshold = kPeakThreshold * *std::max_element(frame.begin(), frame.end());
    const double hzPerBin =
        static_cast<double>(rate) / (2.0 * static_cast<double>(frame.size() - 1));
    for (std::size_t i = 1; i + 1 < frame.size(); ++i) {
        const double hz = static_cast<double>(i) * hzPerBin;
        const auto loud = [&](std::size_t k) { return frame[k] > threshold ? frame[k] : 0.0F; };
        if (hz < kLowestPeak || hz >= kHighestPeak || loud(i) <= loud(i - 1) ||
            loud(i) < loud(i + 1)) {
            continue;
        }
        const float slope = (frame[i + 1] - frame[i - 1]) / 2;
        const float bend = frame[i + 1] + frame[i - 1] - 2 * frame[i];
        const float shift = std::fabs(slope) >= std::fabs(bend) ? 0.0F : -slope / bend;
        peaks.push_back(
            {hz + static_cast<double>(shift) * hzPerBin, frame[i] + 0.5F * slope * shift});
    }
}

float medianOf(std::vector<float> values) {
    const std::size_t middle = values.size() / 2;
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(middle);
    std::nth_element(values.begin(), at, values.end());
    if (values.size() % 2 == 1) {
        return *at;
    }
    return (*at + *std::max_element(values.begin(), at)) / 2;
}

/// (12, bins)
Eigen::MatrixXf filtersFor(int rate, int window, float tuning) {
    const int bins = window / 2 + 1;
    const auto semitone = [&](int bin) { // above A0, in the tuning
        return bin == 0 ? 0.0
                        : kClasses * octavesOf(static_cast<double>(bin) * rate / window) -
                              static_cast<double>(tuning);
    };
    Eigen::MatrixXf filters(kClasses, bins);
    for (int bin = 0; bin < bins; ++bin) {
        // The bin of 0 Hz has no pitch: it is put one and a half octaves below the first bin.
        const double place = bin == 0 ? semitone(1) - 1.5 * kClasses : semitone(bin);
        const double next = semitone(bin + 1);
        const double width = std::max(next - place, 1.0);
        std::array<double, kClasses> bump{};
        double squares = 0;
        for (int c = 0; c < kClasses; ++c) {
            double distance = std::fmod(place - c + 6 + 10 * kClasses, kClasses);
            distance = (distance < 0 ? distance + kClasses : distance) - 6;
            bump[static_cast<std::size_t>(c)] = std::exp(-0.5 * std::pow(2 * distance / width, 2));
            squares += std::pow(bump[static_cast<std::size_t>(c)], 2);
        }
        const double octave = (place / kClasses - kCentreOctave) / kOctaveWidth;
        const double scale = std::exp(-0.5 * octave * octave) / std::sqrt(squares);
        for (int c = 0; c < kClasses; ++c) { // classes count from A here, from C in the result
            filters((c + 9) % kClasses, bin) =
                static_cast<float>(scale * bump[static_cast<std::size_t>(c)]);
        }
    }
    return filters;
}

} // namespace

float tuningOf(const Feature& power, int rate) {
    std::vector<Peak> peaks;
    for (int frame = 0; frame < power.frames; ++frame) {
        addPeaks(power.frame(frame), rate, peaks);
    }
    if (peaks.empty()) {
        return 0;
    }
    std::vector<float> magnitudes(peaks.size());
    std::transform(peaks.begin(), peaks.end(), magnitudes.begin(),
                   [](const Peak& peak) { return peak.magnitude; });
    const float median = medianOf(std::move(magnitudes));
    std::array<int, 100> counts{};
    for (const Peak& peak : peaks) {
        if (peak.magnitude < median) {
            continue;
        }
        const double semitones = kClasses * octavesOf(peak.hz);
        double rest = semitones - std::floor(semitones);
        rest = rest >= 0.5 ? rest - 1 : rest;
        const auto bin = static_cast<std::size_t>(std::clamp((rest + 0.5) * 100, 0.0, 99.0));
        ++counts[bin];
    }
    const auto most = std::max_element(counts.begin(), counts.end()) - counts.begin();
    return static_cast<float>(static_cast<double>(most) / 100 - 0.5);
}

Feature chromaOf(const Feature& power, int rate, float tuning) {
    Feature chroma(kClasses, power.frames);
    const Eigen::MatrixXf filters = filtersFor(rate, 2 * (power.rows - 1), tuning);
    const Eigen::Map<const Eigen::MatrixXf> from(power.values.data(), power.rows, power.frames);
    Eigen::Map<Eigen::MatrixXf> to(chroma.values.data(), kClasses, power.frames);
    to.noalias() = filters * from;
    for (int frame = 0; frame < power.frames; ++frame) {
        auto column = chroma.frame(frame);
        const float largest = *std::max_element(column.begin(), column.end());
        if (largest >= std::numeric_limits<float>::min()) {
            std::transform(column.begin(), column.end(), column.begin(),
                           [largest](float x) { return x / largest; });
        }
    }
    return chroma;
}

} // namespace canto::audio
