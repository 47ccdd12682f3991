// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace canto::widgets {

/// Names of General MIDI level 1 in the language of the window. Thread: GUI.
/// @param program  0 .. 127; others have the name of the first.
QString programName(int program);
/// Instrument of a key of a drum kit ("Bass drum"), 35 .. 81; empty for other keys.
QString drumName(int pitch);
/// "C4", "F#3": middle C (60) is C4.
QString pitchName(int pitch);

} // namespace canto::widgets
