#include "widgets/explore/phrase_chip.h"

#include "widgets/common/theme.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <utility>

namespace canto::widgets {
namespace {

constexpr int kHeight = 34;
constexpr int kGrip = 22;
constexpr int kPadding = 10;

} // namespace

PhraseChip::PhraseChip(QWidget* parent) : QAbstractButton(parent) {
    setObjectName(QStringLiteral("phraseChip"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setPhrase({});
}

void PhraseChip::setPhrase(const QString& title) {
    setEnabled(!title.isEmpty());
    setText(title.isEmpty() ? tr("No phrase yet") : title);
    setCursor(title.isEmpty() ? Qt::ArrowCursor : Qt::OpenHandCursor);
    setAccessibleName(tr("Phrase: %1").arg(text()));
    setToolTip(title.isEmpty() ? tr("Click a point or a place of the map first")
                               : tr("Click to hear it, drag it onto a genre's name in the legend "
                                    "or onto a part of the prior"));
    update();
}

QSize PhraseChip::sizeHint() const {
    return {kGrip + fontMetrics().horizontalAdvance(text()) + 2 * kPadding, kHeight};
}

QSize PhraseChip::minimumSizeHint() const { return {kGrip + 80, kHeight}; }

void PhraseChip::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hasFocus() ? colours.accent : colours.line, hasFocus() ? 1.5 : 1));
    painter.setBrush(colours.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(isEnabled() ? colours.mutedText : colours.line);
    for (int row = -1; row <= 1; ++row) { // dots to take hold of
        for (int column = 0; column < 2; ++column) {
            painter.drawEllipse(QPointF(kPadding + column * 5, height() / 2.0 + row * 6), 1.6, 1.6);
        }
    }
    painter.setPen(isEnabled() ? colours.text : colours.mutedText);
    const QRect words = rect().adjusted(kGrip + 2, 0, -kPadding, 0);
    painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, words.width()));
}

void PhraseChip::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton) {
        m_pressed = event->position().toPoint();
        m_dragging = false;
        setFocus(Qt::MouseFocusReason); // Esc has to come here while it is dragged
    }
    QAbstractButton::mousePressEvent(event);
}

void PhraseChip::mouseMoveEvent(QMouseEvent* event) {
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

void PhraseChip::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && std::exchange(m_dragging, false)) {
        setDown(false);
        setCursor(Qt::OpenHandCursor);
        Q_EMIT dragDropped(event->globalPosition().toPoint());
        return;
    }
    QAbstractButton::mouseReleaseEvent(event);
}

void PhraseChip::keyPressEvent(QKeyEvent* event) {
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

void PhraseChip::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    Q_EMIT menuAsked(byKey ? mapToGlobal(QPoint(kPadding, height())) : event->globalPos());
}

} // namespace canto::widgets
