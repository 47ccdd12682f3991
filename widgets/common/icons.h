// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>

class QPalette;

namespace canto::widgets {

enum class Icon {
    Play,
    Stop,
    ToStart,
    Loop,
    Panic,
    Volume,
    Select,
    Hand,
    Path,
    Fit,
    Reverse,
    Clear,
    Search,
    Close,
    Info,
    Warning,
    Error,
};

/// Our own drawings on a grid of 24, in the text colour of the palette; sharp at any scale.
QIcon icon(Icon which, const QPalette& palette);

} // namespace canto::widgets
