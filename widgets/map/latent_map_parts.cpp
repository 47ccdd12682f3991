// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/latent_map_parts.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace canto::widgets {

MapPlot::MapPlot(QWidget* parent) : QCustomPlot(parent) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    setInteractions(QCP::Interactions());
    setPlottingHints(QCP::phCacheLabels);
    setAutoAddPlottableToLegend(false);
    xAxis->setVisible(false);
    yAxis->setVisible(false);
    axisRect()->setAutoMargins(QCP::msNone);
    axisRect()->setMargins(QMargins());
    plotLayout()->setAutoMargins(QCP::msNone);
    plotLayout()->setMargins(QMargins());
    // Each buffered layer costs a clear and a blend of the whole window a frame, so that the six
    // of QCustomPlot become one and two of ours lie above.
    for (const char* name : {"background", "grid", "axes", "legend", "overlay"}) {
        removeLayer(layer(QLatin1String(name)));
    }
    layer(QLatin1String("main"))->setMode(QCPLayer::lmBuffered);
    for (const char* name : {"marks", "moving"}) {
        addLayer(QLatin1String(name));
        layer(QLatin1String(name))->setMode(QCPLayer::lmBuffered);
    }
}

void MapPlot::touch(int stale, const QRect& where) {
    m_stale |= stale;
    where.isNull() ? update() : update(where);
}

void MapPlot::paintEvent(QPaintEvent* event) {
    if (const int stale = std::exchange(m_stale, kNothing); stale != kNothing) {
        // Drawing a layer asks for a repaint, which is what is going on already.
        setAttribute(Qt::WA_UpdatesDisabled, true);
        if (stale == kAll || hasInvalidatedPaintBuffers()) {
            replot(QCustomPlot::rpQueuedRefresh);
        } else {
            for (const auto& [bit, name] : {std::pair{kMarks, "marks"}, {kMoving, "moving"}}) {
                if (stale & bit) {
                    layer(QLatin1String(name))->replot();
                }
            }
        }
        setAttribute(Qt::WA_UpdatesDisabled, false);
    }
    QCustomPlot::paintEvent(event);
}

void LatentMap::Parts::updateFit() {
    constexpr double kLeastRoom = 80; // pixels; a narrower strip beside the legend is of no use
    const QRectF bounds = snapshot ? snapshot->bounds() : QRectF();
    fit = MapView::fitted(bounds, view.size);
    marks.taken = legend->isHidden() ? QRectF() : QRectF(legend->geometry());
    if (marks.taken.isEmpty() || !snapshot) {
        return;
    }
    const double reach = kShapeReach * suitedRadius(snapshot->size(), 1) + 1;
    const QRectF under = marks.taken.adjusted(-reach, -reach, reach, reach);
    const QPointF low = fit.toMap(under.bottomLeft()), high = fit.toMap(under.topRight());
    if (snapshot->index()
            .inRectangle({static_cast<float>(low.x()), static_cast<float>(low.y())},
                         {static_cast<float>(high.x()), static_cast<float>(high.y())})
            .empty()) {
        return;
    }
    const QRectF beside(0, 0, under.left(), view.size.height());
    const QRectF below(0, under.bottom(), view.size.width(), view.size.height() - under.bottom());
    std::optional<MapView> best;
    for (const QRectF& room : {beside, below}) {
        if (std::min(room.width(), room.height()) < kLeastRoom) {
            continue;
        }
        MapView one = MapView::fitted(bounds, room.size());
        one.size = view.size;
        const QPointF off = room.center() - QPointF(view.size.width(), view.size.height()) / 2;
        one.centre += QPointF(-off.x(), off.y()) * one.unitsPerPixel;
        if (!best || one.unitsPerPixel < best->unitsPerPixel) {
            best = one;
        }
    }
    fit = best.value_or(fit);
}

qint64 LatentMap::Parts::rowAt(QPointF pixel, double reach) const {
    if (!snapshot || !colouring) {
        return -1;
    }
    const QPointF place = view.toMap(pixel);
    const auto shown = [this](std::uint32_t row) {
        const std::size_t c = colouring->classes[row];
        return c >= visible.size() || visible[c];
    };
    const auto found =
        snapshot->index().nearest({static_cast<float>(place.x()), static_cast<float>(place.y())},
                                  static_cast<float>(reach * view.unitsPerPixel), shown);
    return found ? static_cast<qint64>(*found) : -1;
}

