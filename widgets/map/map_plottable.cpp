// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_plottable.h"

#include "widgets/map/raster_worker.h"

#include <cmath>
#include <utility>

namespace canto::widgets {

namespace {

/// Pictures are this much larger than the view on each side, so that they are twice as wide.
constexpr double kMargin = 0.5;
/// A picture scaled by more than this is replaced at once.
constexpr double kMostScaled = 1.25;
constexpr int kSettleMs = 80;
constexpr double kSameScale = 1e-9;

} // namespace

MapPlottable::MapPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis)
    : QCPAbstractPlottable(keyAxis, valueAxis), m_worker(new RasterWorker(this)) {
    setSelectable(QCP::stNone);
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettleMs);
    connect(&m_settle, &QTimer::timeout, this, [this] {
        if (!upToDate()) {
            askWorker();
        }
    });
    connect(m_worker, &RasterWorker::finished, this, &MapPlottable::take);
}

MapPlottable::~MapPlottable() = default;

void MapPlottable::setSnapshot(MapSnapshotPtr snapshot) {
    m_snapshot = std::move(snapshot);
    m_styles.reset();
    m_fromX.reset();
    m_fromY.reset();
    m_progress = 1;
}

void MapPlottable::setStyles(std::shared_ptr<const PointStyles> styles) {
    m_styles = std::move(styles);
}

void MapPlottable::setView(const MapView& view, double zoom) {
    m_view = view;
    m_radius = suitedRadius(m_snapshot ? m_snapshot->size() : 0, zoom);
}

void MapPlottable::setMotion(std::shared_ptr<const std::vector<float>> fromX,
                             std::shared_ptr<const std::vector<float>> fromY, float progress) {
    m_fromX = std::move(fromX);
    m_fromY = std::move(fromY);
    m_progress = m_fromX && m_fromY ? progress : 1;
}

RasterRequest MapPlottable::request(const QRectF& view, QSize devicePixels, double scale) const {
    RasterRequest request;
    request.snapshot = m_snapshot;
    request.styles = m_styles;
    request.fromX = m_fromX;
    request.fromY = m_fromY;
    request.progress = m_progress;
    request.view = view;
    request.size = devicePixels;
    request.radius = m_radius * scale;
    request.halo = m_halo;
    return request;
}

bool MapPlottable::direct() const {
    return m_progress < 1 ? m_snapshot->size() <= kDirect
                          : m_snapshot->atMostIn(m_view.box()) <= kDirect;
}

bool MapPlottable::serves(const Made& made) const {
    return made.snapshot == m_snapshot && made.styles == m_styles && made.progress == m_progress &&
           made.raster.view.contains(m_view.box());
}

bool MapPlottable::upToDate() const {
    if (!m_snapshot || !m_styles || direct()) {
        return true;
    }
    return !m_shown.raster.image.isNull() && serves(m_shown) &&
           std::abs(m_shown.unitsPerPixel * m_ratio / m_view.unitsPerPixel - 1) < kSameScale;
}

void MapPlottable::draw(QCPPainter* painter) {
    if (!m_snapshot || !m_styles || m_view.size.isEmpty()) {
        return;
    }
    m_ratio = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
    if (direct()) {
        drawDirect(*painter);
        return;
    }
    if (!m_shown.raster.image.isNull()) {
        blit(*painter, m_shown);
    }
    const double scaled = m_shown.unitsPerPixel * m_ratio / m_view.unitsPerPixel;
    const bool poor = m_shown.raster.image.isNull() || !serves(m_shown) || scaled > kMostScaled ||
                      scaled < 1 / kMostScaled;
    if (poor) {
        askWorker();
    } else if (std::abs(scaled - 1) > kSameScale) {
        m_settle.start();
    }
}

