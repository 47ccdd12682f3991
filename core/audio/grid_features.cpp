// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/grid_features.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace canto::audio {

namespace {

constexpr float kRange = 60; // dB
constexpr float kPartial = 0.7F;
constexpr std::array<int, 10> kPartials{0, 12, 19, 24, 28, 31, 34, 36, 38, 40}; // semitones above
constexpr std::size_t kTones = kBands;

/// 0 at `kRange` below the loudest, 1 at the loudest.
float compressed(float magnitude, float loudest) {
    const float db = 20 * std::log10(std::max(magnitude, 1e-9F) / loudest);
    return std::clamp(1 + db / kRange, 0.0F, 1.0F);
}

/// The magnitude that all but a few values stay below.
float loudestOf(const std::vector<float>& values) {
    if (values.empty()) {
        return 1;
    }
    std::vector<float> sorted;
    sorted.reserve(values.size() / 7 + 1);
    for (std::size_t i = 0; i < values.size(); i += 7) {
        sorted.push_back(values[i]);
    }
    const auto high = sorted.begin() +
                      static_cast<std::ptrdiff_t>(static_cast<double>(sorted.size() - 1) * 0.999);
    std::nth_element(sorted.begin(), high, sorted.end());
    return std::max(*high, 1e-6F);
}

} // namespace

ToneFit::ToneFit() : m_tones(kTones * kTones), m_gram(kTones * kTones) {
    for (std::size_t tone = 0; tone < kTones; ++tone) {
        float* spectrum = m_tones.data() + tone * kTones;
        float amplitude = 1;
        float squares = 0;
        for (const int above : kPartials) {
            const std::size_t band = tone + static_cast<std::size_t>(above);
            if (band < kTones) {
                spectrum[band] += amplitude;
                squares += amplitude * amplitude;
                // A bump reaches half-way into its neighbours, and a low one further.
                for (const std::size_t beside : {band - 1, band + 1}) {
                    if (beside < kTones) {
                        spectrum[beside] += amplitude * (band < 12 ? 0.4F : 0.15F);
                    }
                }
            }
            amplitude *= kPartial;
        }
        for (std::size_t band = 0; band < kTones; ++band) {
            spectrum[band] /= std::sqrt(squares);
        }
    }
    for (std::size_t a = 0; a < kTones; ++a) {
        for (std::size_t b = 0; b < kTones; ++b) {
            float sum = 0;
            for (std::size_t band = 0; band < kTones; ++band) {
                sum += m_tones[a * kTones + band] * m_tones[b * kTones + band];
            }
            m_gram[a * kTones + b] = sum;
        }
    }
}

void ToneFit::fit(std::span<const float> magnitudes, std::span<float> tones, int rounds) const {
    std::array<float, kTones> wanted{};
    float most = 0;
    for (std::size_t tone = 0; tone < kTones; ++tone) {
        float sum = 0;
        for (std::size_t band = 0; band < kTones; ++band) {
            sum += m_tones[tone * kTones + band] * magnitudes[band];
        }
        wanted[tone] = sum;
        most = std::max(most, sum);
    }
    if (most <= 1e-9F) {
        std::fill(tones.begin(), tones.end(), 0.0F);
        return;
    }
    std::copy(wanted.begin(), wanted.end(), tones.begin());
    std::array<float, kTones> made{};
    for (int round = 0; round < rounds; ++round) {
        made.fill(1e-6F * most);
        for (std::size_t a = 0; a < kTones; ++a) {
            const float amount = tones[a];
            if (amount < 1e-5F * most) {
                continue; // the update can only shrink such a tone further
            }
            const float* row = m_gram.data() + a * kTones;
            for (std::size_t b = 0; b < kTones; ++b) {
                made[b] += amount * row[b];
            }
        }
        for (std::size_t b = 0; b < kTones; ++b) {
            tones[b] *= wanted[b] / made[b];
        }
    }
}

Feature gridFeatures(const SongFrames& frames, std::span<const double> beats) {
    const int beatCount = std::max(0, static_cast<int>(beats.size()) - 1);
    Feature grid(kChannels * kBands, beatCount * kCellsPerBeat);
    const float loudest = loudestOf(frames.bands.values);
    const double rate = static_cast<double>(kRate) / kBandHop;
    const ToneFit tones;
    std::array<float, kTones> mean{};
    std::array<float, kTones> notes{};
    for (int cell = 0; cell < grid.frames; ++cell) {
        const auto beat = static_cast<std::size_t>(cell / kCellsPerBeat);
        const double length = (beats[beat + 1] - beats[beat]) / kCellsPerBeat;
        const double from = beats[beat] + length * (cell % kCellsPerBeat);
        if (length <= 0 || from >= frames.seconds || from + length <= 0) {
            continue;
        }
        // Frames whose centre lies in the cell, or the nearest frame if there is none.
        int first = static_cast<int>(std::ceil(from * rate));
        int last = static_cast<int>(std::ceil((from + length) * rate)) - 1;
        if (last < first) {
            first = last = static_cast<int>(std::lround((from + length / 2) * rate));
        }
        first = std::clamp(first, 0, std::max(0, frames.bands.frames - 1));
        last = std::clamp(last, first, std::max(0, frames.bands.frames - 1));
        if (frames.bands.frames == 0) {
            continue;
        }
        mean.fill(0);
        auto out = grid.frame(cell);
        for (int f = first; f <= last; ++f) {
            const auto now = frames.bands.frame(f);
            const auto before = frames.bands.frame(std::max(0, f - 2));
            for (std::size_t band = 0; band < kTones; ++band) {
                mean[band] += now[band] / static_cast<float>(last - first + 1);
                const float rise = std::sqrt(std::min(1.0F, now[band] / loudest)) -
                                   std::sqrt(std::min(1.0F, before[band] / loudest));
                float& onset = out[kTones + band];
                onset = std::max(onset, rise);
            }
        }
        tones.fit(mean, notes);
        for (std::size_t band = 0; band < kTones; ++band) {
            out[band] = compressed(mean[band], loudest);
            out[2 * kTones + band] = compressed(notes[band], loudest);
        }
    }
    return grid;
}

} // namespace canto::audio
