// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/theme.h"
#include "widgets/map/plot_header.h"

#include <QFont>
#include <QSize>

namespace canto::widgets {

/// A chart of training curves against steps: an axis rectangle with a left and a right value axis.
/// The plot owns the axes.
struct CurveChart {
    QCustomPlot* plot = nullptr;
    QCPAxisRect* area = nullptr;
    QCPAxis* x = nullptr;
    QCPAxis* left = nullptr;
    QCPAxis* right = nullptr; ///< visible once something is drawn on it

    /// The rectangle that every QCustomPlot begins with.
    static CurveChart first(QCustomPlot& plot, const QString& leftLabel, const QString& rightLabel);
    /// One more rectangle below those that are there.
    static CurveChart below(QCustomPlot& plot, const QString& leftLabel, const QString& rightLabel);

    void setLogarithmic(bool on) const; ///< of the left axis
    void setColours(const ThemeColours& theme, const QFont& font) const;
};

/// Fits an axis to the visible graphs on it, with air above and below, so that a flat line lies in
/// the middle. One without graphs stays.
void fitWithAir(QCPAxis& axis);

/// Colours that differ for thirty terms: the palette of classes, then darker and lighter ones.
QColor curveColour(int number, bool dark);

} // namespace canto::widgets
