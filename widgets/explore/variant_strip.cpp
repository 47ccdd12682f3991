// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/variant_strip.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/theme.h"
#include "widgets/song/pianoroll_paint.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>
#include <utility>

namespace canto::widgets {
namespace {

constexpr int kCardWidth = 148, kCardHeight = 64, kCardGap = 6;
constexpr int kStarSide = 20;

QPainterPath starPath(QPointF centre, double radius) {
    QPainterPath path;
    for (int corner = 0; corner < 10; ++corner) {
        const double angle = -1.5707963 + corner * 0.62831853;
        const double reach = corner % 2 == 0 ? radius : radius * 0.42;
        const QPointF at = centre + QPointF(std::cos(angle), std::sin(angle)) * reach;
        corner == 0 ? path.moveTo(at) : path.lineTo(at);
    }
    path.closeSubpath();
    return path;
}

} // namespace

VariantStrip::VariantStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("variantStrip"));
    setAccessibleName(tr("Variants"));
    setFocusPolicy(Qt::StrongFocus);
    fitHeight();
}

void VariantStrip::setCards(std::vector<VariantCard> cards) {
    const int before = indexOf(m_chosen);
    m_cards = std::move(cards);
    if (indexOf(m_pressed) < 0) {
        m_pressed = 0;
        if (std::exchange(m_dragging, false)) {
            Q_EMIT dragCancelled();
        }
    }
    if (indexOf(m_chosen) < 0) { // the one that follows it takes its place
        const int next = std::min(std::max(before, 0), count() - 1);
        setChosen(next >= 0 && before >= 0 ? m_cards[std::size_t(next)].id : 0);
    }
    fitHeight();
    update();
}

void VariantStrip::setActive(std::uint64_t id) {
    if (id != m_active) {
        m_active = id;
        update();
    }
}

void VariantStrip::setChosen(std::uint64_t id) {
    const int index = indexOf(id);
    const std::uint64_t next = index >= 0 ? id : 0;
    if (next == m_chosen) {
        return;
    }
    m_chosen = next;
    if (index >= 0) {
        const VariantCard& card = m_cards[std::size_t(index)];
        setAccessibleDescription(tr("%1, %2 of %3. %4. Return plays it, Delete removes it.")
                                     .arg(card.title)
                                     .arg(index + 1)
                                     .arg(count())
                                     .arg(card.details));
    }
    update();
    Q_EMIT chosenChanged(m_chosen);
}

int VariantStrip::columns() const {
    return std::max(1, (width() + kCardGap) / (kCardWidth + kCardGap));
}

int VariantStrip::indexOf(std::uint64_t id) const {
    const auto found = std::find_if(m_cards.begin(), m_cards.end(),
                                    [id](const VariantCard& card) { return card.id == id; });
    return found == m_cards.end() ? -1 : int(found - m_cards.begin());
}

QRect VariantStrip::rectOf(int index) const {
    const int across = columns();
    return {(index % across) * (kCardWidth + kCardGap), (index / across) * (kCardHeight + kCardGap),
            kCardWidth, kCardHeight};
}

QRect VariantStrip::starOf(int index) const {
    const QRect card = rectOf(index);
    return {card.right() - kStarSide, card.bottom() - kStarSide, kStarSide, kStarSide};
}

QRect VariantStrip::cardRect(std::uint64_t id) const {
    const int index = indexOf(id);
    return index >= 0 ? rectOf(index) : QRect();
}

QRect VariantStrip::starRect(std::uint64_t id) const {
    const int index = indexOf(id);
    return index >= 0 ? starOf(index) : QRect();
}

int VariantStrip::indexAt(QPoint at) const {
    for (int index = 0; index < count(); ++index) {
        if (rectOf(index).contains(at)) {
            return index;
        }
    }
    return -1;
}

void VariantStrip::fitHeight() {
    const int rows = std::max(1, (count() + columns() - 1) / columns());
    setMinimumHeight(rows * (kCardHeight + kCardGap) - kCardGap);
}

QSize VariantStrip::sizeHint() const {
    return {4 * (kCardWidth + kCardGap) - kCardGap, std::max(kCardHeight, minimumHeight())};
}

QSize VariantStrip::minimumSizeHint() const { return {kCardWidth, minimumHeight()}; }

void VariantStrip::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    fitHeight();
}

void VariantStrip::paintEvent(QPaintEvent* event) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_cards.empty()) {
        painter.setPen(themeOf(*this).mutedText);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("What you generate is kept here: phrases, steps of a path, edits, "
                            "transfers, arrangements"));
        return;
    }
    for (int index = 0; index < count(); ++index) {
        if (rectOf(index).intersects(event->rect())) {
            paintCard(painter, index);
        }
    }
}

