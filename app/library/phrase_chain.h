// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <span>

namespace canto {

/// Joins phrases, each `bars` bars of 4/4 long, to a bar-aligned song. Resolution and metre are
/// those of the first phrase; notes, events and tempi of the others are moved to their bars. Tracks
/// of the same name are one (phrases of one model have the same resolution, but silent tracks may
/// be missing).
music::Song chainPhrases(std::span<const music::Song> phrases, int bars);

/// Where a phrase lies in a song.
struct PhrasePlace {
    music::Tick start = 0;
    music::Tick end = 0;
};

/// Puts phrases back where they were in their song, each tick of it once: of the phrases that
/// overlap, the latest one that leaves no gap goes on where the one before ended. Resolution, tempo
/// and metre are those of `tempo` and `metre`; tracks as chainPhrases().
/// @param phrases  as many as places. @param places  by start.
music::Song placePhrases(std::span<const music::Song> phrases, std::span<const PhrasePlace> places,
                         music::TempoMap tempo, music::MetreMap metre);

/// Points on the straight line between two latents, both ends included, evenly spaced.
/// @param steps  >= 2.
std::vector<std::vector<float>> straightPath(const std::vector<float>& from,
                                             const std::vector<float>& to, int steps);

/// A tempo between two, by equal ratios. @param share  0: the first, 1: the second.
double tempoBetween(double first, double second, double share);

} // namespace canto
