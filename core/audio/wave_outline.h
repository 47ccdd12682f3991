// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/stft.h"

#include <cstdint>
#include <span>
#include <vector>

namespace canto::audio {

/// The lowest and highest samples of a recording at any scale, to draw its wave with: 0.4 KB a
/// second of it, and looking something up does not depend on how long the part is. Filled as the
/// sound comes; const use from any thread after end().
class WaveOutline {
  public:
    static constexpr int kBin = 128; ///< samples of the finest level

    struct Extremes {
        float low = 0; ///< -1 .. 1, to 1/127 outwards
        float high = 0;
    };

    /// One channel at kRate; pieces of any size.
    void feed(std::span<const float> samples);
    /// To be called once after the last piece.
    void end();

    double seconds() const { return static_cast<double>(m_samples) / kRate; }
    /// Of all bins that the part [from, to) touches, s; 0 and 0 outside of the recording.
    Extremes between(double from, double to) const;

  private:
    struct Bin {
        std::int8_t low = 127;
        std::int8_t high = -127;
        void add(const Bin& other);
    };
    std::vector<std::vector<Bin>> m_levels{1}; ///< each bin of a level is four of the one before
    Bin m_open;
    int m_inOpen = 0;
    std::size_t m_samples = 0;
};

} // namespace canto::audio
