// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_lineage.h"

#include <QFontMetrics>
#include <QLineF>
#include <QPainter>

namespace canto::widgets {
namespace {

constexpr double kDiamond = 7;
constexpr double kEnd = 9; ///< pixels around both ends that a line leaves free

void paintDiamond(QPainter& painter, QPointF at, double half, const ThemeColours& colours,
                  bool filled) {
    const QPointF corners[] = {at + QPointF(0, -half), at + QPointF(half, 0), at + QPointF(0, half),
                               at + QPointF(-half, 0)};
    painter.setPen(QPen(colours.ground, 4));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolygon(corners, 4);
    painter.setPen(QPen(colours.accent, 2));
    painter.setBrush(filled ? colours.accent : colours.ground);
    painter.drawPolygon(corners, 4);
}

void paintWords(QPainter& painter, QPointF at, const QString& text, const ThemeColours& colours) {
    const QFontMetrics metrics = painter.fontMetrics();
    QRectF box(0, 0, metrics.horizontalAdvance(text) + 12, metrics.height() + 6);
    box.moveCenter(at);
    QColor ground = colours.raised;
    ground.setAlphaF(0.92f);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(box, 4, 4);
    painter.setPen(colours.text);
    painter.drawText(box, Qt::AlignCenter, text);
}

/// From a parent to the result, with an arrow at the result. Dashed for sources.
void paintLine(QPainter& painter, QPointF from, QPointF to, bool source,
               const ThemeColours& colours) {
    QLineF line(from, to);
    if (line.length() < 2 * kEnd + 4) {
        return;
    }
    const QPointF along = (to - from) / line.length();
    line = QLineF(from + along * kEnd, to - along * (kEnd + 2));
    painter.setPen(QPen(colours.ground, 5));
    painter.drawLine(line);
    painter.setPen(QPen(colours.accent, 2, source ? Qt::DashLine : Qt::SolidLine));
    painter.drawLine(line);
    const QPointF across(-along.y(), along.x());
    const QPointF head[] = {line.p2() + along * 2, line.p2() - along * 8 + across * 4.5,
                            line.p2() - along * 8 - across * 4.5};
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.accent);
    painter.drawPolygon(head, 3);
}

} // namespace

void paintLineages(QPainter& painter, const QVector<MapLineage>& lineages, int shown,
                   const MapView& view, const ThemeColours& colours) {
    for (int i = 0; i < lineages.size(); ++i) {
        if (i != shown) {
            paintDiamond(painter, view.toPixel(lineages[i].place), kDiamond - 2, colours, false);
        }
    }
    if (shown < 0 || shown >= lineages.size()) {
        return;
    }
    const MapLineage& lineage = lineages[shown];
    const QPointF at = view.toPixel(lineage.place);
    for (const MapLineage::Parent& parent : lineage.parents) {
        const QPointF from = view.toPixel(parent.place);
        paintLine(painter, from, at, !parent.text.isEmpty(), colours);
        painter.setPen(QPen(colours.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(from, kDiamond, kDiamond);
    }
    for (const MapLineage::Parent& parent : lineage.parents) {
        if (!parent.text.isEmpty() && QLineF(view.toPixel(parent.place), at).length() > 70) {
            paintWords(painter, (view.toPixel(parent.place) * 2 + at) / 3, parent.text, colours);
        }
    }
    paintDiamond(painter, at, kDiamond, colours, true);
    const double below = kDiamond + painter.fontMetrics().height();
    paintWords(painter, at + QPointF(0, below), lineage.name, colours);
}

} // namespace canto::widgets
