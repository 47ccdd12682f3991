// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

/// Range of lifted() to either side, semitones.
inline constexpr int kMostLift = 24;

/// Moves the notes by this many semitones on average (down if below 0), keeping every pitch class:
/// each whole octave moves all notes, and for the rest of r semitones the lowest (or highest) r /
/// 12 of the notes that begin together move by an octave. Notes stay within 21 .. 108.
std::vector<GridNote> lifted(std::span<const GridNote> notes, int semitones);

} // namespace canto::arrange
