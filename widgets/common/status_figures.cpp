// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/status_figures.h"

#include "widgets/common/elided_label.h"

#include <QHBoxLayout>
#include <QLocale>

namespace canto::widgets {

StatusFigures::StatusFigures(QWidget* parent) : QWidget(parent) {
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(8, 0, 8, 0);
    line->setSpacing(20);
    line->addStretch(1);
    const auto figure = [&](const QString& name, const QString& toolTip) {
        auto* label = new ElidedLabel(this);
        label->setAccessibleName(name);
        label->setToolTip(toolTip);
        line->addWidget(label);
        return label;
    };
    m_points = figure(tr("Points"), tr("Points on the map, and how many are selected"));
    m_model = figure(tr("Model"), tr("The model that generates music, and the device it runs on"));
    m_sound = figure(tr("Sound"), tr("Audio output, sample rate and buffer size"));
    m_click = figure(tr("Latency"), tr("Time from the last click to the first sound"));
    setClickToSound(-1);
}

void StatusFigures::setPoints(const QString& text) { m_points->setText(text); }
void StatusFigures::setModel(const QString& text) { m_model->setText(text); }
void StatusFigures::setSound(const QString& text) { m_sound->setText(text); }

void StatusFigures::setClickToSound(double milliseconds) {
    m_click->setVisible(milliseconds >= 0);
    m_click->setText(
        tr("Latency %1 ms").arg(QLocale().toString(milliseconds, 'f', milliseconds < 10 ? 1 : 0)));
}

} // namespace canto::widgets
