// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace canto::app {

class ActionTable;
class MainWindow;

/// Adds the actions that belong to no feature: theme, panels, Esc, help, quit. Thread: GUI.
void addWindowActions(ActionTable& table, MainWindow& window);

} // namespace canto::app
