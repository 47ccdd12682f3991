// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace canto::app {

/// The tempo of a person who taps along.
class TapTempo {
  public:
    static constexpr double kPause = 2.5; ///< s without a tap after which tapping starts again
    static constexpr int kLeastTaps = 4;

    /// @param seconds  of any clock. Returns the mean tempo of the taps so far in beats a minute,
    /// or 0 before the fourth.
    double tap(double seconds) {
        if (!m_taps.empty() && (seconds - m_taps.back() > kPause || seconds <= m_taps.back())) {
            m_taps.clear();
        }
        m_taps.push_back(seconds);
        const auto gaps = static_cast<double>(m_taps.size() - 1);
        return static_cast<int>(m_taps.size()) < kLeastTaps
                   ? 0.0
                   : 60 * gaps / (m_taps.back() - m_taps.front());
    }

  private:
    std::vector<double> m_taps;
};

} // namespace canto::app
