// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How far a phrase differs from another: used to evaluate interpolations and genre transfers.

#include "core/codec/musae_codec.h"

#include <array>
#include <span>

namespace canto::codec {

/// Share of the steps, over all tracks, whose tokens differ, in [0, 1]. Sizes are equal.
double hammingDistance(std::span<const Token> a, std::span<const Token> b);

/// Whether a sequence never rises. True for fewer than two values.
bool neverRises(std::span<const double> values);

/// How often each pitch class begins, drums left out. @param tokens (kTracks, T).
std::array<double, 12> pitchClasses(std::span<const Token> tokens);

/// Cosine similarity of both phrases' pitch classes, in [0, 1]; 1 if neither has a pitch, 0 if only
/// one has.
double pitchClassCosine(std::span<const Token> a, std::span<const Token> b);

/// F1 of the positions at which notes begin, track by track, whatever their pitch; 1 if neither
/// phrase has any.
double rhythmKept(std::span<const Token> a, std::span<const Token> b);

} // namespace canto::codec
