// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/epoch_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>

namespace canto::widgets {

EpochStrip::EpochStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("epochStrip"));
    m_slider = new QSlider(Qt::Horizontal, this);
    m_slider->setObjectName(QStringLiteral("epochSlider"));
    m_slider->setAccessibleName(tr("Epoch"));
    m_slider->setToolTip(tr("Go back through the epochs: the map after each of them"));
    m_slider->setPageStep(1);
    m_slider->setMinimumHeight(24);
    m_slider->setTickPosition(QSlider::TicksBelow);
    m_title = new QLabel(this);
    m_title->setObjectName(QStringLiteral("epochTitle"));
    auto* first = new QHBoxLayout;
    first->addWidget(m_title, 1);
    auto* play = new QLabel(tr("Play"), this);
    play->setForegroundRole(QPalette::PlaceholderText);
    first->addWidget(play);
    for (int seed = 0; seed < kSeeds; ++seed) {
        auto* button = new QPushButton(this);
        const QString letter(QChar(u'A' + seed));
        button->setText(letter);
        button->setObjectName(QStringLiteral("seed") + letter);
        button->setAccessibleName(tr("Play phrase %1").arg(letter));
        button->setCheckable(true);
        button->setFixedSize(36, 28);
        connect(button, &QPushButton::clicked, this, [this, seed] { Q_EMIT seedAsked(seed); });
        first->addWidget(button);
        m_buttons[std::size_t(seed)] = button;
    }
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(12, 6, 12, 8);
    all->setSpacing(4);
    all->addLayout(first);
    all->addWidget(m_slider);
    connect(m_slider, &QSlider::valueChanged, this, [this](int epoch) {
        m_following = epoch + 1 == count();
        showTitle(epoch);
        Q_EMIT epochChosen(epoch);
    });
    clear();
}

int EpochStrip::epoch() const { return m_titles.isEmpty() ? -1 : m_slider->value(); }

void EpochStrip::addEpoch(const QString& title) {
    m_titles.append(title);
    const int last = count() - 1;
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setMaximum(last);
        if (m_following) {
            m_slider->setValue(last);
        }
    }
    enable();
    showTitle(m_slider->value());
    if (m_following) {
        Q_EMIT epochChosen(last);
    }
}

void EpochStrip::clear() {
    const QSignalBlocker quiet(m_slider);
    m_titles.clear();
    m_slider->setRange(0, 0);
    m_following = true;
    m_title->setText(tr("No epoch yet"));
    setCurrent(-1);
    enable();
}

void EpochStrip::setEpoch(int epoch) { m_slider->setValue(epoch); }

void EpochStrip::setSeeds(const QStringList& titles) {
    m_seeds = titles;
    enable();
}

void EpochStrip::setCurrent(int seed) {
    for (int i = 0; i < kSeeds; ++i) {
        m_buttons[std::size_t(i)]->setChecked(i == seed);
    }
}

void EpochStrip::showTitle(int epoch) {
    m_title->setText(m_titles.value(epoch));
    setCurrent(-1);
}

void EpochStrip::enable() {
    m_slider->setEnabled(count() > 1);
    for (int i = 0; i < kSeeds; ++i) {
        QPushButton* button = m_buttons[std::size_t(i)];
        const QString what = m_seeds.value(i);
        button->setEnabled(count() > 0 && !what.isEmpty());
        button->setToolTip(what.isEmpty()
                               ? tr("The data has no phrase for this button")
                               : tr("%1, reconstructed by the model of this epoch").arg(what));
    }
}

} // namespace canto::widgets
