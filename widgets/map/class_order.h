// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/map_snapshot.h"

namespace canto::widgets {

/// `now` with the classes of `before` first, in their order, so that each keeps its colour when
/// labels change; classes that no row has any more stay, without points. Classes that are new
/// follow, then the rows without a value. Nothing changes for numbers, for classes with colours of
/// their own, and where there would be more classes than numbers for them. Thread: any.
MapColouring withClassOrder(const MapColouring& before, MapColouring now);

} // namespace canto::widgets
