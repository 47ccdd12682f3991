// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/mono_mix.h"

#include <algorithm>
#include <cmath>

namespace canto::sound {

namespace {

/// Correlation with the previous channels at which a channel's sign is inverted, and at which it is
/// restored. At -0.9 a plain sum of two channels is 10 dB below the sum of their energies.
constexpr double kTurned = -0.9;
constexpr double kTurnedBack = -0.5;
constexpr std::size_t kFade = 512; // frames

} // namespace

void MonoMix::mix(std::span<const float> interleaved, std::vector<float>& mono) {
    const std::size_t channels = m_signs.size();
    const std::size_t frames = interleaved.size() / channels;
    mono.assign(frames, 0.0F);
    const std::size_t fade = std::min(kFade, frames);
    for (std::size_t c = 0; c < channels; ++c) {
        double both = 0;
        double before = 0;
        double own = 0;
        for (std::size_t i = 0; c > 0 && i < frames; ++i) {
            const auto x = static_cast<double>(interleaved[i * channels + c]);
            const auto y = static_cast<double>(mono[i]);
            both += x * y;
            before += y * y;
            own += x * x;
        }
        const double scale = std::sqrt(before * own);
        if (scale > 0) { // silence is no evidence
            m_turned[c] = both < (m_turned[c] ? kTurnedBack : kTurned) * scale;
        }
        const float sign = m_turned[c] ? -1.0F : 1.0F;
        const float from = m_signs[c] == 0 ? sign : m_signs[c];
        for (std::size_t i = 0; i < frames; ++i) {
            const float part = i < fade ? static_cast<float>(i) / static_cast<float>(fade) : 1.0F;
            mono[i] += (from + (sign - from) * part) * interleaved[i * channels + c];
        }
        m_signs[c] = sign;
    }
    for (float& sample : mono) {
        sample /= static_cast<float>(channels);
    }
}

} // namespace canto::sound
