// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMargins>
#include <QRect>

class QDialog;
class QWidget;

namespace canto::widgets {

/// A window's rectangle made to lie in `room` with its frame around it: first as small as it has
/// to be, then moved as little as possible. All in logical pixels of the same screen.
QRect fitted(QRect window, QRect room, QMargins frame);

/// The frame of the window; that of a typical desktop before the window is shown.
QMargins frameOf(const QWidget& window);

/// Gives a window that is not shown yet its size on its screen: `preferred` where there is room for
/// it, else the window is going to be maximised.
void openOnScreen(QWidget& window, QSize preferred);

/// Moves and shrinks a window into the screen that it is on. Maximised windows are left alone.
void clampToScreen(QWidget& window);

/// Puts what a dialog or page holds into an area that scrolls, so that the dialog can be smaller
/// than its content. @param fixed  stays below the area, always in sight; may be null.
void scrollInside(QWidget& page, QWidget* fixed = nullptr);

/// Gives a dialog the size that its content prefers, as far as its screen has room for it, and
/// keeps it on the screen whenever it is shown. @param least  of the preferred size.
void fitDialog(QDialog& dialog, QSize least = {});

} // namespace canto::widgets
