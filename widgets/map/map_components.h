// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"
#include "widgets/map/map_view.h"

#include <QString>
#include <QVector>

class QPainter;

namespace canto::widgets {

/// A part of the prior as the map shows it: its mean, and an ellipse at two standard deviations.
struct MapComponent {
    QString name;      ///< of the class; looked up for the colour
    int label = -1;    ///< of the model's classes
    QPointF centre;    ///< map units, as the axes
    QPointF firstAxis; ///< from the centre to the ellipse; at right angles to the second
    QPointF secondAxis;
    QColor colour;
};

/// Whether a place lies in the ellipse, widened so that at least `reach` map units around its
/// centre belong to it.
bool contains(const MapComponent& component, QPointF place, double reach);

/// @param target  the component something is being dropped on, or -1.
void paintComponents(QPainter& painter, const QVector<MapComponent>& components, int target,
                     const MapView& view, const ThemeColours& colours);

} // namespace canto::widgets
