// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace canto::app {

class ControlFeature;
class ControllableTable;
class MidiBindings;

// What the preferences have of control from outside. Thread: GUI.
QWidget* makeClockPage(ControlFeature& feature, QWidget* parent);
QWidget* makeBindingsPage(MidiBindings& bindings, ControllableTable& controls, QWidget* parent);
QWidget* makeOscPage(ControlFeature& feature, QWidget* parent);

} // namespace canto::app
