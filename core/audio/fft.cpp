// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/fft.h"

#include "core/base/kernel.h"
#include "core/base/verify.h"

#include <cmath>
#include <utility>

namespace canto::audio {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// `stride` butterflies with one factor w: s = a + b, d = (a - b) w.
inline __attribute__((always_inline)) void
butterflies(std::size_t stride, float wr, float wi, const float* __restrict ar,
            const float* __restrict ai, const float* __restrict br, const float* __restrict bi,
            float* __restrict sr, float* __restrict si, float* __restrict dr,
            float* __restrict di) {
    for (std::size_t q = 0; q < stride; ++q) {
        const float x = ar[q] - br[q];
        const float y = ai[q] - bi[q];
        sr[q] = ar[q] + br[q];
        si[q] = ai[q] + bi[q];
        dr[q] = x * wr - y * wi;
        di[q] = x * wi + y * wr;
    }
}

/// One pass of Stockham's algorithm over `middle` times `stride` pairs.
CANTO_KERNEL void pass(const float* fromRe, const float* fromIm, float* toRe, float* toIm,
                       const float* turnRe, const float* turnIm, std::size_t middle,
                       std::size_t stride) {
    for (std::size_t p = 0; p < middle; ++p) {
        const std::size_t a = stride * p, b = a + stride * middle, to = 2 * stride * p;
        butterflies(stride, turnRe[p * stride], turnIm[p * stride], fromRe + a, fromIm + a,
                    fromRe + b, fromIm + b, toRe + to, toIm + to, toRe + to + stride,
                    toIm + to + stride);
    }
}

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
        pass(m_one.re.data(), m_one.im.data(), m_two.re.data(), m_two.im.data(), m_turn.re.data(),
             m_turn.im.data(), length / 2, stride);
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
