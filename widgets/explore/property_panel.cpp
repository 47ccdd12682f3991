// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/property_panel.h"

#include "widgets/common/wrapped_check_box.h"
#include "widgets/explore/key_slider.h"
#include "widgets/explore/panel_parts.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr int kTicks = 100;

} // namespace

PropertyPanel::PropertyPanel(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("propertyPanel"));
    setAccessibleName(tr("Attributes of the phrase"));
    m_box = new QWidget(this);
    m_status = mutedLabel(this);
    m_moved = new QLabel(this);
    m_moved->setWordWrap(true);
    m_moved->setTextFormat(Qt::PlainText);
    m_keep = new WrappedCheckBox(tr("Lock other attributes"), this);
    m_keep->setMinimumHeight(24);
    m_keep->setToolTip(
        tr("Keep the attributes without a target as they are, as far as the model allows"));
    m_reset = new QPushButton(tr("Reset all"), this);
    m_reset->setToolTip(tr("Return to the phrase before the changes"));

    auto* line = new QHBoxLayout;
    line->addWidget(m_keep, 1);
    line->addWidget(m_reset);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(8);
    column->addWidget(m_status);
    column->addWidget(m_box);
    column->addLayout(line);
    auto* heading = new QLabel(tr("Side effects"), this);
    QFont bold = heading->font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    column->addWidget(heading);
    column->addWidget(m_moved);
    column->addStretch(1);
    connect(m_keep, &QCheckBox::toggled, this, &PropertyPanel::keepOthersChanged);
    connect(m_reset, &QPushButton::clicked, this, &PropertyPanel::resetAsked);
}

void PropertyPanel::setProperties(std::vector<PropertySlider> properties) {
    delete m_box->layout();
    for (const Row& row : m_rows) {
        for (QWidget* widget :
             {static_cast<QWidget*>(row.name), static_cast<QWidget*>(row.wanted),
              static_cast<QWidget*>(row.achieved), static_cast<QWidget*>(row.slider)}) {
            widget->deleteLater();
        }
    }
    m_rows.clear();
    auto* grid = new QGridLayout(m_box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    const QLocale locale;
    for (const PropertySlider& property : properties) {
        const int index = count();
        Row row{property, new QLabel(propertyTitle(property.measure, property.track), m_box),
                mutedLabel(m_box), new QLabel(m_box), new KeySlider(Qt::Horizontal, m_box)};
        row.name->setWordWrap(true);
        row.wanted->setWordWrap(false);
        row.wanted->setAlignment(Qt::AlignRight);
        row.achieved->setAlignment(Qt::AlignRight);
        row.achieved->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("100 %00")));
        row.slider->setRange(0, kTicks);
        row.slider->setMinimumHeight(24);
        row.slider->setPageStep(kTicks / 10);
        row.slider->setAccessibleName(propertyTitle(property.measure, property.track));
        const QString tip = tr("From %1 to %2 in this library. On held-out songs the slider agrees "
                               "with the measured "
                               "value with a correlation of %3.")
                                .arg(measureText(property.measure, property.low),
                                     measureText(property.measure, property.high),
                                     locale.toString(property.r, 'f', 2));
        row.slider->setToolTip(tip);
        row.name->setToolTip(tip);
        grid->addWidget(row.name, 2 * index, 0);
        grid->addWidget(row.wanted, 2 * index, 1);
        grid->addWidget(row.achieved, 2 * index, 2);
        grid->addWidget(row.slider, 2 * index + 1, 0, 1, 3);
        connect(row.slider, &QSlider::valueChanged, this, [this, index] {
            const Row& moved = m_rows[std::size_t(index)];
            Q_EMIT wantedChanged(index, valueAt(moved), !moved.slider->isSliderDown());
        });
        connect(row.slider, &QSlider::sliderReleased, this, [this, index] {
            Q_EMIT wantedChanged(index, valueAt(m_rows[std::size_t(index)]), true);
        });
        m_rows.push_back(row);
    }
}

double PropertyPanel::valueAt(const Row& row) const {
    return row.property.low +
           (row.property.high - row.property.low) * row.slider->value() / double(kTicks);
}

QString PropertyPanel::wantedText(int property) const {
    return m_rows[std::size_t(property)].wanted->text();
}

QString PropertyPanel::achievedText(int property) const {
    return m_rows[std::size_t(property)].achieved->text();
}

QString PropertyPanel::movedText() const { return m_moved->text(); }

void PropertyPanel::setValues(const std::vector<std::optional<double>>& wanted,
                              const std::vector<std::optional<double>>& achieved) {
    for (std::size_t i = 0; i < m_rows.size() && i < wanted.size() && i < achieved.size(); ++i) {
        const Row& row = m_rows[i];
        const auto measure = row.property.measure;
        row.wanted->setText(wanted[i] ? tr("target %1").arg(measureText(measure, wanted[i]))
                                      : QString());
        row.achieved->setText(measureText(measure, achieved[i]));
        row.achieved->setToolTip(tr("Measured in the generated phrase"));
        const auto& shown = wanted[i] ? wanted[i] : achieved[i];
        const double span = row.property.high - row.property.low;
        if (shown && !row.slider->isSliderDown() && span > 0) {
            const QSignalBlocker quiet(row.slider);
            row.slider->setValue(int(std::lround((*shown - row.property.low) / span * kTicks)));
        }
    }
}

void PropertyPanel::setMoved(const QString& text) { m_moved->setText(text); }

void PropertyPanel::setStatus(const QString& text) {
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

void PropertyPanel::setSlidersEnabled(bool on) {
    for (const Row& row : m_rows) {
        row.slider->setEnabled(on && row.property.high > row.property.low);
    }
    m_keep->setEnabled(on);
    m_reset->setEnabled(on);
}

} // namespace canto::widgets
