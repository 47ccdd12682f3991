// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and keyboard handling of the map.

#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/latent_map_parts.h"

#include <QContextMenuEvent>
#include <QLineF>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QWheelEvent>
#include <cmath>
#include <limits>
#include <utility>

namespace canto::widgets {

namespace {

constexpr double kClickSlop = 4;   ///< pixels a click may move
constexpr double kPickReach = 8;   ///< pixels around the cursor in which a point is meant
constexpr double kAnchorReach = 8; ///< pixels around an anchor
constexpr double kChipReach = 10;
constexpr double kTolerance = 2;  ///< pixels a simplified path may be off
constexpr double kNearest = 4000; ///< most zoom against the fitted view
constexpr double kFarthest = 0.25;

bool snaps(const QInputEvent& event) { return !(event.modifiers() & Qt::AltModifier); }

} // namespace

void LatentMap::mousePressEvent(QMouseEvent* event) {
    const bool middle = event->button() == Qt::MiddleButton;
    if ((event->button() != Qt::LeftButton && !middle) || m->drag != Drag::None) {
        QWidget::mousePressEvent(event);
        return;
    }
    m->flight.stop();
    m->button = event->button();
    m->pressed = m->last = event->position();
    m->drag = Drag::Pending;
    m->anchor = -1;
    m->anchorMoved = false;
    if (middle || m->tool == Tool::Hand) {
        m->drag = Drag::Pan;
        setCursor(Qt::ClosedHandCursor);
    } else if (event->modifiers() & Qt::ShiftModifier) {
        const bool lasso = event->modifiers() & Qt::ControlModifier;
        m->drag = lasso ? Drag::Lasso : Drag::Rectangle;
        m->marks.lasso = lasso ? QPolygonF{m->pressed} : QPolygonF();
    } else {
        m->anchor = hit(m->pixels(m->path.places()), m->pressed, kAnchorReach);
    }
}

void LatentMap::mouseMoveEvent(QMouseEvent* event) {
    const QPointF at = event->position();
    if (m->drag == Drag::None) {
        const qint64 row = m->rowAt(at, kPickReach);
        const int anchor = hit(m->pixels(m->path.places()), at, kAnchorReach);
        if (anchor != m->marks.anchorUnderCursor) {
            m->marks.anchorUnderCursor = anchor;
            m->repaintMarks();
        }
        const bool changed = row != m->hoveredRow;
        m->hoveredRow = row;
        m->marks.hovered.reset();
        if (row >= 0) {
            const auto index = static_cast<std::size_t>(row);
            m->marks.hovered = QPointF(m->snapshot->x()[index], m->snapshot->y()[index]);
        }
        if (m->tool == Tool::Select) {
            setCursor(m->onMark(at) ? Qt::OpenHandCursor : Qt::ArrowCursor);
        }
        const bool adding = m->tool == Tool::Path && m->path.adding();
        if (adding) {
            m->marks.rubberEnd = m->anchorAt(at, snaps(*event)).place;
        }
        if (changed || adding) {
            m->repaintMoving();
        }
        if (changed) {
            Q_EMIT pointHovered(row, event->globalPosition().toPoint());
        }
        return;
    }
    const bool begun = m->drag != Drag::Pending || QLineF(m->pressed, at).length() > kClickSlop;
    if (begun && dragPhrase(*event)) {
        m->last = at;
        return;
    }
    if (m->drag == Drag::Pending && begun) {
        if (m->hoveredRow >= 0) {
            m->hoveredRow = -1;
            m->marks.hovered.reset();
            Q_EMIT pointHovered(-1, event->globalPosition().toPoint());
        }
        if (m->anchor >= 0) {
            m->drag = Drag::Anchor;
        } else if (m->tool == Tool::Path) {
            m->drag = Drag::Freehand;
            clearPath();
            m->marks.drawing = {m->view.toMap(m->pressed)};
        } else {
            m->drag = Drag::Pan;
            setCursor(Qt::ClosedHandCursor);
        }
    }
    switch (m->drag) {
    case Drag::Pan:
        m->view.panBy(at - m->last);
        m->fitted = false;
        m->repaintAll();
        Q_EMIT viewChanged(view());
        break;
    case Drag::Rectangle:
        m->marks.rectangle = QRectF(m->pressed, at).normalized();
        m->repaintMoving();
        break;
    case Drag::Lasso:
        if (QLineF(m->marks.lasso.last(), at).length() >= kTolerance) {
            m->marks.lasso.push_back(at);
            m->repaintMoving();
        }
        break;
    case Drag::Freehand:
        if (QLineF(m->last, at).length() > 0) {
            m->marks.drawing.push_back(m->view.toMap(at));
            m->repaintMoving();
        }
        break;
    case Drag::Anchor:
        m->path.move(m->anchor, m->anchorAt(at, snaps(*event)));
        m->anchorMoved = true;
        m->marks.steps.clear();
        m->repaintMarks();
        Q_EMIT pathChanged(path());
        break;
    case Drag::None:
    case Drag::Pending:
    case Drag::Phrase:
        break;
    }
    m->last = at;
}

void LatentMap::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != m->button || m->drag == Drag::None) {
        QWidget::mouseReleaseEvent(event);
        return;
    }
    const QPointF at = event->position();
    const Drag drag = std::exchange(m->drag, Drag::None);
    const auto mapPoint = [this](QPointF pixel) {
        const QPointF place = m->view.toMap(pixel);
        return projection::MapPoint{static_cast<float>(place.x()), static_cast<float>(place.y())};
    };
    const auto select = [this](std::vector<std::uint32_t> rows) {
        std::erase_if(
            rows, [this](std::uint32_t row) { return !classVisible(m->colouring->classes[row]); });
        setSelection(std::move(rows));
    };
    switch (drag) {
    case Drag::Pan:
        setCursor(m->tool == Tool::Path   ? Qt::CrossCursor
                  : m->tool == Tool::Hand ? Qt::OpenHandCursor
                                          : Qt::ArrowCursor);
        break;
    case Drag::Rectangle:
        m->marks.rectangle = QRectF();
        if (m->snapshot && QLineF(m->pressed, at).length() > kClickSlop) {
            select(m->snapshot->index().inRectangle(mapPoint(m->pressed), mapPoint(at)));
        } else if (m->snapshot && m->snapshot->size() > 0) {
            Q_EMIT endClicked(m->rowAt(at, kPickReach), m->view.toMap(at));
        }
        m->repaintMoving();
        break;
    case Drag::Lasso: {
        std::vector<projection::MapPoint> corners;
        for (const QPointF& corner : simplified(m->marks.lasso, 0.5)) {
            corners.push_back(mapPoint(corner));
        }
        m->marks.lasso.clear();
        if (m->snapshot && corners.size() > 2) {
            select(m->snapshot->index().inPolygon(corners));
        }
        m->repaintMoving();
        break;
    }
    case Drag::Freehand: {
        QVector<MapPath::Anchor> anchors;
        const auto line = simplified(m->pixels(m->marks.drawing), kTolerance);
        for (qsizetype i = 0; i < line.size(); ++i) {
            // Only the ends go to points: what lies between was drawn as it was meant.
            const bool end = i == 0 || i + 1 == line.size();
            anchors.push_back(m->anchorAt(line[i], end && snaps(*event)));
        }
        m->marks.drawing.clear();
        m->path.set(std::move(anchors));
        m->repaintMarks();
        m->repaintMoving();
        Q_EMIT pathChanged(path());
        Q_EMIT pathFinished(path());
        break;
    }
    case Drag::Anchor:
        Q_EMIT pathFinished(path());
        break;
    case Drag::Phrase:
        dropPhrase(*event);
        break;
    case Drag::Pending: {
        const int chip = hit(m->pixels(m->marks.steps), at, kChipReach);
        if (chip >= 0) {
            Q_EMIT stepClicked(chip);
        } else if (m->tool == Tool::Path) {
            if (m->anchor < 0) {
                if (!m->path.adding()) {
                    clearPath();
                }
                m->path.add(m->anchorAt(at, snaps(*event)));
                m->repaintMarks();
                Q_EMIT pathChanged(path());
            }
        } else if (const qint64 row = m->rowAt(at, std::max(kPickReach, m->points->radius() + 2));
                   row >= 0) {
            Q_EMIT pointClicked(row);
        } else if (m->snapshot && m->snapshot->size() > 0) {
            Q_EMIT emptyClicked(m->view.toMap(at));
        }
        break;
    }
    case Drag::None:
        break;
    }
}

