// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How well a reconstruction reproduces the notes of its phrase: repeated notes, which tokens do not
// show, their position on a grid of twelfths of a quarter, and their velocity. A phrase without
// expression values plays its pitches on their steps with one velocity.

#include "core/codec/expression.h"

#include <cstdint>
#include <span>

namespace canto::codec {

struct NoteScores {
    /// A note is right if the target begins the same pitch on the same track at the same twelfth.
    double precision = 0; ///< right of predicted notes
    double recall = 0;    ///< right of the target's notes
    double f1 = 0;
    double againRecall = 0;   ///< right of the target's repeated notes
    double offGridRecall = 0; ///< right of the target's notes off the grid of sixteenths
    /// Mean absolute error of the velocities of right notes whose target has one, in MIDI steps.
    double velocityError = 0;
    std::uint64_t notes = 0;   ///< of the targets
    std::uint64_t again = 0;   ///< of them repeated
    std::uint64_t offGrid = 0; ///< of them off the grid
};

/// A phrase as tokens and expression values, (kTracks, T) each; expressions may be empty.
struct Played {
    std::span<const Token> tokens;
    std::span<const Expression> expressions;
};

/// Accumulates comparisons.
class NoteMetrics {
  public:
    /// Both of the same size. Tokens without expression values are played with kPlainExpression.
    void add(const Played& predicted, const Played& target);
    NoteScores scores() const;

  private:
    std::uint64_t m_predicted = 0, m_notes = 0, m_right = 0;
    std::uint64_t m_again = 0, m_rightAgain = 0, m_offGrid = 0, m_rightOffGrid = 0;
    std::uint64_t m_current = 0; ///< right notes whose target has a velocity
    double m_velocityError = 0;
};

} // namespace canto::codec
