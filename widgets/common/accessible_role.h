// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAccessible>

namespace canto::widgets {

/// Says to screen readers what a widget is that paints itself: without it they find a window of no
/// kind. To be called before the widget is shown. Thread: GUI.
void setAccessibleRole(QWidget& widget, QAccessible::Role role);

} // namespace canto::widgets
