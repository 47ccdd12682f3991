// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/curate/label_check_panel.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::app {
namespace {

enum Column { Song, Label, Neighbours, Share };

QPushButton* button(const QString& text, const char* name, const QString& tip) {
    auto* made = new QPushButton(text);
    made->setObjectName(QLatin1String(name));
    made->setToolTip(tip);
    made->setAutoDefault(false);
    return made;
}

} // namespace

LabelCheckPanel::LabelCheckPanel(QWidget* parent)
    : QWidget(parent), m_column(new QLabel), m_status(new QLabel), m_targets(new QLabel),
      m_check(button(tr("&Check"), "checkLabels",
                     tr("Compare the label of each song with those of its nearest neighbours"))),
      m_accept(button(tr("Use &neighbours' label"), "acceptSuggestions",
                      tr("Give the songs selected in the list the label of their neighbours"))),
      m_setLabel(button(tr("Set &label"), "setLabel",
                        tr("Give the songs this label; a name that is new makes a new class"))),
      m_addTag(button(tr("Add &tag"), "addTag", tr("Add this tag to the songs"))),
      m_remove(button(tr("Re&move"), "removeSongs",
                      tr("Take the songs out of the library; their files stay"))),
      m_list(new QTreeWidget), m_label(new QComboBox), m_tag(new QLineEdit) {
    m_list->setObjectName(QStringLiteral("labelChecks"));
    m_list->setAccessibleName(tr("Songs whose neighbours have another label"));
    m_list->setHeaderLabels({tr("Song"), tr("Label"), tr("Neighbours"), tr("Share")});
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAllColumnsShowFocus(true);
    m_list->header()->setStretchLastSection(false);
    m_list->header()->setSectionResizeMode(Song, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(Neighbours, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(Share, QHeaderView::ResizeToContents);
    m_label->setObjectName(QStringLiteral("newLabel"));
    m_label->setAccessibleName(tr("Label"));
    m_label->setEditable(true);
    m_label->setInsertPolicy(QComboBox::NoInsert);
    m_label->completer()->setCaseSensitivity(Qt::CaseSensitive);
    m_label->lineEdit()->setPlaceholderText(tr("Label"));
    m_label->lineEdit()->setAccessibleName(tr("Label"));
    m_tag->setObjectName(QStringLiteral("newTag"));
    m_tag->setAccessibleName(tr("Tag"));
    m_tag->setPlaceholderText(tr("Tag"));
    m_status->setWordWrap(true);
    m_targets->setObjectName(QStringLiteral("labelTargets"));
    m_status->setObjectName(QStringLiteral("labelStatus"));

    auto* layout = new QVBoxLayout(this);
    auto* top = new QHBoxLayout;
    top->addWidget(m_column, 1);
    top->addWidget(m_check);
    layout->addLayout(top);
    layout->addWidget(m_status);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_targets);
    auto* first = new QHBoxLayout;
    first->addWidget(m_accept);
    first->addStretch(1);
    first->addWidget(m_remove);
    layout->addLayout(first);
    auto* labels = new QHBoxLayout;
    labels->addWidget(m_label, 1);
    labels->addWidget(m_setLabel);
    layout->addLayout(labels);
    auto* tags = new QHBoxLayout;
    tags->addWidget(m_tag, 1);
    tags->addWidget(m_addTag);
    layout->addLayout(tags);

    connect(m_check, &QPushButton::clicked, this,
            [this] { m_checking ? Q_EMIT cancelAsked() : Q_EMIT checkAsked(); });
    connect(m_accept, &QPushButton::clicked, this, &LabelCheckPanel::acceptAsked);
    connect(m_remove, &QPushButton::clicked, this, &LabelCheckPanel::removeAsked);
    const auto setLabel = [this] { Q_EMIT labelAsked(m_label->currentText().trimmed()); };
    connect(m_setLabel, &QPushButton::clicked, this, setLabel);
    connect(m_label->lineEdit(), &QLineEdit::returnPressed, this, setLabel);
    const auto addTag = [this] { Q_EMIT tagAsked(m_tag->text().trimmed()); };
    connect(m_addTag, &QPushButton::clicked, this, addTag);
    connect(m_tag, &QLineEdit::returnPressed, this, addTag);
    connect(m_tag, &QLineEdit::textChanged, this, &LabelCheckPanel::showTargets);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &LabelCheckPanel::showTargets);
    const auto choose = [this](QTreeWidgetItem* item) {
        Q_EMIT rowChosen(m_rows[m_list->indexOfTopLevelItem(item)].row);
    };
    connect(m_list, &QTreeWidget::itemClicked, this, choose);
    connect(m_list, &QTreeWidget::itemActivated, this, choose);
    showTargets();
}

void LabelCheckPanel::setColumn(const QString& title, const QStringList& classes,
                                const QString& problem) {
    m_problem = problem;
    m_column->setText(tr("Labels: %1").arg(title));
    m_column->setToolTip(tr("Colour the map by another column to check that one"));
    const QString typed = m_label->currentText();
    m_label->clear();
    m_label->addItems(classes);
    m_label->setCurrentText(classes.contains(typed) ? typed : QString());
    showTargets();
}

void LabelCheckPanel::setRows(const QVector<LabelCheckRow>& rows) {
    m_list->clear();
    m_rows = rows.mid(0, kMostRows);
    QList<QTreeWidgetItem*> items;
    for (const LabelCheckRow& row : m_rows) {
        auto* item =
            new QTreeWidgetItem({row.title, row.labelText, row.suggestedText,
                                 tr("%1 %").arg(QLocale().toString(row.share * 100, 'f', 0))});
        item->setTextAlignment(Share, Qt::AlignRight | Qt::AlignVCenter);
        item->setToolTip(Song, row.title);
        items.append(item);
    }
    m_list->addTopLevelItems(items);
    showTargets();
}

void LabelCheckPanel::setChecking(bool checking) {
    m_checking = checking;
    m_check->setText(checking ? tr("&Cancel") : tr("&Check"));
    showTargets();
}

void LabelCheckPanel::setStatus(const QString& text) { m_status->setText(text); }

void LabelCheckPanel::setSelectedOnMap(int songs) {
    m_onMap = songs;
    showTargets();
}

QVector<LabelCheckRow> LabelCheckPanel::selected() const {
    QVector<LabelCheckRow> rows;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i) {
        if (m_list->topLevelItem(i)->isSelected()) {
            rows.append(m_rows[i]);
        }
    }
    return rows;
}

void LabelCheckPanel::showTargets() {
    const int listed = int(m_list->selectedItems().size());
    const int count = listed > 0 ? listed : m_onMap;
    m_targets->setText(listed > 0    ? tr("%Ln song(s) selected in the list:", nullptr, listed)
                       : m_onMap > 0 ? tr("%Ln song(s) selected on the map:", nullptr, m_onMap)
                                     : tr("Select songs in the list or points on the map."));
    const bool possible = m_problem.isEmpty();
    m_check->setEnabled(possible || m_checking);
    m_accept->setEnabled(possible && listed > 0);
    m_label->setEnabled(possible);
    m_setLabel->setEnabled(possible && count > 0);
    m_addTag->setEnabled(count > 0 && !m_tag->text().trimmed().isEmpty());
    m_remove->setEnabled(count > 0);
    if (!possible) {
        m_status->setText(m_problem);
    }
}

} // namespace canto::app
