// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/grid_features.h"

#include <span>
#include <string>
#include <vector>

namespace canto::audio {

/// Longer music gets no sections: each bar is compared with each other one. At 120 beats a minute
/// in bars of four 800 bars take 27 minutes.
inline constexpr int kMostBarsOfSections = 800;

/// A part of a song, from a bar line to another one. Sections of the same label sound similar.
struct Section {
    int firstBeat = 0;
    int beats = 0;
    int label = 0; ///< 0 for the first kind of section, 1 for the second ...
    bool operator==(const Section&) const = default;
};

/// "A", "B" ... "Z", "AA", "AB" ...
std::string sectionName(int label);

/// Divides a song at bar lines where its harmony or its sound changes and where a repetition begins
/// or ends, and gives the same label to sections that repeat each other: the best division by
/// dynamic programming, with a preference for four, eight and sixteen bars, then average-linkage
/// clustering. Sections cover all beats, in order. Empty for less than eight bars or more than
/// kMostBarsOfSections. Thread: any.
/// @param grid      gridFeatures of N beats, (3 * 88, 8 N).
/// @param position  of each of the N beats (or more) in its bar; 0 is a downbeat.
/// @param melody    MIDI pitch of each sixteenth of a beat, 0 for none: 4 N values.
/// Source: structure features of Serra, Mueller, Grosche and Arcos 2014; novelty of Foote 2000.
std::vector<Section> findSections(const Feature& grid, std::span<const int> position,
                                  std::span<const int> melody);

/// The beat of an earlier section of the same label at the same place as `beat`; -1 where there is
/// none, as in the first section of its label.
int repeatedBeat(std::span<const Section> sections, int beat);

} // namespace canto::audio
