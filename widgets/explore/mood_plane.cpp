// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/mood_plane.h"

#include <QKeyEvent>
#include <QLineF>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace canto::widgets {

namespace {

constexpr double kMoodMargin = 8;      ///< pixels around the square
constexpr double kLeastMoodStep = .04; ///< between points of a drawn path
constexpr double kMoodKeyStep = .1;

} // namespace

MoodPlane::MoodPlane(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setAccessibleName(tr("Mood path"));
    setToolTip(tr("Click: one mood. Drag: a mood that changes in the course of the music."));
}

void MoodPlane::setCorners(std::array<QString, 4> names, std::array<QColor, 4> colours) {
    m_names = std::move(names);
    m_colours = colours;
    update();
}

void MoodPlane::setPath(QVector<QPointF> path) {
    for (QPointF& mood : path) {
        mood = {std::clamp(mood.x(), -1.0, 1.0), std::clamp(mood.y(), -1.0, 1.0)};
    }
    m_path = std::move(path);
    update();
    Q_EMIT pathChanged();
}

QRectF MoodPlane::square() const {
    const double side = std::max(1.0, std::min(width(), height()) - 2 * kMoodMargin);
    return {(width() - side) / 2, (height() - side) / 2, side, side};
}

QPointF MoodPlane::moodAt(QPointF position) const {
    const QRectF area = square();
    return {std::clamp(2 * (position.x() - area.left()) / area.width() - 1, -1.0, 1.0),
            std::clamp(1 - 2 * (position.y() - area.top()) / area.height(), -1.0, 1.0)};
}

QPointF MoodPlane::positionOf(QPointF mood) const {
    const QRectF area = square();
    return {area.left() + (mood.x() + 1) / 2 * area.width(),
            area.top() + (1 - mood.y()) / 2 * area.height()};
}

void MoodPlane::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = square();
    const QPointF middle = area.center();
    const std::array<QRectF, 4> quarters = {
        QRectF(middle, area.topRight()).normalized(), QRectF(area.topLeft(), middle),
        QRectF(area.bottomLeft(), middle).normalized(), QRectF(middle, area.bottomRight())};
    for (std::size_t i = 0; i < 4; ++i) {
        QColor soft = m_colours[i].isValid() ? m_colours[i] : palette().color(QPalette::Mid);
        soft.setAlpha(56);
        painter.fillRect(quarters[i], soft);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(quarters[i], Qt::AlignCenter, m_names[i]);
    }
    painter.setPen(QPen(palette().color(hasFocus() ? QPalette::Highlight : QPalette::Mid), 1));
    painter.drawRect(area);
    painter.drawLine(QPointF(middle.x(), area.top()), QPointF(middle.x(), area.bottom()));
    painter.drawLine(QPointF(area.left(), middle.y()), QPointF(area.right(), middle.y()));
    if (m_path.isEmpty()) {
        return;
    }
    QPolygonF line;
    for (const QPointF& mood : m_path) {
        line << positionOf(mood);
    }
    painter.setPen(QPen(palette().color(QPalette::WindowText), 2));
    painter.drawPolyline(line);
    // The start is a ring, the end is filled.
    painter.setBrush(palette().color(QPalette::WindowText));
    painter.drawEllipse(line.last(), 5, 5);
    if (line.size() > 1) {
        painter.setBrush(palette().color(QPalette::Base));
        painter.drawEllipse(line.first(), 5, 5);
    }
}

void MoodPlane::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        setPath({moodAt(event->position())});
    }
}

void MoodPlane::mouseMoveEvent(QMouseEvent* event) {
    const QPointF mood = moodAt(event->position());
    if (event->buttons().testFlag(Qt::LeftButton) && !m_path.isEmpty() &&
        QLineF(m_path.last(), mood).length() >= kLeastMoodStep) {
        auto path = m_path;
        path.append(mood);
        setPath(std::move(path));
    }
}

void MoodPlane::keyPressEvent(QKeyEvent* event) {
    QPointF step;
    switch (event->key()) {
    case Qt::Key_Left:
        step = {-kMoodKeyStep, 0};
        break;
    case Qt::Key_Right:
        step = {kMoodKeyStep, 0};
        break;
    case Qt::Key_Up:
        step = {0, kMoodKeyStep};
        break;
    case Qt::Key_Down:
        step = {0, -kMoodKeyStep};
        break;
    case Qt::Key_Space: {
        auto path = m_path;
        path.append(path.isEmpty() ? QPointF() : path.last());
        setPath(std::move(path));
        return;
    }
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        setPath({});
        return;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    auto path = m_path.isEmpty() ? QVector<QPointF>{QPointF()} : m_path;
    path.last() += step;
    setPath(std::move(path));
}

QVector<QPointF> evenlyAlong(const QVector<QPointF>& path, int count) {
    double whole = 0;
    for (int i = 1; i < path.size(); ++i) {
        whole += QLineF(path[i - 1], path[i]).length();
    }
    if (path.size() < 2 || count < 2 || whole <= 0) {
        return path.mid(0, 1);
    }
    QVector<QPointF> points{path.first()};
    double before = 0;
    int next = 1;
    for (int i = 1; i < count - 1; ++i) {
        const double wanted = whole * i / (count - 1);
        double length = QLineF(path[next - 1], path[next]).length();
        while (before + length < wanted && next + 1 < path.size()) {
            before += length;
            ++next;
            length = QLineF(path[next - 1], path[next]).length();
        }
        points.append(QLineF(path[next - 1], path[next])
                          .pointAt(length > 0 ? (wanted - before) / length : 0));
    }
    points.append(path.last());
    return points;
}

} // namespace canto::widgets
