// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/neighbours/neighbours_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace canto::app {
namespace {

enum Column { Phrase, Part, Label, Measure };

QLabel* wrapped(const char* name) {
    auto* label = new QLabel;
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(true);
    return label;
}

} // namespace

NeighboursPanel::NeighboursPanel(QWidget* parent)
    : QWidget(parent), m_by(new QComboBox), m_find(new QPushButton(tr("&Find similar"))),
      m_select(new QPushButton(tr("&Select on map"))), m_about(wrapped("neighboursOf")),
      m_status(wrapped("neighboursStatus")), m_memorised(wrapped("memorised")),
      m_list(new QTreeWidget) {
    m_by->setObjectName(QStringLiteral("neighboursBy"));
    m_by->setAccessibleName(tr("Compare phrases by"));
    m_by->addItem(tr("By latent"));
    m_by->addItem(tr("By notes"));
    m_find->setObjectName(QStringLiteral("findSimilar"));
    m_find->setToolTip(
        tr("Find the phrases most similar to what plays, or to the notes selected in the roll"));
    m_select->setObjectName(QStringLiteral("selectNeighbours"));
    m_select->setToolTip(tr("Select the listed phrases on the map"));
    m_list->setObjectName(QStringLiteral("neighbours"));
    m_list->setAccessibleName(tr("Nearest phrases"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->setHeaderLabels({tr("Phrase"), tr("Part"), tr("Class"), tr("Distance")});
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(Phrase, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(Measure, QHeaderView::ResizeToContents);
    m_memorised->setToolTip(tr("The part of the music that has most notes in common with a phrase "
                               "of the library, in whatever key; drums do not count"));

    auto* layout = new QVBoxLayout(this);
    auto* top = new QHBoxLayout;
    top->addWidget(m_by, 1);
    top->addWidget(m_find);
    layout->addLayout(top);
    layout->addWidget(m_about);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_status);
    layout->addWidget(m_memorised);
    layout->addWidget(m_select, 0, Qt::AlignLeft);

    connect(m_by, &QComboBox::currentIndexChanged, this, &NeighboursPanel::byChanged);
    connect(m_find, &QPushButton::clicked, this, &NeighboursPanel::findAsked);
    connect(m_select, &QPushButton::clicked, this, &NeighboursPanel::selectAsked);
    const auto choose = [this](QTreeWidgetItem* item) {
        Q_EMIT rowChosen(m_rows[m_list->indexOfTopLevelItem(item)].row);
    };
    connect(m_list, &QTreeWidget::itemClicked, this, choose);
    connect(m_list, &QTreeWidget::itemActivated, this, choose);
    setMemorised({});
    setRows({}, {});
}

NeighboursPanel::By NeighboursPanel::by() const {
    return m_by->currentIndex() == 0 ? By::Latent : By::Notes;
}

void NeighboursPanel::setRows(const QString& about, const QVector<NeighbourRow>& rows) {
    m_rows = rows;
    m_about->setText(about.isEmpty() ? tr("Click a point of the map to list its neighbours.")
                                     : about);
    m_list->headerItem()->setText(Measure, by() == By::Latent ? tr("Distance") : tr("Same notes"));
    m_list->clear();
    QList<QTreeWidgetItem*> items;
    for (const NeighbourRow& row : rows) {
        auto* item = new QTreeWidgetItem({row.title, row.part, row.label, row.measure});
        item->setTextAlignment(Measure, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(Phrase, row.title);
        items.append(item);
    }
    m_list->addTopLevelItems(items);
    m_select->setEnabled(!rows.isEmpty());
}

void NeighboursPanel::setStatus(const QString& text) {
    m_status->setText(text);
    m_status->setVisible(!text.isEmpty());
}

void NeighboursPanel::setMemorised(const QString& text) {
    m_memorised->setText(text);
    m_memorised->setVisible(!text.isEmpty());
}

QString NeighboursPanel::status() const { return m_status->text(); }
QString NeighboursPanel::memorised() const { return m_memorised->text(); }

} // namespace canto::app
