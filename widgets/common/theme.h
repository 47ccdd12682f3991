// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <vector>

class QApplication;
class QWidget;

namespace canto::widgets {

enum class Scheme { Light, Dark, System };

/// Colours of all we paint ourselves. Text colours have a contrast of at least 4.5:1 on ground,
/// surface and raised (WCAG 2.1, 1.4.3), checked by a test.
struct ThemeColours {
    bool dark = false;
    QColor ground;  ///< behind the points of the map, the notes of the roll
    QColor surface; ///< panels, toolbars
    QColor raised;  ///< cards, chips
    QColor line;    ///< separators, grid
    QColor text;
    QColor mutedText; ///< secondary text
    QColor accent;    ///< selection, path, playhead
    QColor onAccent;  ///< text on accent
    QColor warning;   ///< extrapolation, warnings
    QColor error;
    QColor mutedPoint; ///< filtered and unselected points, drawn at 15 %
};

const ThemeColours& themeColours(bool dark);
/// Dark or light, as the widget's palette has it.
const ThemeColours& themeOf(const QWidget& widget);
bool isDark(const QPalette& palette);

/// Ten colours that people with red-green and blue-yellow blindness distinguish, in order of use.
const std::vector<QColor>& classPalette(bool dark);
QColor otherColour(bool dark);

/// Fusion style, our palette and style sheet; labels and tool tips show plain text unless they ask
/// for another format. System is what setSystemDark() said last, else as dark as the palette that
/// the platform gave at the start.
void applyTheme(QApplication& application, Scheme scheme);
void setSystemDark(QApplication& application, bool dark);
QPalette themePalette(bool dark);

/// Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1).
double contrast(const QColor& a, const QColor& b);

/// A count in the notation of the default locale: "98,112" in English.
QString grouped(std::size_t number);

} // namespace canto::widgets
