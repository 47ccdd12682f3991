// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/class_look.h"

#include "widgets/common/theme.h"
#include "widgets/map/map_snapshot.h"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>
#include <QTransform>
#include <algorithm>
#include <cmath>
#include <numbers>

namespace canto::widgets {
namespace {

// Sizes in radii of the disc of about the same area.
constexpr double kSquare = 0.89;   ///< half a side
constexpr double kDiamond = 1.25;  ///< half a diagonal
constexpr double kTriangle = 0.74; ///< radius of the inscribed circle, half the outer one
constexpr double kArm = 1.2;       ///< half the length of an arm of the crosses
constexpr double kArmWidth = 0.42; ///< half its width

double plusDistance(double x, double y, double radius) {
    const double along = std::max(std::abs(x), std::abs(y));
    const double across = std::min(std::abs(x), std::abs(y));
    return std::max(along - kArm * radius, across - kArmWidth * radius);
}

QPainterPath outlineOf(PointShape shape, double r) {
    QPainterPath path;
    QPolygonF corners;
    switch (shape) {
    case PointShape::Disc:
        path.addEllipse(QPointF(0, 0), r, r);
        return path;
    case PointShape::Square:
        path.addRect(-kSquare * r, -kSquare * r, 2 * kSquare * r, 2 * kSquare * r);
        return path;
    case PointShape::Diamond:
        corners << QPointF(0, -kDiamond * r) << QPointF(kDiamond * r, 0) << QPointF(0, kDiamond * r)
                << QPointF(-kDiamond * r, 0);
        break;
    case PointShape::Triangle: {
        const double inner = kTriangle * r, half = inner * std::numbers::sqrt3;
        corners << QPointF(0, -2 * inner) << QPointF(half, inner) << QPointF(-half, inner);
        break;
    }
    case PointShape::Plus:
    case PointShape::Cross: {
        const double arm = kArm * r, width = kArmWidth * r;
        corners << QPointF(-width, -arm) << QPointF(width, -arm) << QPointF(width, -width)
                << QPointF(arm, -width) << QPointF(arm, width) << QPointF(width, width)
                << QPointF(width, arm) << QPointF(-width, arm) << QPointF(-width, width)
                << QPointF(-arm, width) << QPointF(-arm, -width) << QPointF(-width, -width);
        if (shape == PointShape::Cross) {
            corners = QTransform().rotate(45).map(corners);
        }
        break;
    }
    }
    path.addPolygon(corners);
    path.closeSubpath();
    return path;
}

} // namespace

std::vector<ClassLook> classLooks(const MapColouring& colouring, bool dark) {
    const auto& palette = classPalette(dark);
    std::vector<ClassLook> looks;
    looks.reserve(colouring.names.size());
    for (std::size_t c = 0; c < colouring.names.size(); ++c) {
        if (c < colouring.colours.size()) {
            looks.push_back({colouring.colours[c], PointShape::Disc});
        } else if (colouring.lastIsUnlabelled && c + 1 == colouring.names.size()) {
            looks.push_back({otherColour(dark), PointShape::Disc});
        } else {
            looks.push_back({palette[c % palette.size()],
                             static_cast<PointShape>(c / palette.size() % kPointShapes)});
        }
    }
    return looks;
}

double shapeDistance(PointShape shape, double x, double y, double radius) {
    constexpr double kHalfRoot = std::numbers::sqrt2 / 2;
    switch (shape) {
    case PointShape::Disc:
        break;
    case PointShape::Square:
        return std::max(std::abs(x), std::abs(y)) - kSquare * radius;
    case PointShape::Diamond:
        return (std::abs(x) + std::abs(y) - kDiamond * radius) * kHalfRoot;
    case PointShape::Triangle:
        return std::max(y, std::numbers::sqrt3 / 2 * std::abs(x) - y / 2) - kTriangle * radius;
    case PointShape::Plus:
        return plusDistance(x, y, radius);
    case PointShape::Cross:
        return plusDistance((x + y) * kHalfRoot, (x - y) * kHalfRoot, radius);
    }
    return std::hypot(x, y) - radius;
}

void paintClassMark(QPainter& painter, QPointF centre, double radius, const ClassLook& look,
                    bool filled) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(centre);
    painter.setPen(QPen(look.colour, 1.6));
    painter.setBrush(filled ? QBrush(look.colour) : QBrush(Qt::NoBrush));
    painter.drawPath(outlineOf(look.shape, radius - 0.8));
    painter.restore();
}

} // namespace canto::widgets
