// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/map_path.h"
#include "widgets/map/map_view.h"

#include <QFont>
#include <QPolygonF>
#include <optional>

class QPainter;

namespace canto::widgets {

/// A class name at its densest place.
struct MapLabel {
    QString text;
    QPointF place;         ///< map units
    std::size_t index = 0; ///< of the class
    std::size_t count = 0;
    bool shown = true;
};
/// One label a class, at the densest of 48 x 48 cells; classes with fewer than 1 % of the points
/// have none.
std::vector<MapLabel> densestPlaces(const MapSnapshot& snapshot, const MapColouring& colouring);

/// What lies over the points. Everything in map units, painted in logical pixels.
struct MapMarks {
    // Path and decoded position: repainted when they or the view change.
    std::vector<MapLabel> labels;
    QVector<QPointF> path;
    bool pathAdding = false;
    int anchorUnderCursor = -1;
    QVector<QPointF> steps;
    int activeStep = -1;
    std::optional<QPointF> decoded;
    bool extrapolated = false;
    QString card;
    QVector<QPointF> trail;        ///< where the decoded position was before, ending at it
    std::optional<QPointF> marked; ///< the clicked point
    std::optional<QPointF> target; ///< the drop target

    // What moves: cursor, playhead, the dragged phrase.
    std::optional<QPointF> hovered;
    std::optional<QPointF> keyboard;
    std::optional<QPointF> playhead;
    LatentMap::PlayheadState playheadState = LatentMap::PlayheadState::Hidden;
    std::optional<QPointF> busy;
    double busyTurn = 0; ///< [0, 1)
    std::optional<QPointF> pulse;
    double pulseAge = 0;              ///< [0, 1]
    QVector<QPointF> drawing;         ///< freehand, map units
    std::optional<QPointF> rubberEnd; ///< next anchor would go here
    QRectF rectangle;                 ///< pixels
    QPolygonF lasso;                  ///< pixels
    QRectF taken;                     ///< pixels that the legend covers
    QString message, selectionText;
    bool empty = true;
};

/// Labels, path, chips, marks.
void paintMarks(QPainter& painter, const MapMarks& marks, const MapView& view,
                const ThemeColours& colours, double pointRadius);
/// Hover, playhead, rubber band, messages.
void paintMoving(QPainter& painter, const MapMarks& marks, const MapView& view,
                 const ThemeColours& colours, double pointRadius);

} // namespace canto::widgets
