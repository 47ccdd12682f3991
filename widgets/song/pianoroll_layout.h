// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto::widgets {

// Parts of the piano roll, logical pixels.
inline constexpr int kRuler = 24;      ///< height of the ruler
inline constexpr int kKeyboard = 44;   ///< width of the keyboard
inline constexpr int kDrumNames = 104; ///< width of the names of drums, in place of the keyboard
inline constexpr int kCaption = 26;    ///< height of the line with title and tracks
inline constexpr int kLane = 48;       ///< height of the velocity lane

} // namespace canto::widgets
