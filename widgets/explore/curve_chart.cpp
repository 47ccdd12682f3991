// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/curve_chart.h"

#include "widgets/common/theme.h"
#include "widgets/song/pianoroll_paint.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr double kMark = 3.4;

} // namespace

CurveChart::CurveChart(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void CurveChart::setCurves(const QString& title, QVector<Line> lines, bool percent) {
    m_title = title;
    m_lines = std::move(lines);
    m_percent = percent;
    const QLocale locale;
    QStringList spoken;
    for (const Line& line : m_lines) {
        QStringList numbers;
        for (const auto& value : line.values) {
            numbers.append(value ? locale.toString(percent ? *value * 100 : *value, 'f', 1)
                                 : QStringLiteral("\u2013"));
        }
        spoken.append(line.name + QStringLiteral(": ") + numbers.join(QStringLiteral(" ")));
    }
    setAccessibleName(title);
    setAccessibleDescription(spoken.join(QLatin1Char('\n')));
    setToolTip(title + QLatin1Char('\n') + spoken.join(QLatin1Char('\n')));
    update();
}

void CurveChart::setActive(int point) {
    if (point != m_active) {
        m_active = point;
        update();
    }
}

QSize CurveChart::sizeHint() const { return {150, 92}; }
QSize CurveChart::minimumSizeHint() const { return {110, 76}; }

void CurveChart::paintMark(QPainter& painter, QPointF at, int line, bool dark) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(trackColour(std::size_t(line), dark));
    QPainterPath mark;
    switch (line % 4) {
    case 0:
        mark.addEllipse(at, kMark, kMark);
        break;
    case 1:
        mark.addRect(at.x() - kMark + 0.4, at.y() - kMark + 0.4, 2 * kMark - 0.8, 2 * kMark - 0.8);
        break;
    case 2:
        mark.addPolygon(QPolygonF{at + QPointF(0, -kMark - 0.6), at + QPointF(kMark + 0.6, kMark),
                                  at + QPointF(-kMark - 0.6, kMark)});
        break;
    default:
        mark.addPolygon(QPolygonF{at + QPointF(0, -kMark - 1), at + QPointF(kMark + 1, 0),
                                  at + QPointF(0, kMark + 1), at + QPointF(-kMark - 1, 0)});
    }
    painter.drawPath(mark);
}

void CurveChart::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1.5));
    const QFontMetricsF metrics(small);
    painter.setPen(colours.text);
    painter.setFont(small);
    painter.drawText(QRectF(0, 0, width(), metrics.height()), Qt::AlignLeft, m_title);

    double low = 1e300, high = -1e300;
    qsizetype points = 0;
    for (const Line& line : m_lines) {
        points = std::max(points, line.values.size());
        for (const auto& value : line.values) {
            if (value) {
                low = std::min(low, *value);
                high = std::max(high, *value);
            }
        }
    }
    if (m_percent) {
        low = 0;
        high = 1;
    } else if (low > high) {
        low = 0;
        high = 1;
    } else if (high - low < 1) {
        const double middle = (low + high) / 2;
        low = middle - 0.5;
        high = middle + 0.5;
    }
    const QLocale locale;
    const auto shown = [&](double value) {
        return m_percent ? locale.toString(value * 100, 'f', 0) + QStringLiteral(" %")
                         : locale.toString(value, 'f', high - low < 5 ? 1 : 0);
    };
    const double left =
        std::max(metrics.horizontalAdvance(shown(low)), metrics.horizontalAdvance(shown(high))) + 6;
    const QRectF area(left, metrics.height() + 5, width() - left - 6,
                      height() - metrics.height() - 11);
    painter.setPen(colours.mutedText);
    painter.drawText(QRectF(0, area.top() - 4, left - 4, metrics.height()), Qt::AlignRight,
                     shown(high));
    painter.drawText(QRectF(0, area.bottom() - metrics.height() + 4, left - 4, metrics.height()),
                     Qt::AlignRight, shown(low));
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.ground);
    painter.drawRect(area);
    if (points == 0) {
        return;
    }
    const auto at = [&](qsizetype point, double value) {
        const double x = points > 1 ? double(point) / double(points - 1) : 0.5;
        return QPointF(area.left() + 5 + x * (area.width() - 10),
                       area.bottom() - 4 - (value - low) / (high - low) * (area.height() - 8));
    };
    if (m_active >= 0 && m_active < points) {
        painter.setPen(QPen(colours.accent, 1.5));
        const double x = at(m_active, low).x();
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    }
    for (int line = 0; line < m_lines.size(); ++line) {
        const auto& values = m_lines[line].values;
        painter.setPen(QPen(trackColour(std::size_t(line), colours.dark), 1.6));
        for (qsizetype point = 1; point < values.size(); ++point) {
            if (values[point - 1] && values[point]) {
                painter.drawLine(at(point - 1, *values[point - 1]), at(point, *values[point]));
            }
        }
        for (qsizetype point = 0; point < values.size(); ++point) {
            if (values[point] && points <= 24) {
                paintMark(painter, at(point, *values[point]), line, colours.dark);
            }
        }
    }
}

CurveLegend::CurveLegend(QStringList names, QWidget* parent)
    : QWidget(parent), m_names(std::move(names)) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize CurveLegend::sizeHint() const { return {200, fontMetrics().height() + 2}; }

void CurveLegend::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1));
    painter.setFont(small);
    const QFontMetricsF metrics(small);
    double x = 6;
    for (int i = 0; i < m_names.size(); ++i) {
        CurveChart::paintMark(painter, QPointF(x, height() / 2.0), i, colours.dark);
        painter.setPen(colours.mutedText);
        painter.drawText(QRectF(x + 9, 0, 200, height()), Qt::AlignVCenter, m_names[i]);
        x += metrics.horizontalAdvance(m_names[i]) + 24;
    }
}

} // namespace canto::widgets
