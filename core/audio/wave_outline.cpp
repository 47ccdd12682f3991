// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/wave_outline.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace canto::audio {

namespace {

constexpr std::size_t kWider = 4;

} // namespace

void WaveOutline::Bin::add(const Bin& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
}

void WaveOutline::feed(std::span<const float> samples) {
    for (const float sample : samples) {
        const float scaled = 127 * (std::isfinite(sample) ? std::clamp(sample, -1.0F, 1.0F) : 0.0F);
        m_open.add({static_cast<std::int8_t>(std::floor(scaled)),
                    static_cast<std::int8_t>(std::ceil(scaled))});
        if (++m_inOpen == kBin) {
            m_levels.front().push_back(std::exchange(m_open, {}));
            m_inOpen = 0;
        }
    }
    m_samples += samples.size();
}

void WaveOutline::end() {
    if (m_inOpen > 0) {
        m_levels.front().push_back(std::exchange(m_open, {}));
        m_inOpen = 0;
    }
    m_levels.resize(1);
    while (m_levels.back().size() > kWider) {
        const auto& fine = m_levels.back();
        std::vector<Bin> wide((fine.size() + kWider - 1) / kWider);
        for (std::size_t i = 0; i < fine.size(); ++i) {
            wide[i / kWider].add(fine[i]);
        }
        m_levels.push_back(std::move(wide));
    }
}

WaveOutline::Extremes WaveOutline::between(double from, double to) const {
    const auto count = static_cast<double>(m_levels.front().size());
    const double scale = static_cast<double>(kRate) / kBin;
    auto first = static_cast<std::size_t>(std::clamp(std::floor(from * scale), 0.0, count));
    auto last = static_cast<std::size_t>(std::clamp(std::ceil(to * scale), 0.0, count));
    if (first >= last) {
        return {};
    }
    // Take the ends at each level until the rest consists of whole bins of the next level.
    Bin all;
    for (std::size_t level = 0; first < last; ++level) {
        const auto& bins = m_levels[level];
        const bool widest = level + 1 == m_levels.size();
        while (first < last && (widest || first % kWider != 0)) {
            all.add(bins[first++]);
        }
        while (first < last && last % kWider != 0) {
            all.add(bins[--last]);
        }
        first /= kWider;
        last /= kWider;
    }
    return {static_cast<float>(all.low) / 127, static_cast<float>(all.high) / 127};
}

} // namespace canto::audio
