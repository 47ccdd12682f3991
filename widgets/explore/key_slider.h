// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QKeyEvent>
#include <QSlider>

namespace canto::widgets {

/// A slider that keeps its own keys while it has the focus, whatever the window binds them to.
class KeySlider : public QSlider {
  public:
    using QSlider::QSlider;

  protected:
    bool event(QEvent* event) override {
        if (event->type() == QEvent::ShortcutOverride) {
            const int key = static_cast<QKeyEvent*>(event)->key();
            const bool arrow = key >= Qt::Key_Left && key <= Qt::Key_Down;
            if (arrow || key == Qt::Key_Home || key == Qt::Key_End || key == Qt::Key_PageUp ||
                key == Qt::Key_PageDown) {
                event->accept();
                return true;
            }
        }
        return QSlider::event(event);
    }
};

} // namespace canto::widgets
