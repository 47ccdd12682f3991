// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numerical features of a phrase or piece in compound words: for predicting its emotion, and for
// comparing generated music with real music.

#include "core/codec/compound_words.h"

#include <span>
#include <string>
#include <vector>

namespace canto::codec {

/// Loudness, register, lengths, density, rhythm, mode, harmony and intervals of a piece; invariant
/// to transposition except for the features of register. All finite; zeros for words without notes.
std::vector<double> wordFeatures(std::span<const Word> words);
std::size_t featureCount();

/// The figures of MusER's evaluation (section 4.6), for a piece: means over its bars with notes.
struct PieceFigures {
    double pitchRange = 0;      ///< PR: highest minus lowest pitch
    double pitchClasses = 0;    ///< NPC
    double polyphony = 0;       ///< POLY: pitches that sound, mean over sixteenths where any does
    double barPitchRange = 0;   ///< BPR
    double barPitchClasses = 0; ///< BNPC
    double barPolyphony = 0;    ///< BPOLY: notes of a bar over places where notes begin
};
PieceFigures figuresOf(std::span<const Word> words);

/// Means by which an element transferred from one song to another is measured.
struct ElementMeans {
    double tempo = 0;    ///< quarters a minute, mean over bars
    double pitch = 0;    ///< MIDI, mean over notes
    double duration = 0; ///< sixteenths
    double velocity = 0;
    double density = 0; ///< notes a bar
    std::size_t notes = 0;
};
ElementMeans meansOf(std::span<const Word> words);

} // namespace canto::codec
