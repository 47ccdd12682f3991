// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/focus_ring.h"

#include "widgets/common/theme.h"

#include <QApplication>
#include <QFocusEvent>
#include <QPainter>
#include <QScrollArea>

namespace canto::widgets {
namespace {

constexpr int kOutside = 2; ///< pixels by which the frame is larger than the widget

class Frame : public QWidget {
  public:
    explicit Frame(QWidget* window) : QWidget(window) {
        setObjectName(QStringLiteral("focusFrame"));
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setAttribute(Qt::WA_NoSystemBackground);
        setFocusPolicy(Qt::NoFocus);
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(themeOf(*this).accent, 2));
        painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    }
};

bool movedByKeys(Qt::FocusReason reason) {
    return reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason ||
           reason == Qt::ShortcutFocusReason;
}

} // namespace

QRect shownPart(const QWidget& widget) {
    if (!widget.isVisible()) {
        return {};
    }
    QRect part = widget.rect();
    QPoint origin; // of the widget, in the coordinates of `at`
    for (const QWidget* at = &widget; !at->isWindow() && at->parentWidget() != nullptr;
         at = at->parentWidget()) {
        origin += at->pos();
        part &= at->parentWidget()->rect().translated(-origin);
    }
    return part.isEmpty() ? QRect() : part;
}

FocusRing::FocusRing(QObject* parent) : QObject(parent) {
    m_later.setSingleShot(true);
    m_later.setInterval(0);
    connect(&m_later, &QTimer::timeout, this, &FocusRing::place);
}

FocusRing::~FocusRing() { delete m_frame; }

QRect FocusRing::shownRect() const {
    return m_frame && m_frame->isVisible()
               ? QRect(m_frame->mapToGlobal(QPoint(0, 0)), m_frame->size())
               : QRect();
}

bool FocusRing::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::FocusIn:
        if (watched->isWidgetType()) {
            focus(static_cast<QWidget*>(watched), static_cast<QFocusEvent*>(event)->reason());
        }
        break;
    case QEvent::FocusOut:
        if (watched == m_target) {
            m_target = nullptr;
            m_later.start();
        }
        break;
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
        if (m_target && watched->isWidgetType() &&
            (watched == m_target || static_cast<QWidget*>(watched)->isAncestorOf(m_target))) {
            m_later.start();
        }
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

void FocusRing::focus(QWidget* widget, Qt::FocusReason reason) {
    if (movedByKeys(reason)) {
        m_keyboard = true;
    } else if (reason == Qt::MouseFocusReason) {
        m_keyboard = false;
    }
    m_target = widget;
    if (m_keyboard) {
        for (QWidget* above = widget->parentWidget(); above != nullptr;
             above = above->parentWidget()) {
            if (auto* area = qobject_cast<QScrollArea*>(above)) {
                area->ensureWidgetVisible(widget, 8, 8);
            }
        }
    }
    place();
}

void FocusRing::place() {
    QWidget* target = m_target;
    const QRect part = target != nullptr ? shownPart(*target) : QRect();
    // A list that pops up has a frame of its own, and the whole window is none of its widgets.
    if (!m_keyboard || part.isEmpty() || target->isWindow() ||
        target->window()->windowType() == Qt::Popup) {
        if (m_frame) {
            m_frame->hide();
        }
        return;
    }
    QWidget* window = target->window();
    if (!m_frame) {
        m_frame = new Frame(window);
    } else if (m_frame->parentWidget() != window) {
        m_frame->setParent(window);
    }
    const QRect around(target->mapTo(window, part.topLeft()), part.size());
    m_frame->setGeometry(around.adjusted(-kOutside, -kOutside, kOutside, kOutside) &
                         window->rect());
    m_frame->raise();
    m_frame->show();
}

} // namespace canto::widgets
