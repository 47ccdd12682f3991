// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/song_list_model.h"

#include "widgets/common/text.h"
#include "widgets/common/theme.h"

namespace canto::widgets {

SongListModel::SongListModel(QObject* parent)
    : QAbstractTableModel(parent), m_labelTitle(tr("Label")) {}

void SongListModel::setSongs(std::vector<SongRow> songs, const QString& labelTitle) {
    beginResetModel();
    m_songs = std::move(songs);
    m_searchKeys.clear();
    for (const SongRow& song : m_songs) {
        m_searchKeys.push_back(searchKey(song.title + QLatin1Char('\n') + song.artist +
                                         QLatin1Char('\n') + song.label));
    }
    m_labelTitle = labelTitle;
    endResetModel();
}

int SongListModel::rowOf(qint64 id) const {
    for (std::size_t row = 0; row < m_songs.size(); ++row) {
        if (m_songs[row].id == id) {
            return static_cast<int>(row);
        }
    }
    return -1;
}

int SongListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_songs.size());
}

int SongListModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : kColumns;
}

QVariant SongListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const SongRow& song = m_songs[static_cast<std::size_t>(index.row())];
    if (role == SearchRole) {
        return m_searchKeys[static_cast<std::size_t>(index.row())];
    }
    if (role == IdRole) {
        return song.id;
    }
    if (role == MineRole) {
        return song.mine;
    }
    if (role == Qt::TextAlignmentRole && index.column() == Phrases) {
        return QVariant::fromValue(Qt::Alignment(Qt::AlignRight | Qt::AlignVCenter));
    }
    if (role == Qt::ToolTipRole) {
        const QString what =
            song.artist.isEmpty() ? song.title : song.title + QStringLiteral(" – ") + song.artist;
        return song.heldOut ? tr("%1\nNot in the training set").arg(what) : what;
    }
    if (role != Qt::DisplayRole && role != SortRole) {
        return {};
    }
    switch (index.column()) {
    case Title:
        return oneLine(song.title);
    case Artist:
        return oneLine(song.artist);
    case Label:
        return oneLine(song.label);
    case Phrases:
        return role == SortRole
                   ? QVariant(song.phrases)
                   : QVariant(grouped(static_cast<std::size_t>(std::max(0, song.phrases))));
    default:
        return {};
    }
}

QVariant SongListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::Alignment(
            (section == Phrases ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Title:
        return tr("Title");
    case Artist:
        return tr("Artist");
    case Label:
        return m_labelTitle;
    case Phrases:
        return tr("Phrases");
    default:
        return {};
    }
}

} // namespace canto::widgets
