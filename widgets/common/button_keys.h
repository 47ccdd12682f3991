// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QKeyEvent>
#include <QTabBar>

namespace canto::widgets {

/// Installed on the application: keys that a control needs stay its own while it has the focus,
/// whatever the windows bind them to. The space bar presses buttons and opens combo boxes; Home and
/// End go to the ends of lists, sliders, fields and tabs.
class ButtonKeys : public QObject {
  public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ShortcutOverride &&
            needs(*watched, *static_cast<QKeyEvent*>(event))) {
            event->accept();
            return true;
        }
        return QObject::eventFilter(watched, event);
    }

  private:
    static bool needs(const QObject& control, const QKeyEvent& key) {
        if (key.modifiers() & ~Qt::KeypadModifier) {
            return false;
        }
        const bool combo = qobject_cast<const QComboBox*>(&control) != nullptr;
        switch (key.key()) {
        case Qt::Key_Space:
            return combo || qobject_cast<const QAbstractButton*>(&control) != nullptr;
        case Qt::Key_Home:
        case Qt::Key_End:
            return combo || qobject_cast<const QAbstractItemView*>(&control) != nullptr ||
                   qobject_cast<const QAbstractSlider*>(&control) != nullptr ||
                   qobject_cast<const QAbstractSpinBox*>(&control) != nullptr ||
                   qobject_cast<const QTabBar*>(&control) != nullptr;
        default:
            return false;
        }
    }
};

} // namespace canto::widgets