QVector<QPointF> LatentMap::Parts::pixels(const QVector<QPointF>& places) const {
    QVector<QPointF> pixels;
    pixels.reserve(places.size());
    for (const QPointF& place : places) {
        pixels.push_back(view.toPixel(place));
    }
    return pixels;
}

MapPath::Anchor LatentMap::Parts::anchorAt(QPointF pixel, bool snap) const {
    constexpr double kSnapReach = 12;
    const qint64 row = snap ? rowAt(pixel, kSnapReach) : -1;
    if (row < 0) {
        return {view.toMap(pixel), -1};
    }
    const auto at = static_cast<std::size_t>(row);
    return {QPointF(snapshot->x()[at], snapshot->y()[at]), row};
}

void LatentMap::Parts::updateStyles(const ThemeColours& colours) {
    looks.clear();
    if (!snapshot || !colouring) {
        points->setStyles(nullptr);
        return;
    }
    looks = classLooks(*colouring, colours.dark);
    StyleChoice choice;
    for (const ClassLook& look : looks) {
        choice.classColours.push_back(look.colour.rgb());
        choice.classShapes.push_back(look.shape);
    }
    choice.visible = visible;
    choice.selected = selectedCount > 0 ? selected : nullptr;
    choice.muted = colours.mutedPoint.rgb();
    choice.alpha = suitedAlpha(snapshot->size());
    points->setHalo(colours.ground.rgb());
    points->setStyles(makeStyles(*colouring, choice));
    filterLabels();
}

void LatentMap::Parts::updateLabels() {
    marks.labels = labels && snapshot && colouring ? densestPlaces(*snapshot, *colouring)
                                                   : std::vector<MapLabel>();
    filterLabels();
}

void LatentMap::Parts::filterLabels() {
    for (MapLabel& label : marks.labels) {
        label.shown = label.index >= visible.size() || visible[label.index];
    }
}

void LatentMap::Parts::repaintAll() {
    points->setView(view, zoom());
    marks.path = path.places();
    marks.pathAdding = path.adding();
    const QRectF box = view.box();
    plot->xAxis->setRange(box.left(), box.right());
    plot->yAxis->setRange(box.top(), box.bottom());
    plot->touch(MapPlot::kAll);
}

void LatentMap::Parts::repaintMarks() {
    marks.path = path.places();
    marks.pathAdding = path.adding();
    plot->touch(MapPlot::kMarks);
}

void LatentMap::Parts::repaintMoving() { plot->touch(MapPlot::kMoving); }

void LatentMap::Parts::selectRows(std::vector<std::uint32_t> rows) {
    auto mask = std::make_shared<std::vector<std::uint8_t>>(snapshot ? snapshot->size() : 0, 0);
    selectedCount = 0;
    for (const std::uint32_t row : rows) {
        if (row < mask->size() && (*mask)[row] == 0) {
            (*mask)[row] = 1;
            ++selectedCount;
        }
    }
    selected = std::move(mask);
}

void LatentMap::Parts::updateCounts() {
    if (!colouring) {
        return;
    }
    std::vector<std::size_t> counts = colouring->counts();
    if (selectedCount > 0 && selected->size() == colouring->classes.size()) {
        counts.assign(counts.size(), 0);
        for (std::size_t row = 0; row < selected->size(); ++row) {
            if (const std::size_t c = colouring->classes[row]; c < counts.size()) {
                counts[c] += (*selected)[row];
            }
        }
    }
    legend->setCounts(counts);
}

// ---- for screen readers ----

std::vector<std::uint32_t> LatentMap::rowsForTable(std::size_t& all) const {
    constexpr std::size_t kMost = 1000;
    std::vector<std::uint32_t> rows = selection();
    if (rows.empty() && m->snapshot) {
        const QRectF box = view();
        rows = m->snapshot->index().inRectangle({float(box.left()), float(box.top())},
                                                {float(box.right()), float(box.bottom())});
        std::erase_if(rows, [this](std::uint32_t row) {
            return m->colouring && !classVisible(m->colouring->classes[row]);
        });
    }
    all = rows.size();
    rows.resize(std::min(rows.size(), kMost));
    return rows;
}

QString LatentMap::rowName(qint64 row) const { return m->rowNamer ? m->rowNamer(row) : QString(); }

QString LatentMap::className(qint64 row) const {
    return m->colouring ? m->colouring->names[m->colouring->classes[std::size_t(row)]] : QString();
}

} // namespace canto::widgets
