// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/screen_fit.h"

#include <QDialog>
#include <QEvent>
#include <QLayout>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <QWindow>
#include <algorithm>

namespace canto::widgets {
namespace {

/// Title bar and borders of GNOME, KDE and Xfce are not larger than this at 100 %.
constexpr QMargins kUsualFrame(4, 38, 4, 4);

QRect roomFor(const QWidget& window) { return window.screen()->availableGeometry(); }

/// Clamps its window each time that it is shown.
class Clamp : public QObject {
  public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::Show) {
            clampToScreen(*static_cast<QWidget*>(watched));
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace

QRect fitted(QRect window, QRect room, QMargins frame) {
    const QRect inside = room.marginsRemoved(frame);
    window.setSize(window.size().boundedTo(inside.size()));
    window.moveLeft(std::clamp(window.left(), inside.left(), inside.right() + 1 - window.width()));
    window.moveTop(std::clamp(window.top(), inside.top(), inside.bottom() + 1 - window.height()));
    return window;
}

QMargins frameOf(const QWidget& window) {
    const QWindow* handle = window.windowHandle();
    const QMargins known = handle != nullptr ? handle->frameMargins() : QMargins();
    return known.isNull() ? kUsualFrame : known;
}

void openOnScreen(QWidget& window, QSize preferred) {
    const QRect room = roomFor(window);
    const QRect whole = QRect(room.topLeft(), preferred).marginsAdded(frameOf(window));
    const bool small = whole.width() > room.width() || whole.height() > room.height();
    window.setGeometry(
        fitted(QRect(room.center() - QPoint(preferred.width(), preferred.height()) / 2, preferred),
               room, frameOf(window)));
    if (small) {
        window.setWindowState(window.windowState() | Qt::WindowMaximized);
    }
}

void clampToScreen(QWidget& window) {
    if (window.windowState() & (Qt::WindowMaximized | Qt::WindowFullScreen)) {
        return;
    }
    const QRect now = window.geometry();
    const QRect there = fitted(now, roomFor(window), frameOf(window));
    if (there != now) {
        window.setGeometry(there);
    }
}

void scrollInside(QWidget& page, QWidget* fixed) {
    QLayout* content = page.layout();
    if (fixed != nullptr) {
        content->removeWidget(fixed);
    }
    auto* inside = new QWidget;
    inside->setLayout(content); // takes the widgets along
    auto* area = new QScrollArea(&page);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(inside);
    auto* column = new QVBoxLayout(&page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(area, 1);
    if (fixed != nullptr) {
        auto* line = new QHBoxLayout;
        line->setContentsMargins(12, 0, 12, 12);
        line->addWidget(fixed);
        column->addLayout(line);
        fixed->show();
    }
}

void fitDialog(QDialog& dialog, QSize least) {
    QSize wanted = dialog.sizeHint();
    if (const auto* area = dialog.findChild<QScrollArea*>(); area != nullptr) {
        QSize content = area->widget()->sizeHint();
        if (area->widget()->hasHeightForWidth()) { // texts wrap where they have less room
            content.setWidth(std::max(content.width(), least.width()));
            content.setHeight(area->widget()->heightForWidth(content.width()));
        }
        wanted =
            wanted.expandedTo({content.width() + area->verticalScrollBar()->sizeHint().width() + 4,
                               content.height() + wanted.height() - area->sizeHint().height() + 4});
    }
    dialog.resize(
        wanted.expandedTo(least).boundedTo(roomFor(dialog).marginsRemoved(frameOf(dialog)).size()));
    dialog.installEventFilter(new Clamp(&dialog));
}

} // namespace canto::widgets
