// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Synthetic sound with known content: tones with partials, clicks, chords, noise. One channel at
// 22,050 Hz.

#include "core/base/random.h"

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace canto::test {

inline constexpr int kMadeRate = 22050;

struct MadeTone {
    int pitch = 60;     ///< MIDI
    double start = 0;   ///< s
    double seconds = 1; ///< with 20 ms of release at its end
    double loudness = 0.2;
};

/// Six partials of amplitude 0.6^k that decay as a plucked string does; 5 ms attack.
/// @param detune  semitones.
inline void addTone(std::vector<float>& sound, const MadeTone& tone, double detune = 0) {
    constexpr double kTurn = 6.283185307179586;
    const double f = 440 * std::exp2((tone.pitch - 69 + detune) / 12);
    const auto first = static_cast<std::size_t>(std::lround(tone.start * kMadeRate));
    const auto count = static_cast<std::size_t>(tone.seconds * kMadeRate);
    for (std::size_t i = 0; i < count && first + i < sound.size(); ++i) {
        const double t = static_cast<double>(i) / kMadeRate;
        const double attack = std::min(1.0, t / 0.005);
        const double release = std::min(1.0, (tone.seconds - t) / 0.02);
        double value = 0;
        double amplitude = 1;
        for (int partial = 1; partial <= 6 && f * partial < kMadeRate / 2.2; ++partial) {
            value += amplitude * std::sin(kTurn * f * partial * t);
            amplitude *= 0.6;
        }
        sound[first + i] +=
            static_cast<float>(tone.loudness * 0.5 * value * attack * release * std::exp(-t / 0.8));
    }
}

inline std::vector<float> sine(int pitch, double seconds) {
    std::vector<float> sound(static_cast<std::size_t>(seconds * kMadeRate));
    const double f = 440 * std::exp2((pitch - 69) / 12.0);
    for (std::size_t i = 0; i < sound.size(); ++i) {
        sound[i] = static_cast<float>(
            0.3 * std::sin(6.283185307179586 * f * static_cast<double>(i) / kMadeRate));
    }
    return sound;
}

/// 30 ms of noise that fades.
inline void addClick(std::vector<float>& sound, double start, double loudness,
                     std::uint64_t seed = 1) {
    Random random(seed);
    const auto first = static_cast<std::size_t>(std::lround(start * kMadeRate));
    for (std::size_t i = 0; i < 662 && first + i < sound.size(); ++i) {
        sound[first + i] += static_cast<float>(loudness * (2 * random.uniform() - 1) *
                                               std::exp(-static_cast<double>(i) / 150));
    }
}

} // namespace canto::test
