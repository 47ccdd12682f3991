// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

struct BaselineOptions {
    /// Sixteenths whose onset is at least this strong are played by the right hand, 0 .. 1.
    float threshold = 0.45F;
    bool melody = true; ///< the lead as heard is laid on top
};

/// An arrangement by rules from chords and onsets alone, what networks have to beat: the left hand
/// plays the bass of the chord where it or a bar begins and the fifth (or octave) between, the
/// right hand the chord's tones between E3 and E5 where something begins in the recording, each
/// chord as near to the last as it can lie, and the lead as it was heard above them.
class BaselineArranger final : public Arranger {
  public:
    explicit BaselineArranger(const BaselineOptions& options = {})
        : m_options(options), m_threshold(options.threshold) {}

    std::string name() const override { return "rules"; }
    Stitching stitching() const override { return Stitching::TwoBars; }
    /// Moves the threshold by up to 0.4.
    void setDensity(double density) override;
    Result<std::vector<GridNote>> arrange(const Unit& unit, std::span<const GridNote> previous,
                                          const CancelToken& cancel) override;

  private:
    BaselineOptions m_options;
    float m_threshold; ///< options.threshold, moved by the density
};

} // namespace canto::arrange
