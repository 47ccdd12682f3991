// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/path_controls.h"

#include "widgets/common/elided_combo.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/icons.h"
#include "widgets/common/wrapped_check_box.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace canto::widgets {

PathControls::PathControls(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("pathControls"));
    setAccessibleName(tr("Path"));
    m_steps = new QSpinBox(this);
    m_steps->setRange(kLeastSteps, kMostSteps);
    m_steps->setValue(kDefaultSteps);
    m_steps->setAccessibleName(tr("Steps"));
    m_geometry = new ElidedCombo(this);
    m_geometry->setAccessibleName(tr("Geometry"));
    m_geometry->setToolTip(tr("How the phrases between two points of the path are interpolated"));
    m_geometry->setEnabled(false);
    m_ends = new WrappedCheckBox(tr("Use original songs at both ends"), this);
    m_ends->setChecked(true);
    m_ends->setMinimumHeight(24);
    m_ends->setToolTip(tr("At an end of the path that is a song, play the original instead of its "
                          "reconstruction"));
    const auto button = [this](const QString& text, const QString& toolTip) {
        auto* made = new QToolButton(this);
        made->setText(text);
        made->setAccessibleName(text);
        made->setToolTip(toolTip);
        made->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        made->setMinimumHeight(28);
        made->setEnabled(false);
        return made;
    };
    m_reverse = button(tr("Reverse"), tr("Reverse the path (Shift+R)"));
    m_clear = button(tr("Clear"), tr("Remove the path (Esc)"));
    m_status = new QLabel(this);
    m_status->setWordWrap(true);
    m_status->setForegroundRole(QPalette::PlaceholderText);

    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setHorizontalSpacing(12);
    form->setVerticalSpacing(8);
    form->addRow(tr("Steps"), m_steps);
    form->addRow(tr("Geometry"), m_geometry);
    auto* buttons = new FlowLayout(6);
    buttons->addWidget(m_reverse);
    buttons->addWidget(m_clear);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(12, 12, 12, 12);
    all->setSpacing(10);
    all->addLayout(form);
    all->addWidget(m_ends);
    all->addLayout(buttons);
    all->addWidget(m_status);
    all->addStretch(1);

    setIcons();
    connect(m_steps, &QSpinBox::valueChanged, this, &PathControls::stepsChanged);
    connect(m_geometry, &QComboBox::currentIndexChanged, this, &PathControls::geometryChanged);
    connect(m_ends, &QCheckBox::toggled, this, &PathControls::originalEndsChanged);
    connect(m_reverse, &QToolButton::clicked, this, &PathControls::reverseRequested);
    connect(m_clear, &QToolButton::clicked, this, &PathControls::clearRequested);
}

int PathControls::steps() const { return m_steps->value(); }
int PathControls::geometryIndex() const { return m_geometry->currentIndex(); }
bool PathControls::originalEnds() const { return m_ends->isChecked(); }

void PathControls::setSteps(int steps) {
    const QSignalBlocker quiet(m_steps);
    m_steps->setValue(steps);
}

void PathControls::setGeometries(const QStringList& names, const QString& whyOne) {
    const QSignalBlocker quiet(m_geometry);
    m_geometry->clear();
    m_geometry->addItems(names);
    m_geometry->setEnabled(names.size() > 1);
    m_geometry->setToolTip(
        names.size() > 1 || whyOne.isEmpty()
            ? tr("How the phrases between two points of the path are interpolated")
            : whyOne);
}

void PathControls::setGeometryIndex(int index) {
    const QSignalBlocker quiet(m_geometry);
    if (index >= 0 && index < m_geometry->count()) {
        m_geometry->setCurrentIndex(index);
    }
}

void PathControls::setOriginalEnds(bool original) {
    const QSignalBlocker quiet(m_ends);
    m_ends->setChecked(original);
}

void PathControls::setHasPath(bool has) {
    m_reverse->setEnabled(has);
    m_clear->setEnabled(has);
}

void PathControls::setStatus(const QString& text) { m_status->setText(text); }

void PathControls::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        setIcons();
    }
}

void PathControls::setIcons() {
    m_reverse->setIcon(icon(Icon::Reverse, palette()));
    m_clear->setIcon(icon(Icon::Clear, palette()));
}

} // namespace canto::widgets
