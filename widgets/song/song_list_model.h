// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <vector>

namespace canto::widgets {

/// One song of the library list.
struct SongRow {
    qint64 id = 0; ///< the caller's number
    QString title;
    QString artist;
    QString label; ///< genre, composer, emotion
    int phrases = 0;
    bool heldOut = false;
    bool mine = false; ///< imported by the user
};

/// The songs of an atlas as a table: title, artist, label, phrases.
class SongListModel : public QAbstractTableModel {
    Q_OBJECT

  public:
    enum Column { Title, Artist, Label, Phrases, kColumns };
    /// SearchRole: searchKey of title, artist and label, a line each.
    enum Role { SearchRole = Qt::UserRole, IdRole, SortRole, MineRole };

    explicit SongListModel(QObject* parent = nullptr);

    void setSongs(std::vector<SongRow> songs, const QString& labelTitle);
    const std::vector<SongRow>& songs() const { return m_songs; }
    /// Row of the song, or -1.
    int rowOf(qint64 id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

  private:
    std::vector<SongRow> m_songs;
    std::vector<QString> m_searchKeys; ///< by row
    QString m_labelTitle;
};

} // namespace canto::widgets
