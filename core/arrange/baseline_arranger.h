// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

struct BaselineOptions {
    /// The right hand plays on sixteenths whose onset is at least this strong, 0 .. 1.
    float threshold = 0.45F;
    bool melody = true; ///< add the recording's melody on top
};

/// An arrangement by rules from chords and onsets alone, the baseline for the networks: the left
/// hand plays the bass of the chord where a chord or a bar begins and the fifth (or octave) in
/// between; the right hand plays the chord's tones between E3 and E5 at the onsets of the
/// recording, each chord as close to the last as possible, with the recording's melody above them.
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