void LatentMap::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    if (m->tool == Tool::Path) {
        if (m->path.adding() && m->path.anchors().size() > 1) {
            m->path.finish();
            m->marks.rubberEnd.reset();
            m->repaintMarks();
            m->repaintMoving();
            Q_EMIT pathFinished(path());
        }
        return;
    }
    const qint64 row = m->rowAt(event->position(), kPickReach);
    if (row >= 0) {
        Q_EMIT pointDoubleClicked(row);
    } else {
        fit();
    }
}

void LatentMap::wheelEvent(QWheelEvent* event) {
    const double turned = event->angleDelta().y();
    if (turned == 0) {
        event->ignore();
        return;
    }
    m->flight.stop();
    const double fitScale = m->fitScale();
    const double wanted = m->view.unitsPerPixel / std::exp2(turned / 480.0);
    const double allowed = std::clamp(wanted, fitScale / kNearest, fitScale / kFarthest);
    m->view.zoomAt(event->position(), m->view.unitsPerPixel / allowed);
    m->fitted = false;
    m->repaintAll();
    event->accept();
    Q_EMIT viewChanged(view());
}

void LatentMap::contextMenuEvent(QContextMenuEvent* event) {
    if (!m->snapshot || m->snapshot->size() == 0 || m->drag != Drag::None) {
        return;
    }
    QPointF at = event->pos();
    qint64 row = m->rowAt(at, kPickReach);
    if (event->reason() == QContextMenuEvent::Keyboard) {
        row = m->keyboardRow;
        at = m->marks.keyboard ? m->view.toPixel(*m->marks.keyboard) : QPointF(rect().center());
    }
    Q_EMIT menuAsked(row, m->view.toMap(at), mapToGlobal(at.toPoint()));
}

