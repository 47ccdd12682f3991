// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"
#include "widgets/map/map_view.h"

#include <QPointF>
#include <QString>
#include <QVector>

class QPainter;

namespace canto::widgets {

/// A made phrase on the map and the phrases it was made from.
struct MapLineage {
    struct Parent {
        QPointF place; ///< map units
        QString text;  ///< what came from it; empty: the target
    };
    QPointF place; ///< map units
    QString name;
    QVector<Parent> parents;
};

/// All results as diamonds; lines and words only for the one that is shown (-1: none).
void paintLineages(QPainter& painter, const QVector<MapLineage>& lineages, int shown,
                   const MapView& view, const ThemeColours& colours);

} // namespace canto::widgets
