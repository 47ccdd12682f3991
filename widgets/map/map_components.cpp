// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_components.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr double kLeastPixels = 5; ///< half an axis: thin components stay visible
constexpr int kCorners = 64;

double length(QPointF vector) { return std::hypot(vector.x(), vector.y()); }

/// The axis, at least as long as that.
QPointF atLeast(QPointF axis, QPointF otherwise, double least) {
    const double now = length(axis);
    if (now >= least) {
        return axis;
    }
    const double other = length(otherwise);
    const QPointF direction = now > 0     ? axis / now
                              : other > 0 ? QPointF(-otherwise.y(), otherwise.x()) / other
                                          : QPointF(1, 0);
    return direction * least;
}

} // namespace

bool contains(const MapComponent& component, QPointF place, double reach) {
    const QPointF first = atLeast(component.firstAxis, component.secondAxis, reach);
    const QPointF second = atLeast(component.secondAxis, first, reach);
    const QPointF off = place - component.centre;
    const double a = QPointF::dotProduct(off, first) / QPointF::dotProduct(first, first);
    const double b = QPointF::dotProduct(off, second) / QPointF::dotProduct(second, second);
    return a * a + b * b <= 1;
}

void paintComponents(QPainter& painter, const QVector<MapComponent>& components, int target,
                     const MapView& view, const ThemeColours& colours) {
    const double least = kLeastPixels * view.unitsPerPixel;
    for (int i = 0; i < components.size(); ++i) {
        const MapComponent& component = components[i];
        const QPointF first = atLeast(component.firstAxis, component.secondAxis, least);
        const QPointF second = atLeast(component.secondAxis, first, least);
        QPolygonF corners;
        for (int corner = 0; corner < kCorners; ++corner) {
            const double angle = 2 * M_PI * corner / kCorners;
            corners.append(view.toPixel(component.centre + first * std::cos(angle) +
                                        second * std::sin(angle)));
        }
        QColor fill = component.colour;
        fill.setAlphaF(i == target ? 0.45f : 0.16f);
        QColor below = colours.ground;
        below.setAlphaF(0.8f);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(below, 4));
        painter.drawPolygon(corners);
        painter.setBrush(fill);
        painter.setPen(QPen(component.colour, i == target ? 3 : 1.6,
                            i == target ? Qt::SolidLine : Qt::DashLine));
        painter.drawPolygon(corners);
        // A cross at the mean, to differ from the points, which are discs.
        const QPointF middle = view.toPixel(component.centre);
        painter.setPen(QPen(below, 4));
        for (const QPen& pen : {QPen(below, 4.5), QPen(colours.text, 1.8)}) {
            painter.setPen(pen);
            painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0));
            painter.drawLine(middle - QPointF(0, 5), middle + QPointF(0, 5));
        }
        QFont bold = painter.font();
        bold.setWeight(QFont::DemiBold);
        QPainterPath text;
        text.addText(middle + QPointF(9, -6), bold, component.name);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(below, 4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPath(text);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.text);
        painter.drawPath(text);
    }
}

} // namespace canto::widgets
