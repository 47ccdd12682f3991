// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/map_raster.h"
#include "widgets/map/map_view.h"
#include "widgets/map/plot_header.h"

#include <QTimer>
#include <map>

namespace canto::widgets {

class RasterWorker;

/// The points of the map. Few points in view (kDirect) are drawn again each time; otherwise it only
/// blits a picture twice the view each way that a worker made: moved while panning, scaled while
/// zooming, and asks for a new one when that no longer serves.
class MapPlottable : public QCPAbstractPlottable {
    Q_OBJECT

  public:
    static constexpr std::size_t kDirect = 20000;

    MapPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis);
    ~MapPlottable() override;

    void setSnapshot(MapSnapshotPtr snapshot);
    void setStyles(std::shared_ptr<const PointStyles> styles);
    /// @param zoom  1 when all points are in view; decides the size of discs.
    void setView(const MapView& view, double zoom);
    void setHalo(QRgb halo) { m_halo = halo; }
    /// Moves points from other places (drawing order of the snapshot), progress 0 to 1.
    void setMotion(std::shared_ptr<const std::vector<float>> fromX,
                   std::shared_ptr<const std::vector<float>> fromY, float progress);
    double radius() const { return m_radius; }
    /// False while what is shown is older or coarser than what it should be.
    bool upToDate() const;
    /// Request for a view of its own at any size, with the present points and colours.
    RasterRequest request(const QRectF& view, QSize devicePixels, double scale) const;

    double selectTest(const QPointF&, bool, QVariant*) const override { return -1; }
    QCPRange getKeyRange(bool& found, QCP::SignDomain) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const override;

  Q_SIGNALS:
    /// A new picture is there to be blitted.
    void refreshed();

  protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter*, const QRectF&) const override {}

  private:
    /// What a picture was made from.
    struct Made {
        Raster raster;
        MapSnapshotPtr snapshot;
        std::shared_ptr<const PointStyles> styles;
        double unitsPerPixel = 0; ///< device pixels
        float progress = 1;
        double radius = 0;
        MapView view; ///< asked for
    };
    bool direct() const;
    bool serves(const Made& made) const;
    void drawDirect(QCPPainter& painter);
    void blit(QCPPainter& painter, const Made& made) const;
    void askWorker();
    void take(std::uint64_t generation, const Raster& raster);

    RasterWorker* m_worker;
    QTimer m_settle; ///< 80 ms after the last change: draw at the exact scale
    MapSnapshotPtr m_snapshot;
    std::shared_ptr<const PointStyles> m_styles;
    std::shared_ptr<const std::vector<float>> m_fromX, m_fromY;
    float m_progress = 1;
    MapView m_view;
    double m_radius = 2; ///< logical pixels
    double m_ratio = 1;  ///< device pixels a logical pixel
    QRgb m_halo = 0;
    Made m_shown;  ///< the worker's last picture
    Made m_direct; ///< the last one drawn here
    std::map<std::uint64_t, Made>
        m_asked; ///< requests that the worker has not answered, by generation
};

} // namespace canto::widgets
