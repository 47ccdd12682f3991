// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/sound_voice.h"

#include "core/base/thread_role.h"
#include "core/sound/sound.h"

#include <algorithm>
#include <cmath>

namespace canto::sound {

void SoundVoice::begin() { m_done = 0; }

SoundVoice::Pair SoundVoice::at(const Plan& plan, double frame) {
    const auto size = static_cast<std::int64_t>(plan.sound->frames());
    const double place = frame - static_cast<double>(plan.soundStart);
    const double whole = std::floor(place);
    const auto index = static_cast<std::int64_t>(whole);
    const auto fraction = static_cast<float>(place - whole);
    const float* samples = plan.sound->samples.data();
    const auto one = [&](std::int64_t i, int side) {
        return i < 0 || i >= size ? 0.0F : samples[2 * i + side];
    };
    // A tiny fraction is a rounding error in the sum of many steps, not a position between samples.
    if (fraction < 1e-4F) {
        return {one(index, 0), one(index, 1)};
    }
    if (fraction > 1 - 1e-4F) {
        return {one(index + 1, 0), one(index + 1, 1)};
    }
    const auto between = [&](int side) {
        const float a = one(index - 1, side);
        const float b = one(index, side);
        const float c = one(index + 1, side);
        const float d = one(index + 2, side);
        const float slope = 0.5F * (c - a);
        const float bend = a - 2.5F * b + 2 * c - 0.5F * d;
        const float twist = 0.5F * (d - a) + 1.5F * (b - c);
        return ((twist * fraction + bend) * fraction + slope) * fraction + b;
    };
    return {between(0), between(1)};
}

void SoundVoice::jump() {
    m_residual.left += m_last.left;
    m_residual.right += m_last.right;
    m_last = {};
}

void SoundVoice::put(Pair value) {
    constexpr float kDecay = 0.96F; // -36 dB in 100 frames, as for the synth
    constexpr float kNothing = 1e-6F;
    m_last = value;
    if (std::fabs(m_residual.left) + std::fabs(m_residual.right) > kNothing) {
        m_residual.left *= kDecay;
        m_residual.right *= kDecay;
        value.left += m_residual.left;
        value.right += m_residual.right;
    } else {
        m_residual = {};
    }
    m_block[static_cast<std::size_t>(m_done)] = value;
    ++m_done;
}

void SoundVoice::play(const Plan& plan, double frame, double step, double from, double to) {
    CANTO_AUDIO_THREAD;
    const int first = std::clamp(static_cast<int>(std::ceil(from - 1e-9)), m_done, kBlock);
    const int end = std::clamp(static_cast<int>(std::ceil(to - 1e-9)), first, kBlock);
    if (m_done < first) {
        jump();
    }
    while (m_done < first) {
        put({});
    }
    if (!plan.sound) {
        jump();
        while (m_done < end) {
            put({});
        }
        m_sound = nullptr;
        return;
    }
    if (m_sound != plan.sound.get() || std::fabs(m_next - frame) > 0.5) {
        jump();
    }
    for (int i = first; i < end; ++i) {
        put(at(plan, frame + (i - from) * step));
    }
    m_sound = plan.sound.get();
    m_next = frame + (to - from) * step;
}

void SoundVoice::mix(std::array<float, kBlock>& left, std::array<float, kBlock>& right) {
    CANTO_AUDIO_THREAD;
    if (m_done < kBlock) {
        jump();
        m_sound = nullptr;
    }
    while (m_done < kBlock) {
        put({});
    }
    const float from = m_gain;
    m_gain = m_wantedGain;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const float part = static_cast<float>(i + 1) / static_cast<float>(kBlock);
        const float gain = from == m_gain ? m_gain : from + (m_gain - from) * part;
        left[i] += gain * m_block[i].left;
        right[i] += gain * m_block[i].right;
    }
}

} // namespace canto::sound
