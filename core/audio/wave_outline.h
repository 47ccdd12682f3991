// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/stft.h"

#include <cstdint>
#include <span>
#include <vector>

namespace canto::audio {

/// The lowest and highest samples of a recording at any scale, for drawing its waveform: 0.4 KB for
/// each second, and a query takes the same time for any length. Filled while the sound arrives;
/// const use from any thread after end().
class WaveOutline {
  public:
    static constexpr int kBin = 128; ///< samples of the finest level

    struct Extremes {
        float low = 0; ///< -1 .. 1, rounded outwards to 1/127
        float high = 0;
    };

    /// One channel at kRate; pieces of any size.
    void feed(std::span<const float> samples);
    /// Must be called once after the last piece.
    void end();

    double seconds() const { return static_cast<double>(m_samples) / kRate; }
    /// Extremes of all bins that overlap [from, to), s; 0 and 0 outside the recording.
    Extremes between(double from, double to) const;

  private:
    struct Bin {
        std::int8_t low = 127;
        std::int8_t high = -127;
        void add(const Bin& other);
    };
    std::vector<std::vector<Bin>> m_levels{1}; ///< each bin of a level covers four bins of the
                                               ///< level before
    Bin m_open;
    int m_inOpen = 0;
    std::size_t m_samples = 0;
};

} // namespace canto::audio
