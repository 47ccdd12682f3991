// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/song/song_list_model.h"

#include <QMenu>
#include <QWidget>
#include <unordered_set>
#include <vector>

class QLabel;
class QAction;
class QComboBox;
class QKeyEvent;
class QLineEdit;
class QSortFilterProxyModel;
class QMouseEvent;
class QAbstractButton;
class QTreeView;

namespace canto::widgets {

/// The songs of the atlas with a search field: every word must be found in title, artist or label.
/// Songs that the user imported can be listed alone. Selecting a song plays nothing and moves
/// nothing; Enter and a double click play it, Delete asks to remove what is selected, and a right
/// click offers all of these.
class LibraryList : public QWidget {
    Q_OBJECT

  public:
    explicit LibraryList(QWidget* parent = nullptr);

    void setSongs(std::vector<SongRow> songs, const QString& labelTitle);
    SongListModel* model() const { return m_model; }
    int shownCount() const;
    /// Lists the user's own songs alone, or all.
    void setMineOnly(bool mine);
    bool mineOnly() const;
    /// Songs that are selected elsewhere (on the map): a button lists them alone. Empty: none are,
    /// and the button is hidden.
    void setSelectedOnMap(std::vector<qint64> ids);
    QAbstractButton* onlySelected() const { return m_only; }
    /// In the order of the list.
    std::vector<qint64> selectedSongs() const;
    /// The song under a screen position, -1 for none.
    qint64 songAt(QPoint global) const;

  public Q_SLOTS:
    /// Puts the cursor into the search field (Ctrl+F).
    void search();
    void setSearchText(const QString& text);
    /// Selects the song in the list without emitting a signal.
    void setCurrent(qint64 id);
    /// Marks a song as the drop target; -1 for none.
    void setDropTarget(qint64 id);

  Q_SIGNALS:
    /// Double click, Enter or the menu: play it.
    void songActivated(qint64 id);
    void showAsked(qint64 id);                        ///< on the map
    void selectAsked(const std::vector<qint64>& ids); ///< on the map
    void removeAsked(const std::vector<qint64>& ids);
    /// The menu of these songs is about to be shown: others may add to it.
    void menuFilled(QMenu* menu, const std::vector<qint64>& ids);
    /// A song is dragged, in screen coordinates; ended by either dropped or cancelled.
    void songDragBegan(qint64 id);
    void songDragMoved(QPoint global);
    void songDragDropped(QPoint global);
    void songDragCancelled();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void updateCount();
    void showColumns();
    void updateScopes();
    void askForMenu(QPoint at);
    bool key(const QKeyEvent& event);
    bool drag(const QMouseEvent& event);

    SongListModel* m_model;
    QSortFilterProxyModel* m_filter;
    QLineEdit* m_search;
    QComboBox* m_scope; ///< all songs, or the user's own; hidden without any of these
    std::unordered_set<qint64> m_selectedOnMap;
    QAbstractButton* m_only; ///< songs selected on the map alone
    QAction* m_searchIcon = nullptr;
    QTreeView* m_view;
    QLabel* m_count;
    QPoint m_pressed;
    qint64 m_held = -1;      ///< the song under the pressed mouse button
    bool m_dragging = false; ///< whether it is dragged
    qint64 m_target = -1;
};

} // namespace canto::widgets
