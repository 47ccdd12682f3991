// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

class QWidget;

namespace canto::app {

/// The list of keyboard shortcuts and gestures (key ?). Not modal.
void showShortcuts(QWidget* parent);
/// Versions, which BLAS is in use and whether it is a slow one, licences. Not modal.
void showAbout(QWidget* parent, const QString& modelCard);

} // namespace canto::app
