// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/legend_row.h"

#include "widgets/common/text.h"
#include "widgets/common/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <utility>

namespace canto::widgets {

namespace {

constexpr int kHeight = 26; ///< not less than the 24 px that fingers and shaky hands need
constexpr int kDisc = 11;
constexpr int kLeft = 10;
constexpr int kGap = 9;
constexpr int kMostNameWidth = 180;

} // namespace

LegendRow::LegendRow(LegendEntry entry, QWidget* parent)
    : QAbstractButton(parent), m_entry(std::move(entry)), m_count(m_entry.count) {
    setCheckable(true);
    setChecked(true);
    setFocusPolicy(Qt::ClickFocus); // the legend has one row that Tab stops at
    setCount(m_entry.count);
    setAccessibleDescription(tr("Space hides or shows, Return shows this class alone"));
    setToolTip(
        tr("%1\nClick to hide or show. Double-click to show only this. Ctrl+click to add")
            .arg(oneLine(m_entry.description.isEmpty() ? m_entry.name : m_entry.description)));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LegendRow::setCount(std::size_t count) {
    m_count = count;
    setAccessibleName(
        tr("%1, %Ln point(s)", nullptr, static_cast<int>(m_count)).arg(oneLine(m_entry.name)));
    update();
}

void LegendRow::setDropTarget(bool on) {
    if (on != m_dropTarget) {
        m_dropTarget = on;
        update();
    }
}

QSize LegendRow::sizeHint() const {
    const QFontMetrics metrics(font());
    const int name = std::min(kMostNameWidth, metrics.horizontalAdvance(oneLine(m_entry.name)));
    const int count = metrics.horizontalAdvance(grouped(m_entry.count));
    return {kLeft + kDisc + kGap + name + 18 + count + kLeft,
            std::max(kHeight, metrics.height() + 6)};
}

void LegendRow::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse()) {
        QColor tint = colours.text;
        tint.setAlphaF(0.07f);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tint);
        painter.drawRoundedRect(QRectF(rect()).adjusted(3, 0, -3, 0), 4, 4);
    }
    if (hasFocus() || m_dropTarget) {
        painter.setPen(QPen(colours.accent, m_dropTarget ? 2.5 : 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(3.5, 1, -3.5, -1), 4, 4);
    }
    // Filled when shown, an outline when hidden: not only a difference of colour.
    paintClassMark(painter, QPointF(kLeft + kDisc / 2.0, height() / 2.0), kDisc / 2.0, m_entry.look,
                   isChecked());

    const QFontMetrics metrics(font());
    const QString count = grouped(m_count);
    const int countWidth = metrics.horizontalAdvance(count);
    painter.setPen(colours.mutedText);
    painter.drawText(QRect(width() - kLeft - countWidth, 0, countWidth, height()),
                     Qt::AlignVCenter | Qt::AlignRight, count);
    const int left = kLeft + kDisc + kGap;
    const QRect name(left, 0, width() - left - countWidth - kLeft - 12, height());
    painter.setPen(isChecked() ? colours.text : colours.mutedText);
    painter.drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                     metrics.elidedText(oneLine(m_entry.name), Qt::ElideRight, name.width()));
}

void LegendRow::enterEvent(QEnterEvent* event) {
    QAbstractButton::enterEvent(event);
    update();
}

void LegendRow::leaveEvent(QEvent* event) {
    QAbstractButton::leaveEvent(event);
    update();
}

// The button's own toggling is bypassed: the legend decides what a click means for all rows.
void LegendRow::mousePressEvent(QMouseEvent* event) {
    event->setAccepted(event->button() == Qt::LeftButton);
}

void LegendRow::mouseReleaseEvent(QMouseEvent* event) {
    if (std::exchange(m_secondClick, false) || event->button() != Qt::LeftButton ||
        !rect().contains(event->position().toPoint())) {
        return;
    }
    if (event->modifiers() & Qt::ControlModifier) {
        Q_EMIT addAsked();
    } else {
        Q_EMIT toggleAsked();
    }
}

void LegendRow::mouseDoubleClickEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        m_secondClick = true;
        Q_EMIT toggleAsked(); // takes the first click back
        Q_EMIT isolateAsked();
    }
}

void LegendRow::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    Q_EMIT menuAsked(byKey ? mapToGlobal(QPoint(kLeft, height())) : event->globalPos());
}

void LegendRow::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Space:
        event->modifiers() & Qt::ControlModifier ? Q_EMIT addAsked() : Q_EMIT toggleAsked();
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT isolateAsked();
        break;
    case Qt::Key_Up:
    case Qt::Key_Down:
        Q_EMIT moveAsked(event->key() == Qt::Key_Up ? -1 : 1);
        break;
    default:
        QAbstractButton::keyPressEvent(event);
    }
}

} // namespace canto::widgets
