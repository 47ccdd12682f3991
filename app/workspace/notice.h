// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>

namespace canto::app {

/// A message for the person at the window. The shell shows it; nobody waits for an answer.
struct Notice {
    enum class Kind { Information, Progress, Warning, Error };
    Kind kind = Kind::Information;
    QString text;                   ///< what happened
    QString hint = {};              ///< what to do; may be empty
    QString action = {};            ///< text of a button; none when empty
    std::function<void()> run = {}; ///< called on the GUI thread when the button is pressed
    bool ofSpace = false;           ///< it goes when another space is shown
};

} // namespace canto::app
