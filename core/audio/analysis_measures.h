// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/chord.h"

#include <span>
#include <string>
#include <vector>

namespace canto::audio {

/// Two beats closer than this count as the same, s. Source: mir_eval.beat.f_measure.
inline constexpr double kBeatWindow = 0.07;
/// Beats before this time are not evaluated, s. Source: mir_eval.beat.trim_beats.
inline constexpr double kTrimmedSeconds = 5;

struct FMeasure {
    double precision = 0;
    double recall = 0;
    double f = 0; ///< 0 where either list has no beats
    std::size_t matched = 0;
};

/// Pairs as many beats as possible within the window, each beat once; both lists are trimmed first.
/// @param reference, estimate  s, increasing.
FMeasure beatFMeasure(std::span<const double> reference, std::span<const double> estimate,
                      double window = kBeatWindow, double trimmed = kTrimmedSeconds);

struct BeatContinuity {
    double correct = 0; ///< CMLt: share of the beats whose place and period are right within 17.5 %
    double anyLevel = 0; ///< AMLt: the same, where half, double and off-beats count as right
};

/// Both lists are trimmed first. Source: mir_eval.beat.continuity.
BeatContinuity beatContinuity(std::span<const double> reference, std::span<const double> estimate,
                              double trimmed = kTrimmedSeconds);

/// How near a key is to the right one: 1 the same, .5 a fifth away, .3 relative, .2 parallel, 0
/// otherwise. Keys are written "F# minor". Source: MIREX, mir_eval.key.weighted_score. Errors:
/// BadInput for other text.
Result<double> keyScore(const std::string& reference, const std::string& estimate);

struct ChordSpan {
    double start = 0; ///< s
    double end = 0;
    Chord chord;
};

struct ChordAccuracy {
    double root = 0;       ///< share of the time with the right root, "no chord" among them
    double majMin = 0;     ///< over the time where the reference is major, minor or none: root and
                           ///< third must match
    double evaluated = 0;  ///< s over which root was computed
    double majMinTime = 0; ///< s over which majMin was computed
};

/// Accuracies weighted by time. The estimate is cut to the reference's span; its gaps are "no
/// chord". A chord is major or minor when its intervals up to the fifth are exactly those, so
/// sevenths count and suspensions do not.
/// @param reference, estimate  in order, not overlapping.
/// Source: mir_eval.chord.root and .majmin with weighted_accuracy.
ChordAccuracy chordAccuracy(std::span<const ChordSpan> reference,
                            std::span<const ChordSpan> estimate);

/// Share of the positions with a reference pitch at which the estimate has the same pitch class
/// within half a semitone; 0 stands for no pitch. Source: mir_eval.melody.raw_chroma_accuracy.
/// @param reference, estimate  MIDI pitches at the same times; the longer one is cut to the
///                             shorter.
double rawChromaAccuracy(std::span<const double> reference, std::span<const double> estimate);

/// Reads lines of "time" or "time flag ...": the times of all lines, or of those whose column
/// `flag` (from 0) is not zero. Commas, tabs and blanks separate columns; lines that begin with #
/// are skipped. Errors: BadFile with the line.
Result<std::vector<double>> readBeatList(const std::string& text, int flag = -1);

/// Reads lines of "start end label". Errors: BadFile with the line.
Result<std::vector<ChordSpan>> readChordList(const std::string& text);

} // namespace canto::audio
