// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <span>
#include <vector>

namespace canto::audio {

/// Discrete Fourier transform of real numbers of one size; its tables are computed once. Thread:
/// one at a time for each object (it has scratch memory); allocates only in the constructor.
/// Source: Stockham's self-sorting radix 2, over half as many complex numbers.
class RealFft {
  public:
    /// @param size  a power of two, >= 4.
    explicit RealFft(int size);

    int size() const { return m_half * 2; }
    int bins() const { return m_half + 1; }

    /// spectrum[k] = sum over n of signal[n] exp(-2 pi i k n / size), k = 0 .. size / 2.
    void forward(std::span<const float> signal, std::span<std::complex<float>> spectrum);
    /// The inverse transform, divided by the size; the imaginary parts of the first and last bin
    /// are ignored.
    void inverse(std::span<const std::complex<float>> spectrum, std::span<float> signal);

  private:
    struct Parts { ///< real and imaginary parts in arrays of their own: loops over them become
                   ///< vector instructions
        std::vector<float> re, im;
    };
    void transform(); ///< of m_one, in place, with m_two as scratch memory

    int m_half = 0;
    Parts m_one, m_two;
    Parts m_turn;     ///< exp(-2 pi i k / half)
    Parts m_halfTurn; ///< exp(-2 pi i k / size)
};

} // namespace canto::audio
