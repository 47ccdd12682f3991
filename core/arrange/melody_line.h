// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"

namespace canto::arrange {

/// Adds the melody that was found in the recording: a note until its pitch changes or the recording
/// has a strong onset, louder than what accompanies it.
void addMelody(const Unit& unit, std::vector<GridNote>& notes);

} // namespace canto::arrange
