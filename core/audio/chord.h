// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace canto::audio {

/// The harmony of a beat. "No chord" is root -1, bass -1, chroma 0.
struct Chord {
    int root = -1;            ///< pitch class, C = 0
    int bass = -1;            ///< pitch class of the lowest note; the root unless inverted
    std::uint16_t chroma = 0; ///< bit k: pitch class k is present; bit 0 is C
    bool operator==(const Chord&) const = default;

    bool none() const { return root < 0; }
    bool has(int pitchClass) const { return ((chroma >> pitchClass) & 1) != 0; }
};

/// Harte's notation as mir_eval reads it: "N" and "X" (no chord), "A", "C#:min7", "Bb:maj/3",
/// "F:sus4(b7)", "G:(1,5)", "D:maj(*3)". The bass note always belongs to the chroma.
/// Errors: BadInput with the label.
/// Source: Harte 2010, section 4; mir_eval.chord.encode.
Result<Chord> parseChord(std::string_view label);

/// The simplest label of a chord that the front end can find: "C:maj", "F#:min7/b3", "N". A chroma
/// without a name of its own is written as intervals: "C:(1,3,b5)".
std::string chordLabel(const Chord& chord);

/// C C# D Eb E F F# G Ab A Bb B.
std::string_view pitchClassName(int pitchClass);

/// The chord on a root with intervals in semitones above it (bit k of `intervals`). @param bass
/// pitch class; -1: the root.
Chord chordOn(int root, std::uint16_t intervals, int bass = -1);

} // namespace canto::audio
