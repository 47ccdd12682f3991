// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto::widgets {

/// Gives screen readers a table beside each LatentMap: the selected points, or those in view where
/// nothing is selected, with title and class; pressing a cell clicks its point. It is made when a
/// screen reader asks for it. Thread: GUI.
void installMapTable();

} // namespace canto::widgets
