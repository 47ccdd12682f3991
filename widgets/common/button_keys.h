#pragma once

#include <QAbstractButton>
#include <QKeyEvent>

namespace canto::widgets {

/// Installed on the application: the space bar presses the button that has the focus, whatever the
/// windows bind it to.
class ButtonKeys : public QObject {
  public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() == QEvent::ShortcutOverride &&
            static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space &&
            qobject_cast<QAbstractButton*>(watched) != nullptr) {
            event->accept();
            return true;
        }
        return QObject::eventFilter(watched, event);
    }
};

} // namespace canto::widgets
