// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QSettings;
class QWidget;

namespace canto::app {

class ActionTable;

/// Gives the actions of the menus the keys that were chosen in the preferences; once, when all are
/// there.
void useChosenKeys(ActionTable& table, const QSettings& settings);
/// The list of actions with their keys, to change: a key that another action has is reported before
/// it is taken from it. Thread: GUI.
QWidget* makeKeyPage(ActionTable& table, QSettings& settings, QWidget* parent);

} // namespace canto::app
