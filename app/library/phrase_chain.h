// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <span>

namespace canto {

/// Joins phrases, each `bars` bars of 4/4 long, to a bar-aligned song. Resolution, tracks and metre
/// are those of the first phrase; notes, events and tempi of the others are moved to their bars
/// (phrases of one model have the same tracks and resolution).
music::Song chainPhrases(std::span<const music::Song> phrases, int bars);

/// Points on the straight line between two latents, both ends included, evenly spaced.
/// @param steps  >= 2.
std::vector<std::vector<float>> straightPath(const std::vector<float>& from,
                                             const std::vector<float>& to, int steps);

/// A tempo between two, by equal ratios. @param share  0: the first, 1: the second.
double tempoBetween(double first, double second, double share);

} // namespace canto
