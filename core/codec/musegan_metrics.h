// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The four figures by which MuseGAN describes generated music, to be compared with the same figures
// of real music. Source: Dong et al. 2018, "MuseGAN", section "Objective metrics".

#include "core/codec/musae_codec.h"

#include <array>
#include <cstdint>
#include <span>

namespace canto::codec {

/// Figures of one track, shares in [0, 1]. A figure without a case is 0.
struct MuseGanTrack {
    double emptyBars = 0; ///< EB: bars in which nothing sounds
    /// UPC: number of different pitch classes of the notes that begin or sound on, mean over bars
    /// with sound. Meaningless for drums.
    double pitchClasses = 0;
    /// QN: share of notes of at least two steps. (MuseGAN asks for 3 of its 96 steps a bar, a
    /// thirty-second, which every note on a grid of sixteenths reaches.) Meaningless for drums.
    double qualifiedNotes = 0;
};

struct MuseGanFigures {
    std::array<MuseGanTrack, kTracks> tracks;
    /// DP: share of drum hits on the grid of eighths. (All steps lie on the grid of sixteenths.)
    double drumPattern = 0;
    std::uint64_t bars = 0;
};

/// Accumulates the figures over phrases.
class MuseGanMetrics {
  public:
    /// @param tokens  (kTracks, T), T a multiple of kStepsPerBar. A first hold is silence.
    void add(std::span<const Token> tokens);
    MuseGanFigures figures() const;

  private:
    struct Counts {
        std::uint64_t empty = 0, sounding = 0, classes = 0, notes = 0, qualified = 0;
    };
    void endNote(Counts& counts, int length);

    std::array<Counts, kTracks> m_counts{};
    std::uint64_t m_bars = 0;
    std::uint64_t m_hits = 0;
    std::uint64_t m_hitsOnEighths = 0;
};

} // namespace canto::codec