void MapPlottable::drawDirect(QCPPainter& painter) {
    const double perPixel = m_view.unitsPerPixel / m_ratio;
    const bool sameScale = m_direct.snapshot == m_snapshot && m_direct.styles == m_styles &&
                           m_direct.progress == m_progress && m_progress == 1 &&
                           m_direct.unitsPerPixel == perPixel &&
                           m_direct.radius == m_radius * m_ratio;
    if (!sameScale || !m_direct.view.box().contains(m_view.box())) {
        MapView drawn = m_view;
        if (sameScale) { // the view is panned: a wider picture serves the next frames, too
            drawn.size = m_view.size * (1 + 2 * kMargin);
            if (m_snapshot->atMostIn(drawn.box()) > kDirect) {
                drawn.size = m_view.size;
            }
        }
        const QSize pixels = (drawn.size * m_ratio).toSize();
        RasterRequest wanted = request(drawn.box(), pixels, m_ratio);
        if (m_progress == 1 && m_snapshot->size() > kDirect) {
            const double reach = (m_radius + 1) * m_view.unitsPerPixel;
            const QRectF box = drawn.box().adjusted(-reach, -reach, reach, reach);
            wanted.rows = m_snapshot->index().inRectangle(
                {static_cast<float>(box.left()), static_cast<float>(box.top())},
                {static_cast<float>(box.right()), static_cast<float>(box.bottom())});
            if (wanted.rows.empty()) {
                return; // an empty list would ask for all
            }
        }
        m_direct = {rasterise(wanted, {}, std::exchange(m_direct.raster.image, {})),
                    m_snapshot,
                    m_styles,
                    perPixel,
                    m_progress,
                    m_radius * m_ratio,
                    drawn};
    }
    blit(painter, m_direct);
}

void MapPlottable::blit(QCPPainter& painter, const Made& made) const {
    const double scaled = made.unitsPerPixel * m_ratio / m_view.unitsPerPixel;
    QRectF target = m_view.toPixels(made.raster.view);
    painter.setRenderHint(QPainter::Antialiasing, false); // the edges lie outside the view
    if (std::abs(scaled - 1) < kSameScale) {
        // Whole device pixels: nothing is filtered and discs stay sharp.
        const QPointF corner(std::round(target.left() * m_ratio) / m_ratio,
                             std::round(target.top() * m_ratio) / m_ratio);
        target = QRectF(corner, QSizeF(made.raster.image.size()) / m_ratio);
        painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
    } else {
        painter.setRenderHint(QPainter::SmoothPixmapTransform, true);
    }
    painter.drawImage(target, made.raster.image);
}

void MapPlottable::askWorker() {
    const QRectF box = m_view.box();
    const Made* newest = m_asked.empty() ? nullptr : &m_asked.rbegin()->second;
    const bool sameThings =
        newest != nullptr && newest->snapshot == m_snapshot && newest->styles == m_styles;
    if (sameThings && newest->progress == m_progress && newest->raster.view.contains(box) &&
        std::abs(newest->unitsPerPixel * m_ratio / m_view.unitsPerPixel - 1) < kSameScale) {
        return; // on its way
    }
    const QSize pixels = (m_view.size * (1 + 2 * kMargin) * m_ratio).toSize();
    const QSizeF extent = QSizeF(pixels) / m_ratio * m_view.unitsPerPixel;
    const QRectF wanted(box.center() - QPointF(extent.width() / 2, extent.height() / 2), extent);
    const auto generation =
        m_worker->request(request(wanted, pixels, m_ratio), newest == nullptr || sameThings
                                                                ? RasterWorker::Running::Finish
                                                                : RasterWorker::Running::GiveUp);
    m_asked[generation] = {
        {QImage(), wanted, 0}, m_snapshot, m_styles, m_view.unitsPerPixel / m_ratio, m_progress,
        m_radius * m_ratio,    m_view};
}

void MapPlottable::take(std::uint64_t generation, const Raster& raster) {
    const auto made = m_asked.find(generation);
    if (made == m_asked.end()) {
        return;
    }
    if (made->second.snapshot == m_snapshot) {
        m_shown = std::move(made->second);
        m_shown.raster = raster;
        Q_EMIT refreshed();
    }
    // What was asked before was replaced or given up.
    m_asked.erase(m_asked.begin(), m_asked.upper_bound(generation));
}

QCPRange MapPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    found = m_snapshot && !m_snapshot->order().empty();
    return found ? QCPRange(m_snapshot->bounds().left(), m_snapshot->bounds().right()) : QCPRange();
}

QCPRange MapPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    found = m_snapshot && !m_snapshot->order().empty();
    return found ? QCPRange(m_snapshot->bounds().top(), m_snapshot->bounds().bottom()) : QCPRange();
}

} // namespace canto::widgets
