// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/preferences.h"

namespace canto::app {

class MainWindow;

/// Shows the preferences at a page: made of what features registered, and of the window's own keys
/// and appearance. What is chosen is in force at once. There is one dialog. Thread: GUI.
void showPreferences(MainWindow& window, PageId page);

} // namespace canto::app