void VariantStrip::paintCard(QPainter& painter, int index) const {
    const ThemeColours& colours = themeOf(*this);
    const VariantCard& card = m_cards[std::size_t(index)];
    const QRect box = rectOf(index);
    const bool active = card.id == m_active;
    const bool chosen = card.id == m_chosen;
    painter.setBrush(colours.ground);
    painter.setPen(QPen(active || chosen ? colours.accent : colours.line, active ? 2 : 1,
                        chosen && !active && hasFocus() ? Qt::DashLine : Qt::SolidLine));
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    const int line = painter.fontMetrics().height() + 4;
    if (card.song) {
        painter.save();
        const QRectF roll = QRectF(box).adjusted(4, 4, -4, -line);
        painter.setClipRect(roll);
        paintMiniature(painter, roll, *card.song, colours.dark);
        painter.restore();
    }
    const QRect text(box.left() + 6, box.bottom() - line, box.width() - 10 - kStarSide, line);
    painter.setPen(active ? colours.accent : colours.text);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(card.title, Qt::ElideMiddle, text.width()));
    painter.setPen(QPen(card.starred ? colours.accent : colours.mutedText, 1));
    painter.setBrush(card.starred ? QBrush(colours.accent) : Qt::NoBrush);
    painter.drawPath(starPath(QRectF(starOf(index)).center(), 6.5));
}

bool VariantStrip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        if (const int index = indexAt(help->pos()); index >= 0) {
            const VariantCard& card = m_cards[std::size_t(index)];
            showPlainToolTip(help->globalPos(), card.title, card.details, this);
        }
        return true;
    }
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool arrows = key->key() >= Qt::Key_Left && key->key() <= Qt::Key_Down;
        const bool ends = key->key() == Qt::Key_Home || key->key() == Qt::Key_End;
        const bool acts = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter ||
                          key->key() == Qt::Key_Delete;
        if ((key->modifiers() == Qt::NoModifier && count() > 0 && (arrows || ends || acts)) ||
            (key->key() == Qt::Key_Escape && m_dragging)) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void VariantStrip::mousePressEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    const int index = indexAt(at);
    if (index >= 0) {
        chooseIndex(index);
    }
    m_pressed =
        event->button() == Qt::LeftButton && index >= 0 ? m_cards[std::size_t(index)].id : 0;
    m_pressedAt = at;
    m_dragging = false;
}

void VariantStrip::mouseMoveEvent(QMouseEvent* event) {
    const QPoint at = event->position().toPoint();
    const QPoint global = event->globalPosition().toPoint();
    if (m_pressed == 0 || !(event->buttons() & Qt::LeftButton)) {
        return;
    }
    const std::uint64_t id = m_pressed;
    if (!m_dragging && (at - m_pressedAt).manhattanLength() >= QApplication::startDragDistance()) {
        m_dragging = true;
        Q_EMIT dragBegan(id);
    }
    if (!m_dragging) {
        return;
    }
    const QWidget* top = window();
    if (top->rect().contains(top->mapFromGlobal(global))) {
        Q_EMIT dragMoved(global);
    } else {
        m_dragging = false;
        m_pressed = 0;
        Q_EMIT dragLeft(id);
    }
}

void VariantStrip::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    const std::uint64_t id = std::exchange(m_pressed, 0);
    if (std::exchange(m_dragging, false)) {
        Q_EMIT dragDropped(event->globalPosition().toPoint());
        return;
    }
    const QPoint at = event->position().toPoint();
    const int index = indexOf(id);
    if (index >= 0 && indexAt(at) == index) {
        if (starOf(index).contains(at)) {
            Q_EMIT starAsked(id);
        } else {
            Q_EMIT playAsked(id);
        }
    }
}

void VariantStrip::chooseIndex(int index) {
    if (count() > 0) {
        setChosen(m_cards[std::size_t(std::clamp(index, 0, count() - 1))].id);
    }
}

void VariantStrip::keyPressEvent(QKeyEvent* event) {
    const int now = indexOf(m_chosen);
    const int key = event->key();
    if (key == Qt::Key_Escape && std::exchange(m_dragging, false)) {
        m_pressed = 0;
        Q_EMIT dragCancelled();
    } else if (key == Qt::Key_Left || key == Qt::Key_Right) {
        chooseIndex(now < 0 ? 0 : now + (key == Qt::Key_Left ? -1 : 1));
    } else if (key == Qt::Key_Up || key == Qt::Key_Down) {
        const int next = now + (key == Qt::Key_Up ? -columns() : columns());
        if (now < 0 || (next >= 0 && next < count())) {
            chooseIndex(now < 0 ? 0 : next);
        }
    } else if (key == Qt::Key_Home || key == Qt::Key_End) {
        chooseIndex(key == Qt::Key_Home ? 0 : count() - 1);
    } else if (m_chosen != 0 && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
        Q_EMIT playAsked(m_chosen);
    } else if (m_chosen != 0 && key == Qt::Key_Delete) {
        Q_EMIT removeAsked(m_chosen);
    } else if (m_chosen != 0 && key == Qt::Key_Asterisk) {
        Q_EMIT starAsked(m_chosen);
    } else {
        QWidget::keyPressEvent(event);
    }
}

void VariantStrip::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int index = byKey ? indexOf(m_chosen) : indexAt(event->pos());
    if (index < 0) {
        event->ignore();
        return;
    }
    chooseIndex(index);
    Q_EMIT menuAsked(m_chosen, byKey ? mapToGlobal(rectOf(index).center()) : event->globalPos());
}

void VariantStrip::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    if (m_chosen == 0) {
        chooseIndex(0);
    }
    update();
}

void VariantStrip::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

} // namespace canto::widgets
