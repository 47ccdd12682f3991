#pragma once

#include "widgets/song/song_list_model.h"

#include <QWidget>

class QLabel;
class QAction;
class QLineEdit;
class QSortFilterProxyModel;
class QTreeView;

namespace canto::widgets {

/// The songs of the atlas with a search field: every word must be found in title, artist or label.
class LibraryList : public QWidget {
    Q_OBJECT

  public:
    explicit LibraryList(QWidget* parent = nullptr);

    void setSongs(std::vector<SongRow> songs, const QString& labelTitle);
    SongListModel* model() const { return m_model; }
    int shownCount() const;

  public Q_SLOTS:
    /// Puts the cursor into the search field (Ctrl+F).
    void search();
    void setSearchText(const QString& text);
    /// Marks the song in the list without telling anyone.
    void setCurrent(qint64 id);

  Q_SIGNALS:
    /// One click or arrow key: show it.
    void songSelected(qint64 id);
    /// Double click or Enter: play it.
    void songActivated(qint64 id);

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void updateCount();

    SongListModel* m_model;
    QSortFilterProxyModel* m_filter;
    QLineEdit* m_search;
    QAction* m_searchIcon = nullptr;
    QTreeView* m_view;
    QLabel* m_count;
    bool m_silent = false;
};

} // namespace canto::widgets
