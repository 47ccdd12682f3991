// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a LatentMap is made of; for its own source files only.

#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/map_marks.h"
#include "widgets/map/map_path.h"
#include "widgets/map/map_plottable.h"
#include "widgets/map/map_view.h"

#include <QPointer>
#include <QTimer>
#include <QVariantAnimation>

namespace canto::widgets {

/// A layer of the plot that a function paints.
class PaintedLayer : public QCPLayerable {
  public:
    PaintedLayer(QCustomPlot* plot, const QString& layer, std::function<void(QCPPainter&)> paint)
        : QCPLayerable(plot, layer), m_paint(std::move(paint)) {}

  protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override { m_paint(*painter); }

  private:
    std::function<void(QCPPainter&)> m_paint;
};

/// Draws its layers again only when it is about to be shown: any number of changes between two
/// frames costs one drawing, and a grab is never older than the last change.
class MapPlot : public QCustomPlot {
  public:
    enum Stale { kNothing = 0, kMarks = 1, kMoving = 2, kAll = 7 };

    explicit MapPlot(QWidget* parent);
    /// What has changed, a sum of Stale, and where (empty: everywhere).
    void touch(int stale, const QRect& where = {});

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    int m_stale = kAll;
};

/// What the pressed mouse button is doing.
enum class Drag { None, Pending, Pan, Rectangle, Lasso, Freehand, Anchor, Phrase };

struct LatentMap::Parts {
    MapPlot* plot = nullptr;
    MapPlottable* points = nullptr;
    Legend* legend = nullptr;

    MapSnapshotPtr snapshot;
    std::shared_ptr<const MapColouring> colouring;
    std::vector<ClassLook> looks; ///< of the classes
    std::vector<bool> visible;
    std::shared_ptr<const std::vector<std::uint8_t>> selected;
    std::size_t selectedCount = 0;

    MapView view;
    MapMarks marks;
    MapPath path;
    Tool tool = Tool::Select;
    bool fitted = true; ///< the view follows the size of the window until it is moved
    bool reducedMotion = false;
    bool labels = true;
    bool selectionTextShown = true;
    std::function<QString(qint64)> rowNamer;

    Drag drag = Drag::None;
    Qt::MouseButton button = Qt::NoButton;
    QPointF pressed, last; ///< pixels
    int anchor = -1;       ///< being moved
    bool anchorMoved = false;
    qint64 hoveredRow = -1, keyboardRow = -1;

    QPointF busyPlace; ///< shown after the delay
    QTimer busyDelay, busyTurn;
    QVariantAnimation motion, flight, pulse;
    std::shared_ptr<const std::vector<float>> fromX, fromY;
    MapView flightFrom, flightTo;

    QVector<MapComponent> components;
    int targetComponent = -1;
    QVector<MapLineage> lineages;
    int lineageShown = -1;

    /// The view that Fit goes to: all points as large as possible, none of them under the legend.
    MapView fit;
    void updateFit();
    double fitScale() const { return fit.unitsPerPixel; }
    double zoom() const { return fitScale() / view.unitsPerPixel; }
    /// The visible point under the pixel.
    qint64 rowAt(QPointF pixel, double reach) const;
    QVector<QPointF> pixels(const QVector<QPointF>& places) const;
    /// Where an anchor goes that is put at the pixel: onto a point within 12 px if `snap`.
    MapPath::Anchor anchorAt(QPointF pixel, bool snap) const;
    void updateStyles(const ThemeColours& colours);
    void updateLabels();
    /// Names of hidden classes go with their points.
    void filterLabels();
    /// All layers, or one.
    void repaintAll();
    void repaintMarks();
    void repaintMoving();
    void colourComponents();
    /// Whether the pixel is on the mark of what was clicked or decoded.
    bool onMark(QPointF pixel) const;
    void selectRows(std::vector<std::uint32_t> rows);
    /// Counts of the legend: of the selection while there is one.
    void updateCounts();
};

} // namespace canto::widgets
