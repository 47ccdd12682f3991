// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Finds controls of a window of which a screen reader could not say what they are.

#include "widgets/common/focus_ring.h"

#include <QAccessible>
#include <QStringList>
#include <QWidget>

namespace canto::test {

/// Whether a person can do something with it: not a frame, a label or a part of another control.
inline bool isControl(const QWidget& widget, QAccessible::Role role) {
    if (widget.objectName().startsWith(QLatin1String("qt_"))) {
        return false; // of Qt: the field of a spin box, the arrow of a tool bar that is too long
    }
    for (const char* part : {"QComboBoxListView", "QComboBoxPrivateContainer", "QTableCornerButton",
                             "QLineEditIconButton"}) {
        if (widget.inherits(part)) {
            return false; // of Qt: a part of a control that has a name
        }
    }
    switch (role) {
    case QAccessible::Button:
    case QAccessible::ButtonDropDown:
    case QAccessible::ButtonMenu:
    case QAccessible::CheckBox:
    case QAccessible::RadioButton:
    case QAccessible::ComboBox:
    case QAccessible::EditableText:
    case QAccessible::SpinBox:
    case QAccessible::Slider:
    case QAccessible::Dial:
    case QAccessible::ProgressBar:
    case QAccessible::List:
    case QAccessible::Tree:
    case QAccessible::Table:
        return true;
    default:
        return widget.focusPolicy() != Qt::NoFocus && role != QAccessible::PageTabList;
    }
}

/// A line for each control of the window, shown or not, that has no name or no role.
inline QStringList namelessControls(const QWidget& window) {
    QStringList found;
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        const QWidget* bar = widget->parentWidget();
        if (bar != nullptr && bar->isHidden() && bar->inherits("canto::widgets::MessageBar")) {
            continue; // its texts come with a message
        }
        QAccessibleInterface* control = QAccessible::queryAccessibleInterface(widget);
        if (control == nullptr || !isControl(*widget, control->role())) {
            continue;
        }
        const bool named = !control->text(QAccessible::Name).trimmed().isEmpty();
        if (named && control->role() != QAccessible::NoRole) {
            continue;
        }
        QString where;
        for (const QWidget* at = widget; at != nullptr && at != &window; at = at->parentWidget()) {
            where.prepend(QStringLiteral("/%1(%2)").arg(
                QLatin1String(at->metaObject()->className()), at->objectName()));
        }
        found.append(QStringLiteral("%1: name \"%2\", role %3")
                         .arg(where, control->text(QAccessible::Name))
                         .arg(int(control->role())));
    }
    return found;
}

} // namespace canto::test
