// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How notes are played, which MusAE's tokens do not store. Each token of a phrase has one
// expression value, in a table of the same shape (kTracks, T): 0 where no note begins, else
// velocity and micro-timing. With twelfths of a quarter, triplets of eighths and of sixteenths and
// swung eighths keep their timing, which the grid of sixteenths would lose. A hold token with an
// expression value is a repeated note on the pitch that already sounds, which the published tokens
// cannot represent.

#include "core/codec/musae_codec.h"

namespace canto::codec {

inline constexpr int kVelocityLevels = 8; ///< of 16 MIDI velocities each
inline constexpr int kOffsets = 3;        ///< a twelfth of a quarter early, on the step, late
inline constexpr int kExpressions = 1 + kVelocityLevels * kOffsets;
inline constexpr Expression kNoExpression = 0;

/// @param velocity 0-127.  @param offset -1, 0 or 1 twelfths of a quarter.
Expression expressionOf(int velocity, int offset);
/// Centre of the level: 8, 24 ... 120. `expression` must not be kNoExpression.
std::uint8_t expressionVelocity(Expression expression);
int expressionOffset(Expression expression); ///< -1, 0, 1

/// How a pitch token without an expression value is played: velocity 88, on the step.
inline constexpr Expression kPlainExpression = 1 + 5 * kOffsets + 1;

/// The expression values that encode() would return for these tokens as phraseToSong() plays them:
/// no note begins in silence, one begins at every pitch token, and none before the phrase begins.
/// @param tokens, expressions  (kTracks, T) each, of the same size; tokens canonical.
std::vector<Expression> canonicalExpressions(std::span<const Token> tokens,
                                             std::span<const Expression> expressions);

} // namespace canto::codec
