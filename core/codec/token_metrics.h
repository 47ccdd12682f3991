// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How well a reconstruction equals its phrase, and what simple baselines reach. All counts
// accumulate over phrases; a score without a case (no onset at all) is 0, and its count is 0 too.

#include "core/codec/musae_codec.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace canto::codec {

/// Scores of one track, each in [0, 1].
struct TrackScores {
    /// Steps whose token equals the target's, of all steps (silence and hold included; hold
    /// dominates, so this flatters).
    double accuracy = 0;
    /// The same over the steps whose target is not hold.
    double accuracyWithoutHolds = 0;
    /// An onset is a step with a pitch token. A predicted onset is right when the target has the
    /// same pitch at the same step.
    double onsetPrecision = 0; ///< right of predicted onsets
    double onsetRecall = 0;    ///< right of the target's onsets; also called onset accuracy
    double onsetF1 = 0;        ///< harmonic mean of both
    /// Share of equal cells of the piano rolls (128 pitches x T, sounding or not) once holds are
    /// resolved. Nearly all cells are empty, so compare it with rollStepAccuracy.
    double rollCellAccuracy = 0;
    /// Share of steps at which both sound the same pitch or both are silent.
    double rollStepAccuracy = 0;
    std::uint64_t steps = 0;
    std::uint64_t targetOnsets = 0;
    std::uint64_t predictedOnsets = 0;
};

struct Scores {
    std::array<TrackScores, kTracks> tracks;
    TrackScores mean; ///< unweighted mean of the four; its counts are sums
};

/// Accumulates comparisons. One object for each thread; merge() joins them.
class TokenMetrics {
  public:
    /// @param predicted, target  (kTracks, T) each, the same size, tokens < kClasses.
    void add(std::span<const Token> predicted, std::span<const Token> target);
    void merge(const TokenMetrics& other);
    Scores scores() const;
    std::uint64_t phrases() const { return m_phrases; }

  private:
    struct Counts {
        std::uint64_t steps = 0, equal = 0;
        std::uint64_t notHold = 0, equalNotHold = 0;
        std::uint64_t targetOnsets = 0, predictedOnsets = 0, rightOnsets = 0;
        std::uint64_t differentCells = 0, equalRollSteps = 0;
    };
    std::array<Counts, kTracks> m_counts{};
    std::uint64_t m_phrases = 0;
};

/// Baseline: silence in the first step of each track, hold in all others: (kTracks, steps).
std::vector<Token> alwaysHold(int steps = kPhraseSteps);

/// Baseline: the token seen most often at each track and step of the training phrases.
class ClassCounts {
  public:
    explicit ClassCounts(int steps = kPhraseSteps);
    /// @param tokens  (kTracks, steps).
    void add(std::span<const Token> tokens);
    /// (kTracks, steps); the lowest class of equals, hold where nothing was added.
    std::vector<Token> mostFrequent() const;

  private:
    int m_steps;
    std::vector<std::uint64_t> m_counts; ///< (kTracks, steps, kClasses)
};

} // namespace canto::codec
