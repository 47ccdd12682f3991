// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/curve_charts.h"

#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kTicks = 4;

CurveChart chartOf(QCustomPlot& plot, QCPAxisRect& area, const QString& leftLabel,
                   const QString& rightLabel) {
    CurveChart chart{&plot, &area, area.axis(QCPAxis::atBottom), area.axis(QCPAxis::atLeft),
                     area.axis(QCPAxis::atRight)};
    chart.left->setLabel(leftLabel);
    chart.right->setLabel(rightLabel);
    chart.left->setPadding(2);
    for (QCPAxis* axis : {chart.x, chart.left, chart.right}) {
        axis->ticker()->setTickCount(kTicks);
        axis->setLabelPadding(3);
    }
    chart.right->setVisible(false);
    return chart;
}

} // namespace

CurveChart CurveChart::first(QCustomPlot& plot, const QString& leftLabel,
                             const QString& rightLabel) {
    return chartOf(plot, *plot.axisRect(), leftLabel, rightLabel);
}

CurveChart CurveChart::below(QCustomPlot& plot, const QString& leftLabel,
                             const QString& rightLabel) {
    auto* area = new QCPAxisRect(&plot);
    plot.plotLayout()->addElement(plot.plotLayout()->rowCount(), 0, area);
    for (QCPAxis* axis : area->axes()) { // as those of the first rectangle
        axis->setLayer(QStringLiteral("axes"));
        axis->grid()->setLayer(QStringLiteral("grid"));
    }
    return chartOf(plot, *area, leftLabel, rightLabel);
}

void CurveChart::setLogarithmic(bool on) const {
    QSharedPointer<QCPAxisTicker> ticker;
    if (on) {
        ticker.reset(new QCPAxisTickerLog);
    } else {
        ticker.reset(new QCPAxisTicker);
    }
    ticker->setTickCount(kTicks);
    left->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    left->setTicker(ticker);
}

void CurveChart::setColours(const ThemeColours& theme, const QFont& font) const {
    for (QCPAxis* axis : {x, left, right}) {
        axis->setBasePen(QPen(theme.line));
        axis->setTickPen(QPen(theme.line));
        axis->setSubTickPen(QPen(theme.line));
        axis->setTickLabelColor(theme.mutedText);
        axis->setLabelColor(theme.mutedText);
        axis->setTickLabelFont(font);
        axis->setLabelFont(font);
        axis->grid()->setPen(QPen(theme.line, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(QPen(theme.line));
    }
}

void fitWithAir(QCPAxis& axis) {
    const auto graphs = axis.graphs();
    if (std::none_of(graphs.begin(), graphs.end(),
                     [](const QCPGraph* graph) { return graph->visible(); })) {
        return;
    }
    axis.rescale(true);
    if (axis.scaleType() == QCPAxis::stLinear) {
        const QCPRange range = axis.range();
        const double air = std::max(0.05 * range.size(), 1e-9);
        axis.setRange(range.lower - air, range.upper + air);
    }
}

QColor curveColour(int number, bool dark) {
    const auto& palette = classPalette(dark);
    const auto count = int(palette.size());
    const QColor colour = palette[std::size_t(number % count)];
    switch (number / count % 3) {
    case 1:
        return colour.darker(150);
    case 2:
        return colour.lighter(135);
    default:
        return colour;
    }
}

} // namespace canto::widgets
