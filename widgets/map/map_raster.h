// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "widgets/map/class_look.h"
#include "widgets/map/map_snapshot.h"

#include <QImage>
#include <QRectF>
#include <QSize>
#include <array>

namespace canto::widgets {

/// How each row is painted: a number a row into a table of looks. Immutable, shared. What has a
/// lower layer is below all that has a higher one: muted points, those without a label, the rest.
struct PointStyles {
    static constexpr std::uint8_t kMuted = 0;      ///< filtered or unselected: grey at 15 %
    static constexpr std::uint8_t kUnlabelled = 1; ///< rows without a value
    static constexpr std::uint8_t kFirstLook = 2;  ///< of the classes
    static constexpr int kLayers = 3;
    std::vector<std::uint8_t> styles; ///< a row each
    std::array<QRgb, 256> colours{};  ///< with alpha, not premultiplied
    std::array<PointShape, 256> shapes{};
    std::array<bool, kLayers> used{}; ///< which layers have points

    static int layerOf(std::uint8_t style) { return style < kFirstLook ? style : kLayers - 1; }
};

/// What decides about PointStyles.
struct StyleChoice {
    std::vector<QRgb> classColours;      ///< opaque
    std::vector<PointShape> classShapes; ///< a class each; discs where there are fewer
    std::vector<bool> visible;           ///< a class each
    /// Rows that are selected, 1 a row; null when there is no selection.
    std::shared_ptr<const std::vector<std::uint8_t>> selected;
    QRgb muted = 0;   ///< opaque
    double alpha = 1; ///< of the points in colour, (0, 1]
};
/// Classes that look the same share a style. Of more than 254 looks the last all share one.
std::shared_ptr<const PointStyles> makeStyles(const MapColouring& colouring,
                                              const StyleChoice& choice);

struct RasterRequest {
    MapSnapshotPtr snapshot;
    std::shared_ptr<const PointStyles> styles;
    /// Places to come from while a projection changes, in the snapshot's drawing order; null
    /// otherwise.
    std::shared_ptr<const std::vector<float>> fromX, fromY;
    float progress = 1; ///< 0 at fromX/fromY, 1 at the snapshot
    QRectF view;        ///< map units (top() is the least y), what `size` shows
    QSize size;         ///< device pixels
    double radius = 2;  ///< device pixels
    QRgb halo = 0;      ///< thin edge of discs from radius 3 on; 0 for none
    /// Rows to draw when only few are in view; empty draws all.
    std::vector<std::uint32_t> rows;
};

struct Raster {
    QImage image; ///< ARGB32 premultiplied, `border` pixels larger than asked on each side
    QRectF view;  ///< map units that the whole image shows, border included
    int border = 0;
};

/// Splats antialiased marks, placed to a quarter of a pixel, layer by layer. Any thread; asks
/// `cancel` every 16,384 points and then returns an image that is null.
/// @param reuse  memory of an earlier picture that nobody needs any more; used where it fits.
Raster rasterise(const RasterRequest& request, const CancelToken& cancel = {}, QImage reuse = {});

/// Radius in logical pixels that suits this number of points, `zoom` 1 when all are in view.
double suitedRadius(std::size_t points, double zoom);
/// Opacity that suits this number of points.
double suitedAlpha(std::size_t points);

} // namespace canto::widgets
