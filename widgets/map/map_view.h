// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <algorithm>

namespace canto::widgets {

/// Which part of the plane is in view: one scale for both directions, y upwards on the map and
/// downwards on the screen.
struct MapView {
    QPointF centre;           ///< map units
    double unitsPerPixel = 1; ///< logical pixels
    QSizeF size;              ///< logical pixels

    QPointF toPixel(QPointF map) const {
        return {size.width() / 2 + (map.x() - centre.x()) / unitsPerPixel,
                size.height() / 2 - (map.y() - centre.y()) / unitsPerPixel};
    }
    QPointF toMap(QPointF pixel) const {
        return {centre.x() + (pixel.x() - size.width() / 2) * unitsPerPixel,
                centre.y() - (pixel.y() - size.height() / 2) * unitsPerPixel};
    }
    /// top() is the least y.
    QRectF box() const {
        const QSizeF extent = size * unitsPerPixel;
        return {centre.x() - extent.width() / 2, centre.y() - extent.height() / 2, extent.width(),
                extent.height()};
    }
    /// The box in pixels (top() is upper).
    QRectF toPixels(const QRectF& map) const {
        return QRectF(toPixel({map.left(), map.bottom()}), toPixel({map.right(), map.top()}));
    }
    void panBy(QPointF pixels) { centre += QPointF(-pixels.x(), pixels.y()) * unitsPerPixel; }
    /// The place under `pixel` stays there. @param factor  > 1 comes nearer.
    void zoomAt(QPointF pixel, double factor) {
        const QPointF fixed = toMap(pixel);
        unitsPerPixel /= factor;
        centre += fixed - toMap(pixel);
    }
    /// All of the box with a margin (a share of the smaller side), in the middle.
    static MapView fitted(const QRectF& box, QSizeF size, double margin = 0.05) {
        MapView view;
        view.size = size;
        view.centre = box.center();
        const double room = 1 - 2 * margin;
        const double across = box.width() / std::max(1.0, size.width() * room);
        const double down = box.height() / std::max(1.0, size.height() * room);
        view.unitsPerPixel = std::max(across, down);
        if (!(view.unitsPerPixel > 0)) {
            view.unitsPerPixel = 0.01; // a single point, or none
        }
        return view;
    }
    friend bool operator==(const MapView&, const MapView&) = default;
};

} // namespace canto::widgets
