// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/latent_map.h"

#include "widgets/common/theme.h"
#include "widgets/map/latent_map_parts.h"
#include "widgets/map/map_table.h"

#include <QEvent>
#include <QStyle>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kMotionMs = 600;
constexpr int kFlightMs = 300;
constexpr int kPulseMs = 900;
constexpr int kBusyDelayMs = 100;
constexpr int kLegendMargin = 12;

} // namespace

LatentMap::LatentMap(QWidget* parent) : QWidget(parent), m(std::make_unique<Parts>()) {
    setObjectName(QStringLiteral("latentMap"));
    setAccessibleName(tr("Map of music"));
    setAccessibleDescription(tr("Arrow keys move from point to point, Enter plays"));
    installMapTable();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    m->reducedMotion = style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, this) == 0;

    m->plot = new MapPlot(this);
    m->points = new MapPlottable(m->plot->xAxis, m->plot->yAxis);
    m->points->setLayer(QStringLiteral("main"));
    connect(m->points, &MapPlottable::refreshed, this, [this] { m->plot->touch(MapPlot::kAll); });
    new PaintedLayer(m->plot, QStringLiteral("marks"), [this](QCPPainter& painter) {
        painter.setFont(font());
        paintComponents(painter, m->components, m->targetComponent, m->view, themeOf(*this));
        paintLineages(painter, m->lineages, m->lineageShown, m->view, themeOf(*this));
        paintMarks(painter, m->marks, m->view, themeOf(*this), m->points->radius());
    });
    new PaintedLayer(m->plot, QStringLiteral("moving"), [this](QCPPainter& painter) {
        painter.setFont(font());
        m->marks.empty = !m->snapshot || m->snapshot->size() == 0;
        m->marks.selectionText =
            m->selectionTextShown && m->selectedCount > 0 ? selectionText() : QString();
        paintMoving(painter, m->marks, m->view, themeOf(*this), m->points->radius());
    });

    m->legend = new Legend(this);
    m->legend->hide();
    connect(m->legend, &Legend::visibilityChanged, this, [this](const std::vector<bool>& shown) {
        m->visible = shown;
        m->updateStyles(themeOf(*this));
        m->repaintAll();
        Q_EMIT classVisibilityChanged();
    });

    m->busyDelay.setSingleShot(true);
    m->busyDelay.setInterval(kBusyDelayMs);
    m->busyTurn.setInterval(33);
    connect(&m->busyDelay, &QTimer::timeout, this, [this] {
        m->marks.busy = m->busyPlace;
        m->busyTurn.start();
        m->repaintMoving();
    });
    connect(&m->busyTurn, &QTimer::timeout, this, [this] {
        m->marks.busyTurn += 0.033;
        m->repaintMoving();
    });
    for (QVariantAnimation* animation : {&m->motion, &m->flight, &m->pulse}) {
        animation->setStartValue(0.0);
        animation->setEndValue(1.0);
    }
    m->motion.setDuration(kMotionMs);
    m->motion.setEasingCurve(QEasingCurve::InOutCubic);
    m->flight.setDuration(kFlightMs);
    m->flight.setEasingCurve(QEasingCurve::InOutQuad);
    m->pulse.setDuration(kPulseMs);
    connect(&m->motion, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m->points->setMotion(m->fromX, m->fromY, value.toFloat());
        m->repaintAll();
    });
    connect(&m->motion, &QVariantAnimation::finished, this, [this] {
        m->points->setMotion(nullptr, nullptr, 1);
        m->updateLabels();
        m->repaintAll();
    });
    connect(&m->flight, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        const double t = value.toDouble();
        m->view.centre = m->flightFrom.centre + (m->flightTo.centre - m->flightFrom.centre) * t;
        m->view.unitsPerPixel =
            m->flightFrom.unitsPerPixel *
            std::pow(m->flightTo.unitsPerPixel / m->flightFrom.unitsPerPixel, t);
        m->repaintAll();
        Q_EMIT viewChanged(view());
    });
    connect(&m->pulse, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) {
        m->marks.pulseAge = value.toDouble();
        m->repaintMoving();
    });
    connect(&m->pulse, &QVariantAnimation::finished, this, [this] {
        m->marks.pulse.reset();
        m->repaintMoving();
    });
    m->plot->setBackground(QBrush(themeOf(*this).ground));
}

LatentMap::~LatentMap() {
    // Children outlive Parts otherwise, and the layers paint from it.
    delete m->plot;
}

