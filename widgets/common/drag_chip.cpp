// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/drag_chip.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/theme.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <utility>

namespace canto::widgets {

DragChip::DragChip(QWidget* parent, Size size) : QAbstractButton(parent), m_size(size) {
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setCursor(Qt::OpenHandCursor);
}

int DragChip::padding() const { return m_size == Size::Normal ? 10 : 7; }

int DragChip::grip() const { return m_size == Size::Normal ? 22 : 13; }

void DragChip::setText(const QString& text) {
    QAbstractButton::setText(text);
    setShortcut({});
}

void DragChip::setMarked(bool marked) {
    m_marked = marked;
    update();
}

QSize DragChip::sizeHint() const {
    return {grip() + fontMetrics().horizontalAdvance(text()) + 2 * padding() + 2,
            m_size == Size::Normal ? 34 : 26};
}

QSize DragChip::minimumSizeHint() const {
    return {m_size == Size::Normal ? grip() + 80 : 54, sizeHint().height()};
}

QRect DragChip::textRect() const {
    return rect().adjusted(grip() + 2, 0, -(m_size == Size::Small ? 4 : padding()), 0);
}

bool DragChip::isElided() const {
    return fontMetrics().horizontalAdvance(text()) > textRect().width();
}

bool DragChip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && isElided()) {
        showPlainToolTip(static_cast<QHelpEvent*>(event)->globalPos(), text(), toolTip(), this);
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride && m_dragging &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept(); // ends the drag, and not what plays
        return true;
    }
    return QAbstractButton::event(event);
}

void DragChip::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const bool strong = hasFocus() || m_marked;
    painter.setPen(QPen(strong ? colours.accent : colours.line, hasFocus() ? 2 : 1));
    QColor ground = colours.raised;
    if (m_marked) {
        const QColor tint = colours.accent;
        ground =
            QColor((ground.red() * 4 + tint.red()) / 5, (ground.green() * 4 + tint.green()) / 5,
                   (ground.blue() * 4 + tint.blue()) / 5);
    }
    painter.setBrush(ground);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isEnabled() ? colours.mutedText : colours.line);
    const bool small = m_size == Size::Small;
    for (int row = -1; row <= 1; ++row) { // dots to take hold of
        for (int column = 0; column < (small ? 1 : 2); ++column) {
            painter.drawEllipse(
                QPointF(padding() + column * 5, height() / 2.0 + row * (small ? 5 : 6)),
                small ? 1.2 : 1.6, small ? 1.2 : 1.6);
        }
    }
    painter.setPen(isEnabled() ? colours.text : colours.mutedText);
    painter.drawText(textRect(), Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, textRect().width()));
}

void DragChip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        m_pressed = event->position().toPoint();
        m_dragging = false;
        setFocus(Qt::MouseFocusReason); // Esc has to come here while it is dragged
    }
    QAbstractButton::mousePressEvent(event);
}

void DragChip::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton) || !isDown()) {
        return;
    }
    const QPoint at = event->position().toPoint();
    if (!m_dragging && (at - m_pressed).manhattanLength() >= QApplication::startDragDistance()) {
        m_dragging = true;
        setCursor(Qt::ClosedHandCursor);
        Q_EMIT dragBegan();
    }
    if (m_dragging) {
        Q_EMIT dragMoved(event->globalPosition().toPoint());
    }
}

void DragChip::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && std::exchange(m_dragging, false)) {
        setDown(false);
        setCursor(Qt::OpenHandCursor);
        Q_EMIT dragDropped(event->globalPosition().toPoint());
        return;
    }
    QAbstractButton::mouseReleaseEvent(event);
}

void DragChip::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && std::exchange(m_dragging, false)) {
        setDown(false);
        setCursor(Qt::OpenHandCursor);
        Q_EMIT dragCancelled();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        click();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

void DragChip::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    Q_EMIT menuAsked(byKey ? mapToGlobal(QPoint(padding(), height())) : event->globalPos());
}

} // namespace canto::widgets