void LatentMap::leaveEvent(QEvent*) {
    m->marks.rubberEnd.reset();
    if (m->hoveredRow >= 0) {
        m->hoveredRow = -1;
        m->marks.hovered.reset();
        Q_EMIT pointHovered(-1, QPoint());
    }
    m->repaintMoving();
}

bool LatentMap::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        // These keys belong to the map while it has the focus, whatever the window binds them to.
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool arrows = key->key() >= Qt::Key_Left && key->key() <= Qt::Key_Down;
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if ((arrows && key->modifiers() == Qt::NoModifier) ||
            (enter && (m->path.adding() || m->keyboardRow >= 0)) ||
            (key->key() == Qt::Key_Backspace && m->path.adding()) ||
            (key->key() == Qt::Key_Escape && m->drag == Drag::Phrase)) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            m->view.zoomAt(gesture->position(), std::clamp(1 + gesture->value(), 0.5, 2.0));
            m->fitted = false;
            m->repaintAll();
            Q_EMIT viewChanged(view());
            return true;
        }
    }
    return QWidget::event(event);
}

void LatentMap::keyPressEvent(QKeyEvent* event) {
    const QPointF middle(width() / 2.0, height() / 2.0);
    switch (event->key()) {
    case Qt::Key_Escape:
        if (m->drag != Drag::None && m->drag != Drag::Pan) {
            if (m->drag == Drag::Phrase) {
                setCursor(Qt::ArrowCursor);
                Q_EMIT phraseDragCancelled();
            }
            m->drag = Drag::None;
            m->marks.drawing.clear();
            m->marks.lasso.clear();
            m->marks.rectangle = QRectF();
            m->repaintMoving();
        } else if (m->path.adding()) {
            clearPath();
        } else if (m->selectedCount > 0) {
            clearSelection();
        } else if (!m->path.empty()) {
            clearPath();
        } else {
            QWidget::keyPressEvent(event);
        }
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m->path.adding() && m->path.anchors().size() > 1) {
            m->path.finish();
            m->marks.rubberEnd.reset();
            m->repaintMarks();
            m->repaintMoving();
            Q_EMIT pathFinished(path());
        } else if (m->keyboardRow >= 0) {
            Q_EMIT pointClicked(m->keyboardRow);
        } else {
            QWidget::keyPressEvent(event);
        }
        return;
    case Qt::Key_Backspace:
        if (m->path.adding()) {
            m->path.removeLast();
            m->repaintMarks();
            Q_EMIT pathChanged(path());
        }
        return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus:
        m->view.zoomAt(middle, event->key() == Qt::Key_Minus ? 1 / 1.25 : 1.25);
        m->fitted = false;
        m->repaintAll();
        Q_EMIT viewChanged(view());
        return;
    case Qt::Key_0:
        fit();
        return;
    case Qt::Key_Left:
        moveKeyboardCursor({-1, 0});
        return;
    case Qt::Key_Right:
        moveKeyboardCursor({1, 0});
        return;
    case Qt::Key_Up:
        moveKeyboardCursor({0, 1});
        return;
    case Qt::Key_Down:
        moveKeyboardCursor({0, -1});
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void LatentMap::moveKeyboardCursor(QPointF direction) {
    if (!m->snapshot || m->snapshot->size() == 0) {
        return;
    }
    const auto placeOf = [this](std::uint32_t row) {
        return QPointF(m->snapshot->x()[row], m->snapshot->y()[row]);
    };
    const QPointF from =
        m->keyboardRow >= 0 ? placeOf(static_cast<std::uint32_t>(m->keyboardRow)) : m->view.centre;
    // The nearest within 45 degrees of the direction; what lies aside counts double.
    qint64 best = -1;
    double least = std::numeric_limits<double>::infinity();
    constexpr std::size_t kCandidates = 512;
    const projection::MapPoint place{static_cast<float>(from.x()), static_cast<float>(from.y())};
    for (const auto& found : m->snapshot->index().nearestK(place, kCandidates)) {
        const QPointF way = placeOf(found.index) - from;
        const double along = QPointF::dotProduct(way, direction);
        const double aside = std::abs(way.x() * direction.y() - way.y() * direction.x());
        const bool starting = m->keyboardRow < 0;
        const double cost = starting ? found.distance : along + 2 * aside;
        const bool ahead = starting || (along > 0 && aside <= along);
        if (ahead && cost < least && static_cast<qint64>(found.index) != m->keyboardRow &&
            classVisible(m->colouring->classes[found.index])) {
            least = cost;
            best = found.index;
        }
    }
    if (best < 0) {
        return;
    }
    m->keyboardRow = best;
    const QPointF at = placeOf(static_cast<std::uint32_t>(best));
    m->marks.keyboard = at;
    if (!QRectF(rect()).adjusted(24, 24, -24, -24).contains(m->view.toPixel(at))) {
        m->view.centre = at;
        m->fitted = false;
        m->repaintAll();
        Q_EMIT viewChanged(view());
    }
    m->repaintMoving();
    if (m->rowNamer) {
        setAccessibleDescription(m->rowNamer(best));
    }
    Q_EMIT pointHovered(best, mapToGlobal(m->view.toPixel(at).toPoint()));
}

void LatentMap::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (m->keyboardRow >= 0 && !m->marks.keyboard) {
        const auto at = static_cast<std::size_t>(m->keyboardRow);
        m->marks.keyboard = QPointF(m->snapshot->x()[at], m->snapshot->y()[at]);
        m->repaintMoving();
    }
}

void LatentMap::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m->marks.keyboard.reset();
    m->repaintMoving();
}

} // namespace canto::widgets