MapSnapshotPtr LatentMap::snapshot() const { return m->snapshot; }
std::shared_ptr<const MapColouring> LatentMap::colouring() const { return m->colouring; }
Legend* LatentMap::legend() const { return m->legend; }
LatentMap::Tool LatentMap::tool() const { return m->tool; }
QVector<QPointF> LatentMap::path() const { return m->path.places(); }
QVector<qint64> LatentMap::pathRows() const { return m->path.rows(); }
QRectF LatentMap::view() const { return m->view.box(); }
QPointF LatentMap::toPixel(QPointF map) const { return m->view.toPixel(map); }
QPointF LatentMap::toMap(QPointF pixel) const { return m->view.toMap(pixel); }
QSize LatentMap::sizeHint() const { return {900, 640}; }
QSize LatentMap::minimumSizeHint() const { return {160, 60}; }

bool LatentMap::classVisible(int index) const {
    const auto at = static_cast<std::size_t>(index);
    return index >= 0 && at < m->visible.size() && m->visible[at];
}

void LatentMap::setSnapshot(MapSnapshotPtr snapshot, bool fitIt) {
    const bool first = !m->snapshot;
    m->motion.stop();
    m->snapshot = std::move(snapshot);
    m->points->setSnapshot(m->snapshot);
    m->hoveredRow = m->keyboardRow = -1;
    m->marks.hovered.reset();
    m->marks.keyboard.reset();
    m->marks.marked.reset();
    const bool sameRows = m->snapshot && m->selected && m->selected->size() == m->snapshot->size();
    const bool hadSelection = m->selectedCount > 0;
    if (!sameRows) {
        m->selected.reset();
        m->selectedCount = 0;
    }
    setColourBy(m->snapshot ? m->snapshot->colouring() : nullptr);
    if (first || fitIt) {
        fit();
    }
    if (hadSelection && !sameRows) {
        Q_EMIT selectionChanged();
    }
}

void LatentMap::animate(MapSnapshotPtr from, MapSnapshotPtr to) {
    const bool possible = from && to && from->size() == to->size() && !m->reducedMotion;
    const auto colours = m->colouring;
    const auto visible = m->visible;
    setSnapshot(to, !possible);
    if (!possible) {
        return;
    }
    if (colours && colours->classes.size() == to->size() &&
        colours->names.size() == visible.size()) {
        setColourBy(colours);
        m->visible = visible;
        for (std::size_t c = 0; c < visible.size(); ++c) {
            m->legend->setShown(static_cast<int>(c), visible[c]);
        }
        m->updateStyles(themeOf(*this));
    }
    auto x = std::make_shared<std::vector<float>>();
    auto y = std::make_shared<std::vector<float>>();
    for (const std::uint32_t row : to->order()) {
        x->push_back(from->x()[row]);
        y->push_back(from->y()[row]);
    }
    m->fromX = std::move(x);
    m->fromY = std::move(y);
    m->points->setMotion(m->fromX, m->fromY, 0);
    m->marks.labels.clear();
    m->flightFrom = m->view;
    m->flightTo = m->fit;
    m->fitted = true;
    m->flight.setDuration(kMotionMs);
    m->flight.start();
    m->motion.start();
}

void LatentMap::setReducedMotion(bool on) { m->reducedMotion = on; }

void LatentMap::setColourBy(std::shared_ptr<const MapColouring> colouring) {
    const bool fits = colouring && m->snapshot && colouring->classes.size() == m->snapshot->size();
    m->colouring = fits ? std::move(colouring) : (m->snapshot ? m->snapshot->colouring() : nullptr);
    m->visible.assign(m->colouring ? m->colouring->names.size() : 0, true);
    m->updateStyles(themeOf(*this));
    std::vector<LegendEntry> entries;
    if (m->colouring) {
        const auto counts = m->colouring->counts();
        for (std::size_t c = 0; c < counts.size(); ++c) {
            const auto& about = m->colouring->descriptions;
            const auto& places = m->colouring->places;
            entries.push_back({m->colouring->names[c], m->looks[c], counts[c],
                               c < about.size() ? about[c] : QString(),
                               c < places.size() ? places[c] : QPoint(-1, -1)});
        }
    }
    m->legend->setVisible(entries.size() > 1);
    m->legend->setEntries(m->colouring ? m->colouring->title : QString(), std::move(entries),
                          m->colouring ? m->colouring->scale : std::nullopt);
    m->updateCounts();
    m->colourComponents();
    m->updateLabels();
    resizeEvent(nullptr);
    m->repaintAll();
}

void LatentMap::setClassVisible(int index, bool visible) {
    const auto at = static_cast<std::size_t>(index);
    if (index < 0 || at >= m->visible.size() || m->visible[at] == visible) {
        return;
    }
    m->visible[at] = visible;
    m->legend->setShown(index, visible);
    m->updateStyles(themeOf(*this));
    m->repaintAll();
    Q_EMIT classVisibilityChanged();
}

