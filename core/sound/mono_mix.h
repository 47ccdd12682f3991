// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace canto::sound {

/// Mixes the channels of a recording into one: their mean. The sign of channels that cancel each
/// other (one is the other inverted: a wrongly wired cable, a widening effect) is restored before
/// they are added, piece by piece and without a click, so that the mix keeps their energy. Thread:
/// one at a time for each object.
class MonoMix {
  public:
    explicit MonoMix(std::size_t channels) : m_signs(channels, 0.0F), m_turned(channels, false) {}

    /// Replaces `mono` by the mix of a piece; pieces follow each other in time.
    /// @param interleaved  whole frames; pieces of at least 0.05 s make the comparison reliable.
    void mix(std::span<const float> interleaved, std::vector<float>& mono);

  private:
    std::vector<float> m_signs; ///< at the end of the last piece; 0: there was none
    std::vector<bool> m_turned;
};

} // namespace canto::sound
