// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include <QApplication>
#include <QLabel>
#include <QLocale>
#include <QProxyStyle>
#include <QToolTip>
#include <QWidget>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

namespace {

ThemeColours makeLight() {
    ThemeColours c;
    c.dark = false;
    c.ground = QColor(0xFF, 0xFF, 0xFF);
    c.surface = QColor(0xF4, 0xF5, 0xF7);
    c.raised = QColor(0xFF, 0xFF, 0xFF);
    c.line = QColor(0xD5, 0xD9, 0xE0);
    c.text = QColor(0x1B, 0x1F, 0x27);
    c.mutedText = QColor(0x58, 0x60, 0x6E);
    c.accent = QColor(0x2B, 0x5F, 0xD9);
    c.onAccent = QColor(0xFF, 0xFF, 0xFF);
    c.warning = QColor(0x9A, 0x5B, 0x00);
    c.error = QColor(0xB3, 0x26, 0x1E);
    c.mutedPoint = QColor(0x50, 0x58, 0x66);
    return c;
}

ThemeColours makeDark() {
    ThemeColours c;
    c.dark = true;
    c.ground = QColor(0x12, 0x15, 0x1B);
    c.surface = QColor(0x1B, 0x1F, 0x27);
    c.raised = QColor(0x25, 0x2A, 0x34);
    c.line = QColor(0x38, 0x3F, 0x4C);
    c.text = QColor(0xE8, 0xEB, 0xF0);
    c.mutedText = QColor(0xA3, 0xAC, 0xBB);
    c.accent = QColor(0x7D, 0xA7, 0xFF);
    c.onAccent = QColor(0x0E, 0x16, 0x28);
    c.warning = QColor(0xF0, 0xB4, 0x4C);
    c.error = QColor(0xFF, 0x8A, 0x80);
    c.mutedPoint = QColor(0xB8, 0xC0, 0xCE);
    return c;
}

QString styleSheet(const ThemeColours& c) {
    // What Fusion draws heavier than a tool for long evenings should: toolbars, tabs, tables.
    return QStringLiteral(
               "QToolTip { color: %1; background: %2; border: 1px solid %3; padding: 4px 6px; }"
               "QToolBar { background: %4; border: none; border-bottom: 1px solid %3;"
               "  spacing: 4px; padding: 4px 8px; }"
               "QStatusBar { background: %4; border-top: 1px solid %3; color: %5; }"
               "QStatusBar::item { border: none; }"
               "QDockWidget { color: %5; }"
               "QDockWidget::title { background: %4; padding: 2px 10px; text-align: left; }"
               "QMainWindow::separator { background: %3; width: 1px; height: 1px; }"
               "QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 4px; }"
               "QToolButton:hover { background: %6; }"
               "QToolButton:pressed, QToolButton:checked { background: %7; }"
               "QToolButton:focus { border-color: %8; }"
               "QHeaderView::section { background: %4; color: %5; border: none;"
               "  border-bottom: 1px solid %3; padding: 5px 8px; }"
               "QTreeView, QTableView, QListView { border: none; }"
               "QLineEdit { border: 1px solid %3; border-radius: 4px; padding: 4px 8px;"
               "  background: %2; selection-background-color: %8; selection-color: %9; }"
               "QLineEdit:focus { border-color: %8; }"
               "QMenuBar { background: %4; }")
        .arg(c.text.name(), c.raised.name(), c.line.name(), c.surface.name(), c.mutedText.name(),
             c.dark ? QStringLiteral("#2E3541") : QStringLiteral("#E6E9EE"),
             c.dark ? QStringLiteral("#34456B") : QStringLiteral("#D4E0FA"), c.accent.name(),
             c.onAccent.name());
}

/// Fusion, but texts are shown as they are, a click on the groove of a slider moves it there, and
/// the buttons of docks can be hit.
class Style : public QProxyStyle {
  public:
    Style() : QProxyStyle(QStringLiteral("Fusion")) {}

    using QProxyStyle::polish;

    void polish(QWidget* widget) override {
        QProxyStyle::polish(widget);
        // A label (the one that a tool tip is, too) guesses whether its text is HTML and would
        // interpret a title like "<b>Bold</b>". Whoever wants markup sets the format.
        auto* label = qobject_cast<QLabel*>(widget);
        if (label != nullptr && label->textFormat() == Qt::AutoText) {
            label->setTextFormat(Qt::PlainText);
        }
    }

    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                  QStyleHintReturn* result) const override {
        switch (hint) {
        case SH_Slider_AbsoluteSetButtons:
            return Qt::LeftButton | Qt::MiddleButton;
        case SH_Slider_PageSetButtons:
            return Qt::NoButton;
        default:
            return QProxyStyle::styleHint(hint, option, widget, result);
        }
    }

