// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/fft.h"

#include <cstdint>
#include <vector>

namespace canto::audio {

/// The input of the models of sound: 10 s of one channel.
inline constexpr int kRate = 22050; ///< samples a second
inline constexpr double kClipSeconds = 10;
inline constexpr std::int64_t kClipSamples = 220500;
inline constexpr int kClipFrames = 431; ///< 1 + kClipSamples / 512

/// Values by frame, one frame after another: value(row, frame) = values[frame * rows + row]. A
/// plain value type; never holds more frames than memory was reserved for.
template <class T>
struct Frames {
    int rows = 0;
    int frames = 0;
    std::vector<T> values;

    Frames() = default;
    Frames(int r, int f)
        : rows(r), frames(f), values(static_cast<std::size_t>(r) * static_cast<std::size_t>(f)) {}
    std::span<T> frame(int f) {
        return std::span<T>(values).subspan(at(f), static_cast<std::size_t>(rows));
    }
    std::span<const T> frame(int f) const {
        return std::span<const T>(values).subspan(at(f), static_cast<std::size_t>(rows));
    }
    T operator()(int row, int f) const { return values[at(f) + static_cast<std::size_t>(row)]; }

  private:
    std::size_t at(int f) const {
        return static_cast<std::size_t>(f) * static_cast<std::size_t>(rows);
    }
};
using Feature = Frames<float>;

/// What is assumed beyond the ends of a signal.
enum class Edge {
    Zero,   ///< silence: librosa since 0.10
    Mirror, ///< the signal backwards: librosa before, and the Symphony2vec notebooks
};

struct StftOptions {
    int window = 2048; ///< samples of a Hann window (periodic), a power of two
    int hop = 512;     ///< samples
    Edge edge = Edge::Zero;
};

/// Short-time Fourier transform, frames centred on the multiples of the hop as in librosa: 1 +
/// samples / hop frames. Thread: one at a time for each object.
class Stft {
  public:
    explicit Stft(const StftOptions& options = {});

    const StftOptions& options() const { return m_options; }
    int bins() const { return m_fft.bins(); }
    int framesOf(std::size_t samples) const;

    Frames<std::complex<float>> forward(std::span<const float> signal);
    /// |forward|^2.
    Feature power(std::span<const float> signal);
    /// Overlap-add with the window, divided by the sum of its squares: the signal of `samples`
    /// samples whose transform is closest to this one (Griffin and Lim 1984).
    std::vector<float> inverse(const Frames<std::complex<float>>& spectrum, std::size_t samples);

  private:
    /// Calls use(frame, spectrum of the frame).
    template <class Use>
    void each(std::span<const float> signal, const Use& use);

    StftOptions m_options;
    RealFft m_fft;
    std::vector<float> m_window;
    std::vector<float> m_piece;
    std::vector<std::complex<float>> m_spectrum;
};

} // namespace canto::audio
