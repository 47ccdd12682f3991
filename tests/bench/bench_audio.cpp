// SPDX-License-Identifier: GPL-3.0-or-later
// How many times faster than real time the features of sound are, on one core, and what Griffin-Lim
// costs and leaves. Prints JSON.

#include "core/audio/griffin_lim.h"
#include "core/base/random.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

int main() {
    using namespace canto::audio;
    using Clock = std::chrono::steady_clock;
    canto::Random random(1);
    std::vector<float> clip(static_cast<std::size_t>(kClipSamples));
    for (std::size_t i = 0; i < clip.size(); ++i) {
        // A scale of a voice with eight partials, and noise.
        const double hz = 130.81 * std::pow(2.0, static_cast<double>(i / 11025 % 12) / 12);
        double sample = 0.01 * random.normal();
        for (int partial = 1; partial <= 8; ++partial) {
            sample +=
                0.1 / partial *
                std::sin(2 * 3.14159265358979 * hz * partial * static_cast<double>(i) / kRate);
        }
        clip[i] = static_cast<float>(sample);
    }
    const auto since = [](Clock::time_point begun) {
        return std::chrono::duration<double>(Clock::now() - begun).count();
    };
    AudioFeatures features;
    nlohmann::json seconds = nlohmann::json::array();
    double best = 1e9;
    for (int i = 0; i < 10; ++i) {
        const auto begun = Clock::now();
        const auto all = features.of(clip);
        best = std::min(best, since(begun));
        seconds.push_back(since(begun));
        if (all.mel.frames != kClipFrames) {
            return 1;
        }
    }
    double melOnly = 1e9;
    for (int i = 0; i < 10; ++i) {
        const auto begun = Clock::now();
        features.melPower(clip);
        melOnly = std::min(melOnly, since(begun));
    }
    const auto mel = features.of(clip).mel;
    const auto begun = Clock::now();
    const auto sound = soundOfMel(mel, features);
    const double resynthesis = since(begun);
    Stft& stft = features.stft();
    Feature magnitude = stft.power(clip);
    for (float& value : magnitude.values) {
        value = std::sqrt(value);
    }
    const nlohmann::json report = {
        {"clipSeconds", kClipSeconds},
        {"secondsOfAllFeatures", seconds},
        {"allFeaturesTimesRealTime", kClipSeconds / best},
        {"melTimesRealTime", kClipSeconds / melOnly},
        {"resynthesisTimesRealTime", kClipSeconds / resynthesis},
        {"convergenceFromMel", sound.convergence},
        {"convergenceFast32", griffinLim(magnitude, stft).convergence},
        {"convergencePlain32", griffinLim(magnitude, stft, {.momentum = 0}).convergence}};
    std::puts(report.dump(1).c_str());
    return 0;
}
