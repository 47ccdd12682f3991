// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/similar_list.h"

#include <QLabel>
#include <QLocale>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::widgets {

SimilarList::SimilarList(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_title = new QLabel(this);
    m_title->setWordWrap(true);
    QFont bold = m_title->font();
    bold.setWeight(QFont::DemiBold);
    m_title->setFont(bold);
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("alikeList"));
    m_list->setAccessibleName(tr("Similar clips"));
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(m_title);
    column->addWidget(m_list);
    const auto choose = [this](QListWidgetItem* item) {
        Q_EMIT chosen(item->data(Qt::UserRole).toLongLong());
    };
    connect(m_list, &QListWidget::itemClicked, this, choose);
    connect(m_list, &QListWidget::itemActivated, this, choose); // by Return
    hide();
}

qint64 SimilarList::rowAt(int index) const {
    const QListWidgetItem* item = m_list->item(index);
    return item != nullptr ? item->data(Qt::UserRole).toLongLong() : -1;
}

void SimilarList::setSimilar(const QString& about, const QVector<SimilarRow>& rows) {
    m_list->clear();
    m_title->setText(about);
    for (const SimilarRow& row : rows) {
        const QString text = QStringLiteral("%1 \u00b7 %2").arg(row.subtitle, row.title);
        auto* item = new QListWidgetItem(text, m_list);
        item->setData(Qt::UserRole, row.row);
        item->setToolTip(
            tr("%1\nsimilarity %2").arg(text, QLocale().toString(row.similarity, 'f', 2)));
    }
    const int line = m_list->count() > 0 ? m_list->sizeHintForRow(0) : 0;
    m_list->setFixedHeight(line * m_list->count() + 2 * m_list->frameWidth());
    setVisible(!rows.isEmpty());
}

} // namespace canto::widgets
