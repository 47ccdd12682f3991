// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/train/epoch_view.h"

#include "widgets/common/icons.h"
#include "widgets/map/latent_map.h"
#include "widgets/train/epoch_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

namespace canto::widgets {

EpochView::EpochView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("epochView"));
    m_map = new LatentMap(this);
    m_map->setObjectName(QStringLiteral("epochMap"));
    m_map->setMessage(tr("The map appears when the first epoch is over"));
    m_strip = new EpochStrip(this);
    auto* title = new QLabel(tr("Map of the training run"), this);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* close = new QPushButton(this);
    close->setObjectName(QStringLiteral("closeEpochs"));
    close->setText(tr("Back to the library's map"));
    close->setMinimumHeight(28);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 4, 8, 4);
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(close);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(head);
    all->addWidget(m_map, 1);
    all->addWidget(m_strip);
    connect(close, &QPushButton::clicked, this, &EpochView::closeAsked);
    connect(m_strip, &EpochStrip::epochChosen, this, &EpochView::showEpoch);
    connect(m_strip, &EpochStrip::seedAsked, this,
            [this](int seed) { Q_EMIT seedAsked(m_strip->epoch(), seed); });
    connect(m_map, &LatentMap::pointClicked, this, [this](qint64 row) {
        if (m_strip->epoch() >= 0) {
            Q_EMIT pointAsked(m_strip->epoch(), row);
        }
    });
}

void EpochView::addEpoch(MapSnapshotPtr snapshot, const QString& title) {
    m_epochs.push_back(std::move(snapshot));
    m_map->setMessage({});
    m_strip->addEpoch(title);
}

void EpochView::clear() {
    m_epochs.clear();
    m_shown = -1;
    m_strip->clear();
    m_map->setSnapshot(MapSnapshot::make({}, {}));
    m_map->setMessage(tr("The map appears when the first epoch is over"));
}

void EpochView::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    // What came while it was hidden was fitted to no size at all.
    QTimer::singleShot(0, m_map, &LatentMap::fit);
}

void EpochView::showEpoch(int epoch) {
    if (epoch < 0 || epoch >= count() || epoch == m_shown) {
        return;
    }
    const MapSnapshotPtr& to = m_epochs[std::size_t(epoch)];
    if (m_shown < 0) {
        m_map->setSnapshot(to);
    } else {
        m_map->animate(m_epochs[std::size_t(m_shown)], to);
    }
    m_shown = epoch;
}

} // namespace canto::widgets
