// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/variants/variants_panel.h"

#include "widgets/common/action_button.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/flow_layout.h"
#include "widgets/explore/key_slider.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::app {
namespace {

constexpr int kMostSeed = 999999;
constexpr int kUsualRadius = 5; ///< steps of the slider

} // namespace

VariantsPanel::VariantsPanel(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->setSpacing(6);
    m_controls = new widgets::FlowLayout(6);
    column->addLayout(m_controls);

    m_generate = new QToolButton(this);
    m_generate->setObjectName(QStringLiteral("generateAround"));
    m_controls->addWidget(m_generate);
    connect(m_generate, &QToolButton::clicked, this, [this] {
        if (m_busy) {
            Q_EMIT cancelAsked();
        } else {
            Q_EMIT generateAsked();
        }
    });

    const auto group = [this] {
        auto* box = new QWidget(this);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(4);
        m_controls->addWidget(box);
        return row;
    };
    QHBoxLayout* radius = group();
    auto* radiusLabel = new QLabel(tr("Radius"), this);
    m_radius = new widgets::KeySlider(Qt::Horizontal, this);
    m_radius->setObjectName(QStringLiteral("radius"));
    m_radius->setRange(0, int(kMostRadius * kRadiusSteps));
    m_radius->setFixedWidth(100);
    m_radius->setValue(kUsualRadius);
    m_radius->setAccessibleName(tr("Radius of the variations"));
    m_radius->setToolTip(tr("How far the variations lie from what plays: 1 is as far as the "
                            "phrases of the library usually lie from their mean"));
    m_radiusText = new QLabel(this);
    m_radiusText->setMinimumWidth(
        m_radiusText->fontMetrics().horizontalAdvance(QLocale().toString(kMostRadius, 'f', 1)) + 4);
    radiusLabel->setBuddy(m_radius);
    radius->addWidget(radiusLabel);
    radius->addWidget(m_radius);
    radius->addWidget(m_radiusText);
    connect(m_radius, &QSlider::valueChanged, this, &VariantsPanel::showRadius);

    QHBoxLayout* seed = group();
    auto* seedLabel = new QLabel(tr("Seed"), this);
    m_seed = new QSpinBox(this);
    m_seed->setObjectName(QStringLiteral("seed"));
    m_seed->setRange(1, kMostSeed);
    m_seed->setAccessibleName(tr("Seed of the variations"));
    m_seed->setToolTip(tr("The same seed, radius and phrase give the same variations again"));
    seedLabel->setBuddy(m_seed);
    seed->addWidget(seedLabel);
    seed->addWidget(m_seed);

    m_status = new widgets::ElidedLabel(this);
    m_status->setObjectName(QStringLiteral("variantsStatus"));
    m_status->setForegroundRole(QPalette::PlaceholderText);
    m_status->hide();
    column->addWidget(m_status);

    m_strip = new widgets::VariantStrip;
    m_scroll = new QScrollArea(this);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setMinimumHeight(40);
    m_scroll->setWidget(m_strip);
    column->addWidget(m_scroll, 1);
    connect(m_strip, &widgets::VariantStrip::chosenChanged, this, [this](quint64 id) {
        if (const QRect card = m_strip->cardRect(id); !card.isEmpty()) {
            m_scroll->ensureVisible(card.center().x(), card.center().y(), card.width() / 2,
                                    card.height() / 2);
        }
    });
    showRadius();
    setUnavailable({});
}

double VariantsPanel::radius() const { return double(m_radius->value()) / kRadiusSteps; }

std::uint64_t VariantsPanel::seed() const { return std::uint64_t(m_seed->value()); }

void VariantsPanel::setSeed(std::uint64_t seed) {
    m_seed->setValue(int(std::min<std::uint64_t>(seed, kMostSeed)));
}

void VariantsPanel::showRadius() { m_radiusText->setText(QLocale().toString(radius(), 'f', 1)); }

void VariantsPanel::setUnavailable(const QString& why) {
    m_whyNot = why;
    m_generate->setText(m_busy ? tr("Cancel") : tr("Generate around"));
    m_generate->setEnabled(m_busy || why.isEmpty());
    m_generate->setToolTip(
        m_busy ? tr("Stop making variations; those that are ready stay")
        : !why.isEmpty()
            ? why
            : tr("Make 8 variations of what plays, at this distance from it (Ctrl+G)"));
}

void VariantsPanel::setBusy(bool busy) {
    m_busy = busy;
    setUnavailable(m_whyNot);
}

void VariantsPanel::setStatus(const QString& text) {
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

QString VariantsPanel::status() const { return m_status->text(); }

void VariantsPanel::addButton(QAction* action, const char* name) {
    auto* button = widgets::actionButton(action, name, this);
    m_controls->addWidget(button);
}

} // namespace canto::app
