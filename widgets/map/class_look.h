// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPointF>
#include <array>
#include <cstdint>
#include <vector>

class QPainter;

namespace canto::widgets {

struct MapColouring;

/// How the points of a class are drawn. The palette has ten colours; the eleventh class has the
/// first colour again, and another shape.
enum class PointShape : std::uint8_t { Disc, Square, Diamond, Triangle, Plus, Cross };
inline constexpr std::size_t kPointShapes = 6;

struct ClassLook {
    QColor colour;
    PointShape shape = PointShape::Disc;
};

/// A look for each class, in the order of MapColouring::names. 60 classes differ in colour or
/// shape, after which looks repeat. Own colours of the colouring have precedence, and are discs.
std::vector<ClassLook> classLooks(const MapColouring& colouring, bool dark);

/// Signed distance from the outline of a shape, negative inside; all shapes cover about the area of
/// the disc. @param x, y  from its centre, y downwards. @param radius  of the disc.
double shapeDistance(PointShape shape, double x, double y, double radius);

/// How far a shape reaches from its centre at most, in radii.
inline constexpr double kShapeReach = 1.5;

/// One mark of a legend. @param filled  an outline alone otherwise.
void paintClassMark(QPainter& painter, QPointF centre, double radius, const ClassLook& look,
                    bool filled = true);

} // namespace canto::widgets