void LatentMap::setTool(Tool tool) {
    if (m->tool == tool) {
        return;
    }
    if (m->path.adding() && m->path.anchors().size() > 1) {
        m->path.finish();
        Q_EMIT pathFinished(path());
    } else if (m->path.adding()) {
        clearPath();
    }
    m->tool = tool;
    m->marks.rubberEnd.reset();
    setCursor(tool == Tool::Path   ? Qt::CrossCursor
              : tool == Tool::Hand ? Qt::OpenHandCursor
                                   : Qt::ArrowCursor);
    m->repaintAll();
    Q_EMIT toolChanged(tool);
}

void LatentMap::fit() {
    m->flight.stop();
    m->updateFit();
    if (m->snapshot) {
        m->view = m->fit;
    }
    m->fitted = true;
    m->repaintAll();
    Q_EMIT viewChanged(view());
}

void LatentMap::setView(const QRectF& box) {
    m->flight.stop();
    m->view = MapView::fitted(box.normalized(), m->view.size, 0);
    m->fitted = false;
    m->repaintAll();
    Q_EMIT viewChanged(view());
}

void LatentMap::flyTo(qint64 row) {
    if (!m->snapshot || row < 0 || row >= static_cast<qint64>(m->snapshot->size())) {
        return;
    }
    const auto at = static_cast<std::size_t>(row);
    const QPointF place(m->snapshot->x()[at], m->snapshot->y()[at]);
    m->flightFrom = m->flightTo = m->view;
    m->flightTo.centre = place;
    m->flightTo.unitsPerPixel = std::min(m->view.unitsPerPixel, m->fitScale() / 3);
    m->fitted = false;
    m->flight.stop();
    if (m->reducedMotion) {
        m->view = m->flightTo;
        m->repaintAll();
        Q_EMIT viewChanged(view());
    } else {
        m->flight.setDuration(kFlightMs);
        m->flight.start();
        m->marks.pulse = place;
        m->pulse.start();
    }
    markRow(row);
}

std::vector<std::uint32_t> LatentMap::selection() const {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; m->selectedCount > 0 && row < m->selected->size(); ++row) {
        if ((*m->selected)[row] != 0) {
            rows.push_back(static_cast<std::uint32_t>(row));
        }
    }
    return rows;
}

QString LatentMap::selectionText() const {
    const std::size_t all = m->snapshot ? m->snapshot->size() : 0;
    return m->selectedCount > 0
               ? tr("%1 of %2 selected").arg(grouped(m->selectedCount), grouped(all))
               : tr("%Ln point(s)", nullptr, static_cast<int>(all));
}

void LatentMap::setSelection(std::vector<std::uint32_t> rows) {
    m->selectRows(std::move(rows));
    m->updateStyles(themeOf(*this));
    m->updateCounts();
    m->repaintAll();
    Q_EMIT selectionChanged();
}

void LatentMap::clearSelection() {
    if (m->selectedCount > 0) {
        setSelection({});
    }
}

void LatentMap::selectAllVisible() {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; m->snapshot && row < m->snapshot->size(); ++row) {
        if (classVisible(m->colouring->classes[row])) {
            rows.push_back(static_cast<std::uint32_t>(row));
        }
    }
    setSelection(std::move(rows));
}

void LatentMap::invertSelection() {
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; m->snapshot && row < m->snapshot->size(); ++row) {
        const bool selected = m->selectedCount > 0 && (*m->selected)[row] != 0;
        if (!selected && classVisible(m->colouring->classes[row])) {
            rows.push_back(static_cast<std::uint32_t>(row));
        }
    }
    setSelection(std::move(rows));
}

void LatentMap::setSelectionTextShown(bool on) {
    m->selectionTextShown = on;
    m->repaintMoving();
}

void LatentMap::setPath(QVector<QPointF> anchors, QVector<qint64> rows) {
    QVector<MapPath::Anchor> placed;
    for (qsizetype i = 0; i < anchors.size(); ++i) {
        placed.push_back({anchors[i], rows.value(i, -1)});
    }
    m->path.set(std::move(placed));
    m->marks.steps.clear();
    m->repaintMarks();
    Q_EMIT pathChanged(path());
}

void LatentMap::clearPath() {
    const bool had = !m->path.empty();
    m->path.clear();
    m->marks.steps.clear();
    m->marks.activeStep = -1;
    m->marks.rubberEnd.reset();
    m->repaintMarks();
    m->repaintMoving();
    if (had) {
        Q_EMIT pathCleared();
    }
}

void LatentMap::reversePath() {
    if (!m->path.empty()) {
        m->path.reverse();
        m->marks.steps.clear();
        m->repaintMarks();
        Q_EMIT pathChanged(path());
        Q_EMIT pathFinished(path());
    }
}

void LatentMap::setPathSteps(QVector<QPointF> positions) {
    m->marks.steps = std::move(positions);
    m->repaintMarks();
}

