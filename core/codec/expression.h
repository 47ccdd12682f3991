// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How notes are struck: what MusAE's tokens leave out. Beside each token of a phrase stands one
// expression, in the same table (kTracks, T): 0 where nothing is struck, else velocity and
// micro-timing. With twelfths of a quarter, triplets of eighths and of sixteenths and swung eighths
// keep their place, which the grid of sixteenths takes from them. A hold with a expression is a
// note repeated on the pitch that sounds, which the published tokens hide.

#include "core/codec/musae_codec.h"

namespace canto::codec {

inline constexpr int kVelocityLevels = 8; ///< of 16 MIDI velocities each
inline constexpr int kOffsets = 3;        ///< a twelfth of a quarter early, on the step, late
inline constexpr int kExpressions = 1 + kVelocityLevels * kOffsets;
inline constexpr Expression kNoExpression = 0;

/// @param velocity 0-127.  @param offset -1, 0 or 1 twelfths of a quarter.
Expression expressionOf(int velocity, int offset);
/// Middle of the level: 8, 24 ... 120. expression is not kNoExpression.
std::uint8_t expressionVelocity(Expression expression);
int expressionOffset(Expression expression); ///< -1, 0, 1

/// What a pitch without a expression is played with: velocity 88, on the step.
inline constexpr Expression kPlainExpression = 1 + 5 * kOffsets + 1;

/// What encode() would give for these tokens as phraseToSong() plays them: nothing is struck in
/// silence, every pitch is, and none before the phrase begins.
/// @param tokens, expressions  (kTracks, T) each, of the same size; tokens canonical.
std::vector<Expression> canonicalExpressions(std::span<const Token> tokens,
                                             std::span<const Expression> expressions);

} // namespace canto::codec