    int pixelMetric(PixelMetric metric, const QStyleOption* option,
                    const QWidget* widget) const override {
        // Buttons of 24 pixels with this around their icons, the least that WCAG 2.2 asks for.
        return metric == PM_DockWidgetTitleBarButtonMargin
                   ? 13
                   : QProxyStyle::pixelMetric(metric, option, widget);
    }
};

bool& systemDark(const QApplication& application) {
    static bool dark = isDark(application.palette());
    return dark;
}

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& colour) {
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) +
           0.0722 * linear(colour.blueF());
}

} // namespace

const ThemeColours& themeColours(bool dark) {
    static const ThemeColours kLight = makeLight();
    static const ThemeColours kDark = makeDark();
    return dark ? kDark : kLight;
}

bool isDark(const QPalette& palette) {
    return luminance(palette.color(QPalette::Active, QPalette::Window)) < 0.18;
}

const ThemeColours& themeOf(const QWidget& widget) {
    return themeColours(isDark(widget.palette()));
}

const std::vector<QColor>& classPalette(bool dark) {
    // Okabe and Ito's set, ordered so that neighbours in the list differ in lightness, with three
    // of Paul Tol's muted colours after it; yellow is darkened on white.
    static const std::vector<QColor> kLight = {QColor(0x00, 0x72, 0xB2), QColor(0xE0, 0x8A, 0x00),
                                               QColor(0x00, 0x8F, 0x68), QColor(0xCC, 0x5F, 0x9B),
                                               QColor(0xC7, 0x48, 0x00), QColor(0x3A, 0xA5, 0xDE),
                                               QColor(0x88, 0x22, 0x55), QColor(0x8F, 0x8A, 0x10),
                                               QColor(0x33, 0x22, 0x88), QColor(0x5F, 0x40, 0x20)};
    static const std::vector<QColor> kDark = {QColor(0x3D, 0x9B, 0xE0), QColor(0xF0, 0xA8, 0x30),
                                              QColor(0x22, 0xB5, 0x8B), QColor(0xE0, 0x86, 0xB8),
                                              QColor(0xE8, 0x6A, 0x2C), QColor(0x8C, 0xD3, 0xFA),
                                              QColor(0xC2, 0x58, 0x88), QColor(0xE6, 0xDC, 0x5A),
                                              QColor(0x8E, 0x80, 0xE8), QColor(0xB8, 0x95, 0x6C)};
    return dark ? kDark : kLight;
}

QColor otherColour(bool dark) { return dark ? QColor(0x8B, 0x94, 0xA3) : QColor(0x7A, 0x82, 0x90); }

QPalette themePalette(bool dark) {
    const ThemeColours& c = themeColours(dark);
    QPalette p;
    p.setColor(QPalette::Window, c.surface);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, dark ? c.ground : c.raised);
    p.setColor(QPalette::AlternateBase, c.surface);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::Button, dark ? c.raised : c.surface);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.error);
    p.setColor(QPalette::ToolTipBase, c.raised);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::PlaceholderText, c.mutedText);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::Light, dark ? c.line.lighter(115) : QColor(Qt::white));
    p.setColor(QPalette::Midlight, c.line);
    p.setColor(QPalette::Mid, dark ? c.line.darker(110) : c.line.darker(115));
    p.setColor(QPalette::Dark, dark ? c.ground : c.line.darker(135));
    p.setColor(QPalette::Shadow, dark ? QColor(Qt::black) : c.line.darker(160));
    // Disabled controls are exempt from the contrast rule, but are still to be read.
    const QColor off = dark ? QColor(0x76, 0x7F, 0x8E) : QColor(0x8A, 0x91, 0x9D);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        p.setColor(QPalette::Disabled, role, off);
    }
    p.setColor(QPalette::Disabled, QPalette::Highlight, c.line);
    p.setColor(QPalette::Disabled, QPalette::HighlightedText, c.text);
    return p;
}

void setSystemDark(QApplication& application, bool dark) { systemDark(application) = dark; }

void applyTheme(QApplication& application, Scheme scheme) {
    const bool system = systemDark(application); // asked first before the palette is ours
    const bool dark = scheme == Scheme::Dark || (scheme == Scheme::System && system);
    application.setStyle(new Style);
    application.setPalette(themePalette(dark));
    QToolTip::setPalette(themePalette(dark));
    application.setStyleSheet(styleSheet(themeColours(dark)));
}

double contrast(const QColor& a, const QColor& b) {
    const double first = luminance(a), second = luminance(b);
    return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

QString grouped(std::size_t number) { return QLocale().toString(static_cast<qulonglong>(number)); }

} // namespace canto::widgets