void LatentMap::setActiveStep(int step) {
    m->marks.activeStep = step;
    m->repaintMarks();
}

void LatentMap::setPlayhead(QPointF place, PlayheadState state) {
    // It moves many times a second: only where it was and where it is goes to the screen.
    const auto around = [this](QPointF at) {
        constexpr int kReach = 20;
        return QRect(m->view.toPixel(at).toPoint(), QSize(1, 1))
            .adjusted(-kReach, -kReach, kReach, kReach);
    };
    const QRect before = m->marks.playhead ? around(*m->marks.playhead) : around(place);
    m->marks.playhead = place;
    m->marks.playheadState = state;
    m->plot->touch(MapPlot::kMoving, before | around(place));
}

void LatentMap::setBusy(QPointF place) {
    m->busyPlace = place;
    m->marks.busy.reset();
    m->marks.busyTurn = 0;
    m->busyTurn.stop();
    m->repaintMoving();
    m->busyDelay.start();
}

void LatentMap::showDecodeMark(QPointF place, bool extrapolated, const QString& card) {
    clearDecodeMark();
    m->marks.decoded = place;
    m->marks.extrapolated = extrapolated;
    m->marks.card = card;
    m->marks.marked.reset();
    m->repaintMarks();
}

std::optional<QPointF> LatentMap::decodeMark() const { return m->marks.decoded; }

void LatentMap::setMarkTrail(QVector<QPointF> places) {
    m->marks.trail = std::move(places);
    m->repaintMarks();
}

QVector<QPointF> LatentMap::markTrail() const { return m->marks.trail; }

void LatentMap::clearDecodeMark() {
    m->busyDelay.stop();
    m->busyTurn.stop();
    m->marks.busy.reset();
    m->marks.decoded.reset();
    m->marks.trail.clear();
    m->repaintMarks();
    m->repaintMoving();
}

void LatentMap::markRow(qint64 row) {
    clearDecodeMark();
    m->marks.marked.reset();
    if (m->snapshot && row >= 0 && row < static_cast<qint64>(m->snapshot->size())) {
        const auto at = static_cast<std::size_t>(row);
        m->marks.marked = QPointF(m->snapshot->x()[at], m->snapshot->y()[at]);
    }
    m->repaintMarks();
}

void LatentMap::setMessage(const QString& text) {
    m->marks.message = text;
    m->repaintMoving();
}

void LatentMap::setLabelsShown(bool on) {
    m->labels = on;
    m->updateLabels();
    m->repaintMarks();
}

void LatentMap::setRowNamer(std::function<QString(qint64)> namer) {
    m->rowNamer = std::move(namer);
}

bool LatentMap::settled() const {
    const bool moving = m->motion.state() == QAbstractAnimation::Running ||
                        m->flight.state() == QAbstractAnimation::Running;
    return !moving && m->points->upToDate();
}

QImage LatentMap::render(QSize size, double devicePixelRatio) const {
    QImage image(size * devicePixelRatio, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(devicePixelRatio);
    image.fill(themeOf(*this).ground);
    MapView shown = m->view;
    shown.unitsPerPixel *=
        std::max(m->view.size.width() / size.width(), m->view.size.height() / size.height());
    shown.size = size;
    QPainter painter(&image);
    const Raster raster =
        rasterise(m->points->request(shown.box(), image.size(), devicePixelRatio));
    if (!raster.image.isNull()) {
        painter.drawImage(shown.toPixels(raster.view), raster.image);
    }
    painter.setFont(font());
    paintComponents(painter, m->components, -1, shown, themeOf(*this));
    paintMarks(painter, m->marks, shown, themeOf(*this), m->points->radius());
    return image;
}

void LatentMap::resizeEvent(QResizeEvent*) {
    m->plot->setGeometry(rect());
    m->view.size = size();
    const QSize wanted = m->legend->sizeWithin(
        QSize(width() / 2, height() - 2 * kLegendMargin).expandedTo(QSize(1, 1)));
    m->legend->setGeometry(
        QRect(QPoint(width() - wanted.width() - kLegendMargin, kLegendMargin), wanted));
    m->updateFit();
    if (m->fitted && m->snapshot) {
        m->view = m->fit;
    }
    m->repaintAll();
}

void LatentMap::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    const bool looks = event->type() == QEvent::PaletteChange ||
                       event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange;
    if (looks && m && m->plot != nullptr && m->legend != nullptr) {
        m->plot->setBackground(QBrush(themeOf(*this).ground));
        const auto visible = m->visible;
        setColourBy(m->colouring);
        m->visible = visible;
        for (std::size_t c = 0; c < visible.size(); ++c) {
            m->legend->setShown(static_cast<int>(c), visible[c]);
        }
        m->updateStyles(themeOf(*this));
    }
}

} // namespace canto::widgets
