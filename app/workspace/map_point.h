// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"

#include <QPointF>

namespace canto::app {

/// A position of a map, map units, for Qt and for projections. Thread: any.
inline QPointF asPoint(projection::MapPoint place) { return {double(place.x), double(place.y)}; }
inline projection::MapPoint asMapPoint(QPointF place) {
    return {float(place.x()), float(place.y())};
}

} // namespace canto::app
