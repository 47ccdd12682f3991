#pragma once

// How notes are struck: what MusAE's tokens leave out. Beside each token of a phrase stands one
// touch, in the same table (kTracks, T): 0 where nothing is struck, else velocity and micro-timing.
// With twelfths of a quarter, triplets of eighths and of sixteenths and swung eighths keep their
// place, which the grid of sixteenths takes from them. A hold with a touch is a note struck again
// on the pitch that sounds, which the published tokens hide.

#include "core/codec/musae_codec.h"

namespace canto::codec {

inline constexpr int kVelocityLevels = 8; ///< of 16 MIDI velocities each
inline constexpr int kOffsets = 3;        ///< a twelfth of a quarter early, on the step, late
inline constexpr int kTouches = 1 + kVelocityLevels * kOffsets;
inline constexpr Touch kNoTouch = 0;

/// @param velocity 0-127.  @param offset -1, 0 or 1 twelfths of a quarter.
Touch touchOf(int velocity, int offset);
/// Middle of the level: 8, 24 ... 120. touch is not kNoTouch.
std::uint8_t touchVelocity(Touch touch);
int touchOffset(Touch touch); ///< -1, 0, 1

/// What a pitch without a touch is played with: velocity 88, on the step.
inline constexpr Touch kPlainTouch = 1 + 5 * kOffsets + 1;

/// What encode() would give for these tokens as phraseToSong() plays them: nothing is struck in
/// silence, every pitch is, and none before the phrase begins.
/// @param tokens, touches  (kTracks, T) each, of the same size; tokens canonical.
std::vector<Touch> canonicalTouches(std::span<const Token> tokens, std::span<const Touch> touches);

} // namespace canto::codec
