// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/stft.h"

#include "core/base/verify.h"

#include <algorithm>
#include <cmath>

namespace canto::audio {

namespace {

/// numpy's "reflect": the edge sample is not repeated; as often as a short signal needs it.
std::int64_t mirrored(std::int64_t index, std::int64_t size) {
    if (size == 1) {
        return 0;
    }
    const std::int64_t period = 2 * (size - 1);
    index = ((index % period) + period) % period;
    return index < size ? index : period - index;
}

} // namespace

Stft::Stft(const StftOptions& options) : m_options(options), m_fft(options.window) {
    const auto size = static_cast<std::size_t>(m_fft.size());
    m_options.window = m_fft.size();
    m_options.hop = std::max(options.hop, 1);
    m_window.resize(size);
    m_piece.resize(size);
    m_spectrum.resize(static_cast<std::size_t>(m_fft.bins()));
    for (std::size_t i = 0; i < size; ++i) {
        const double phase = 2 * 3.14159265358979323846 * static_cast<double>(i);
        m_window[i] = static_cast<float>(0.5 - 0.5 * std::cos(phase / static_cast<double>(size)));
    }
}

int Stft::framesOf(std::size_t samples) const {
    return 1 + static_cast<int>(samples / static_cast<std::size_t>(m_options.hop));
}

template <class Use>
void Stft::each(std::span<const float> signal, const Use& use) {
    const int frames = framesOf(signal.size());
    const auto length = static_cast<std::int64_t>(signal.size());
    const std::int64_t size = m_options.window;
    for (int frame = 0; frame < frames; ++frame) {
        const std::int64_t begin = static_cast<std::int64_t>(frame) * m_options.hop - size / 2;
        for (std::int64_t i = 0; i < size; ++i) {
            const std::int64_t at = begin + i;
            float sample = 0;
            if (at >= 0 && at < length) {
                sample = signal[static_cast<std::size_t>(at)];
            } else if (m_options.edge == Edge::Mirror && length > 0) {
                sample = signal[static_cast<std::size_t>(mirrored(at, length))];
            }
            const auto to = static_cast<std::size_t>(i);
            m_piece[to] = sample * m_window[to];
        }
        m_fft.forward(m_piece, m_spectrum);
        use(frame);
    }
}

Frames<std::complex<float>> Stft::forward(std::span<const float> signal) {
    Frames<std::complex<float>> result(bins(), framesOf(signal.size()));
    each(signal, [&](int frame) {
        std::copy(m_spectrum.begin(), m_spectrum.end(), result.frame(frame).begin());
    });
    return result;
}

Feature Stft::power(std::span<const float> signal) {
    Feature result(bins(), framesOf(signal.size()));
    each(signal, [&](int frame) {
        std::transform(
            m_spectrum.begin(), m_spectrum.end(), result.frame(frame).begin(),
            [](std::complex<float> x) { return x.real() * x.real() + x.imag() * x.imag(); });
    });
    return result;
}

std::vector<float> Stft::inverse(const Frames<std::complex<float>>& spectrum, std::size_t samples) {
    std::vector<float> signal(samples);
    CANTO_VERIFY(spectrum.rows == bins()) { return signal; }
    std::vector<float> weights(samples);
    const std::int64_t size = m_options.window;
    for (int frame = 0; frame < spectrum.frames; ++frame) {
        m_fft.inverse(spectrum.frame(frame), m_piece);
        const std::int64_t begin = static_cast<std::int64_t>(frame) * m_options.hop - size / 2;
        const std::int64_t first = std::max<std::int64_t>(0, -begin);
        const std::int64_t last =
            std::min<std::int64_t>(size, static_cast<std::int64_t>(samples) - begin);
        for (std::int64_t i = first; i < last; ++i) {
            const auto to = static_cast<std::size_t>(begin + i);
            const auto from = static_cast<std::size_t>(i);
            signal[to] += m_piece[from] * m_window[from];
            weights[to] += m_window[from] * m_window[from];
        }
    }
    for (std::size_t i = 0; i < samples; ++i) {
        if (weights[i] > 1e-8F) {
            signal[i] /= weights[i];
        }
    }
    return signal;
}

} // namespace canto::audio
