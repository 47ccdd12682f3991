// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QToolButton>

namespace canto::widgets {

/// A button for an action of the menus: its short text, tooltip and state, and it triggers it.
inline QToolButton* actionButton(QAction* action, const char* objectName, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(QLatin1String(objectName));
    const auto show = [button, action] {
        button->setText(action->iconText());
        button->setToolTip(action->toolTip());
        button->setEnabled(action->isEnabled());
    };
    show();
    QObject::connect(action, &QAction::changed, button, show);
    QObject::connect(button, &QToolButton::clicked, action, &QAction::trigger);
    return button;
}

} // namespace canto::widgets
