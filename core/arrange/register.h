// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

/// How far lifted() goes to either side, semitones.
inline constexpr int kMostLift = 24;

/// The notes about so many semitones higher (or lower, below 0) on average, without another pitch
/// class: each whole octave moves all of them, and of the rest of r semitones the lowest (or
/// highest) r / 12 of the notes that begin together go an octave. Notes stay within 21 .. 108.
std::vector<GridNote> lifted(std::span<const GridNote> notes, int semitones);

} // namespace canto::arrange
