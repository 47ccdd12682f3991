// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/polyphonic/dataset.h"
#include "models/polyphonic/net.h"
#include "models/train/run_control.h"

#include <array>
#include <vector>

namespace canto::models::polyphonic {

/// Onsets (or held cells) by threshold.
struct CellCounts {
    /// The thresholds that are tried.
    static constexpr std::array<float, 12> kTried{0.3F,  0.4F, 0.45F, 0.5F, 0.55F, 0.6F,
                                                  0.65F, 0.7F, 0.75F, 0.8F, 0.85F, 0.9F};
    std::int64_t real = 0;
    std::array<std::int64_t, kTried.size()> said{};
    std::array<std::int64_t, kTried.size()> right{};

    CellCounts& operator+=(const CellCounts& more);
    double f1(std::size_t tried) const;
    double recall(std::size_t tried) const;
    double precision(std::size_t tried) const;
    std::size_t best() const; ///< index of the threshold with the best F1
    std::size_t nearest(float threshold) const;
};

/// What came back of phrases, cell by cell.
struct PhraseScores {
    std::array<CellCounts, kVoices> onsets;
    CellCounts sustains;
    double velocityError = 0; ///< sum over onsets, in MIDI steps
    std::int64_t notes = 0;
    std::int64_t offsetsRight = 0;
    std::int64_t offsets = 0;
    std::int64_t programsRight = 0;
    std::int64_t programs = 0;
    std::int64_t labelsRight = 0;
    std::int64_t labels = 0;
    /// Correlation of each control with the property it follows: sums for it.
    std::array<std::array<double, 5>, kControls> control{}; ///< x, y, xx, yy, xy
    std::int64_t phrases = 0;

    /// Over all tracks at these thresholds (R + 1).
    double f1(const torch::Tensor& thresholds) const;
    double recall(const torch::Tensor& thresholds) const;
    double precision(const torch::Tensor& thresholds) const;
    double correlation(std::size_t control) const;
    /// The best thresholds, (R + 1).
    torch::Tensor bestThresholds() const;
};

/// Encodes and decodes rows of a dataset, without noise. Cancelled if `stop` says so.
Result<PhraseScores> scorePhrases(NetImpl& net, const Dataset& dataset,
                                  std::span<const std::int64_t> rows, const train::Stop& stop);

} // namespace canto::models::polyphonic
