// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/plain_sound.h"

#include "core/audio/stft.h"

#include <algorithm>
#include <cmath>
#include <complex>

namespace canto::audio {

namespace {

constexpr int kPartials = 6;
constexpr double kTurn = 6.283185307179586;
constexpr double kFade = 0.8;     // seconds to 1 / e
constexpr double kAttack = 0.005; // seconds
constexpr double kRelease = 0.03;
constexpr double kMostSeconds = 3600;

} // namespace

std::vector<float> plainSound(const music::Song& song, double seconds) {
    const double length = std::clamp(seconds, 0.0, kMostSeconds) * kRate;
    std::vector<float> sound(static_cast<std::size_t>(length));
    for (const auto& note : song.notes) {
        if (note.isDrum()) {
            continue;
        }
        const auto first = static_cast<std::size_t>(std::max(0.0, note.startSeconds) * kRate);
        const auto count = static_cast<std::size_t>((note.lengthSeconds + kRelease) * kRate);
        const double hertz = 440 * std::exp2((note.pitch - 69) / 12.0);
        double loudness = 0.1 * note.velocity / 127.0;
        for (int partial = 1; partial <= kPartials && hertz * partial < 0.45 * kRate; ++partial) {
            const double turn = kTurn * hertz * partial / kRate;
            // A rotating complex number gives the sine and its decay at once.
            const auto step = std::polar(std::exp(-1.0 / (kFade * kRate)), turn);
            std::complex<double> state(0, -loudness);
            for (std::size_t i = 0; i < count && first + i < sound.size(); ++i) {
                const double attack = static_cast<double>(i) / (kAttack * kRate);
                const double release = static_cast<double>(count - i) / (kRelease * kRate);
                sound[first + i] +=
                    static_cast<float>(state.real() * std::min({attack, release, 1.0}));
                state *= step;
            }
            loudness *= 0.6;
        }
    }
    return sound;
}

} // namespace canto::audio
