// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/fft.h"

#include "core/base/verify.h"

#include <cmath>
#include <utility>

namespace canto::audio {

namespace {

constexpr double kPi = 3.14159265358979323846;

} // namespace

RealFft::RealFft(int size) : m_half(size / 2) {
    CANTO_VERIFY(size >= 4 && (size & (size - 1)) == 0) { m_half = 2; }
    const auto count = static_cast<std::size_t>(m_half);
    for (Parts* parts : {&m_one, &m_two, &m_turn}) {
        parts->re.resize(count);
        parts->im.resize(count);
    }
    m_halfTurn.re.resize(count + 1);
    m_halfTurn.im.resize(count + 1);
    for (std::size_t k = 0; k <= count; ++k) {
        const double angle = -kPi * static_cast<double>(k) / m_half;
        m_halfTurn.re[k] = static_cast<float>(std::cos(angle));
        m_halfTurn.im[k] = static_cast<float>(std::sin(angle));
        if (k < count) {
            m_turn.re[k] = static_cast<float>(std::cos(2 * angle));
            m_turn.im[k] = static_cast<float>(std::sin(2 * angle));
        }
    }
}

void RealFft::transform() {
    const auto half = static_cast<std::size_t>(m_half);
    for (std::size_t length = half, stride = 1; length > 1; length /= 2, stride *= 2) {
        const std::size_t middle = length / 2;
        for (std::size_t p = 0; p < middle; ++p) {
            const float wr = m_turn.re[p * stride];
            const float wi = m_turn.im[p * stride];
            const float* ar = m_one.re.data() + stride * p;
            const float* ai = m_one.im.data() + stride * p;
            const float* br = m_one.re.data() + stride * (p + middle);
            const float* bi = m_one.im.data() + stride * (p + middle);
            float* __restrict sr = m_two.re.data() + stride * 2 * p;
            float* __restrict si = m_two.im.data() + stride * 2 * p;
            float* __restrict dr = sr + stride;
            float* __restrict di = si + stride;
            for (std::size_t q = 0; q < stride; ++q) {
                const float x = ar[q] - br[q];
                const float y = ai[q] - bi[q];
                sr[q] = ar[q] + br[q];
                si[q] = ai[q] + bi[q];
                dr[q] = x * wr - y * wi;
                di[q] = x * wi + y * wr;
            }
        }
        std::swap(m_one, m_two);
    }
}

void RealFft::forward(std::span<const float> signal, std::span<std::complex<float>> spectrum) {
    const auto half = static_cast<std::size_t>(m_half);
    CANTO_VERIFY(signal.size() == 2 * half && spectrum.size() == half + 1) { return; }
    for (std::size_t k = 0; k < half; ++k) {
        m_one.re[k] = signal[2 * k];
        m_one.im[k] = signal[2 * k + 1];
    }
    transform();
    for (std::size_t k = 0; k <= half; ++k) {
        const std::size_t a = k % half;
        const std::size_t b = (half - k) % half;
        // Spectra of the even and the odd samples.
        const float er = 0.5F * (m_one.re[a] + m_one.re[b]);
        const float ei = 0.5F * (m_one.im[a] - m_one.im[b]);
        const float dr = 0.5F * (m_one.im[a] + m_one.im[b]);
        const float di = -0.5F * (m_one.re[a] - m_one.re[b]);
        const float wr = m_halfTurn.re[k];
        const float wi = m_halfTurn.im[k];
        spectrum[k] = {er + dr * wr - di * wi, ei + dr * wi + di * wr};
    }
}

void RealFft::inverse(std::span<const std::complex<float>> spectrum, std::span<float> signal) {
    const auto half = static_cast<std::size_t>(m_half);
    CANTO_VERIFY(signal.size() == 2 * half && spectrum.size() == half + 1) { return; }
    for (std::size_t k = 0; k < half; ++k) {
        std::complex<float> a = spectrum[k];
        std::complex<float> b = spectrum[half - k];
        if (k == 0) {
            a = a.real();
            b = b.real();
        }
        const float er = 0.5F * (a.real() + b.real());
        const float ei = 0.5F * (a.imag() - b.imag());
        const float dr = 0.5F * (a.real() - b.real());
        const float di = 0.5F * (a.imag() + b.imag());
        const float wr = m_halfTurn.re[k];
        const float wi = -m_halfTurn.im[k];
        const float odr = dr * wr - di * wi;
        const float odi = dr * wi + di * wr;
        // even + i odd, conjugated: the forward transform then computes the inverse one.
        m_one.re[k] = er - odi;
        m_one.im[k] = -(ei + odr);
    }
    transform();
    const float scale = 1.0F / static_cast<float>(m_half);
    for (std::size_t k = 0; k < half; ++k) {
        signal[2 * k] = m_one.re[k] * scale;
        signal[2 * k + 1] = -m_one.im[k] * scale;
    }
}

} // namespace canto::audio
