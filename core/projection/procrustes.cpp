// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/procrustes.h"

namespace canto::projection {

Result<Similarity> procrustes(std::span<const MapPoint> moving, std::span<const MapPoint> fixed) {
    if (moving.size() != fixed.size() || moving.size() < 2) {
        return fail(Error::Code::BadShape, "Two layouts of " + std::to_string(moving.size()) +
                                               " and " + std::to_string(fixed.size()) +
                                               " points cannot be aligned");
    }
    const auto n = static_cast<double>(moving.size());
    double mx = 0, my = 0, fx = 0, fy = 0;
    for (std::size_t i = 0; i < moving.size(); ++i) {
        mx += moving[i].x / n;
        my += moving[i].y / n;
        fx += fixed[i].x / n;
        fy += fixed[i].y / n;
    }
    double xx = 0, xy = 0, yx = 0, yy = 0, square = 0; // sums of fixed * moving
    for (std::size_t i = 0; i < moving.size(); ++i) {
        const double ax = moving[i].x - mx, ay = moving[i].y - my;
        const double bx = fixed[i].x - fx, by = fixed[i].y - fy;
        xx += bx * ax;
        xy += bx * ay;
        yx += by * ax;
        yy += by * ay;
        square += ax * ax + ay * ay;
    }
    // In two dimensions the best rotation and the best rotated reflection have closed forms: take
    // the one whose trace with the sums is larger.
    const double turn = std::hypot(xx + yy, yx - xy);
    const double mirror = std::hypot(xx - yy, yx + xy);
    Similarity best;
    if (square > 0 && std::max(turn, mirror) > 0) {
        const bool mirrored = mirror > turn;
        const double length = mirrored ? mirror : turn;
        const double cosine = (mirrored ? xx - yy : xx + yy) / length;
        const double sine = (mirrored ? yx + xy : yx - xy) / length;
        best.xx = static_cast<float>(cosine);
        best.yx = static_cast<float>(sine);
        best.xy = static_cast<float>(mirrored ? sine : -sine);
        best.yy = static_cast<float>(mirrored ? -cosine : cosine);
        best.scale = static_cast<float>(length / square);
    }
    const double s = best.scale;
    best.shift = {static_cast<float>(fx - s * (best.xx * mx + best.xy * my)),
                  static_cast<float>(fy - s * (best.yx * mx + best.yy * my))};
    return best;
}

void align(const Similarity& similarity, std::span<MapPoint> points) {
    for (MapPoint& point : points) {
        point = similarity(point);
    }
}

} // namespace canto::projection
