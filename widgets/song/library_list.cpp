// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/library_list.h"

#include "core/music/display_title.h"
#include "widgets/common/icons.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QCollator>
#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>
#include <algorithm>
#include <unordered_set>
#include <utility>

namespace canto::widgets {

namespace {

/// Every word of the search must be found, in any order, whatever its case and accents; of all
/// songs or of the user's own.
class WordFilter : public QSortFilterProxyModel {
  public:
    explicit WordFilter(QObject* parent) : QSortFilterProxyModel(parent) {
        m_collator.setNumericMode(true);
        m_collator.setCaseSensitivity(Qt::CaseInsensitive);
    }

    void setSearch(const QString& text) {
        m_words = searchKey(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
        invalidateFilter();
    }
    void setMineOnly(bool mine) {
        m_mine = mine;
        invalidateFilter();
    }

    /// Only these songs, while `on`.
    void setOnly(bool on, std::unordered_set<qint64> ids) {
        m_onlyOn = on;
        m_only = std::move(ids);
        invalidateFilter();
    }

  protected:
    /// Texts by their first letter or digit, whatever signs stand before it; letters before
    /// digits, numbers by their value ("No. 2" before "No. 10"), what is not known last.
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
        if (left.column() == SongListModel::Phrases) {
            return QSortFilterProxyModel::lessThan(left, right);
        }
        const QString a = sortText(left), b = sortText(right);
        const auto group = [](const QString& text) {
            return text.isEmpty() ? 2 : text.front().isDigit() ? 1 : 0;
        };
        return group(a) != group(b) ? group(a) < group(b) : m_collator.compare(a, b) < 0;
    }

    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        const QModelIndex song = sourceModel()->index(row, 0, parent);
        if (m_mine && !song.data(SongListModel::MineRole).toBool()) {
            return false;
        }
        if (m_onlyOn && !m_only.contains(song.data(SongListModel::IdRole).toLongLong())) {
            return false;
        }
        const QString text = song.data(SongListModel::SearchRole).toString();
        return std::all_of(m_words.cbegin(), m_words.cend(),
                           [&](const QString& word) { return text.contains(word); });
    }

  private:
    static QString sortText(const QModelIndex& index) {
        const std::string text = index.data(SongListModel::SortRole).toString().toStdString();
        const std::string_view key = music::sortKey(text);
        return QString::fromUtf8(key.data(), qsizetype(key.size()));
    }

    // The C locale compares bytes, numbers among them.
    QCollator m_collator{QLocale().language() == QLocale::C ? QLocale(QLocale::English)
                                                            : QLocale()};
    QStringList m_words;
    bool m_mine = false, m_onlyOn = false;
    std::unordered_set<qint64> m_only;
};

/// Rows with air above and below the text; the one that something would be dropped on is framed.
class RoomyRows : public QStyledItemDelegate {
  public:
    RoomyRows(const qint64& target, QWidget* view) : QStyledItemDelegate(view), m_target(target) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        QStyledItemDelegate::paint(painter, option, index);
        if (m_target >= 0 && index.data(SongListModel::IdRole).toLongLong() == m_target) {
            painter->fillRect(
                QRect(option.rect.left(), option.rect.bottom() - 2, option.rect.width(), 3),
                themeOf(*option.widget).accent);
        }
    }

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        return QStyledItemDelegate::sizeHint(option, index) + QSize(4, 8);
    }

  private:
    const qint64& m_target; ///< of the list, which outlives its rows
};

} // namespace

LibraryList::LibraryList(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("library"));
    m_model = new SongListModel(this);
    auto* filter = new WordFilter(this);
    m_filter = filter;
    m_filter->setSourceModel(m_model);
    m_filter->setSortRole(SongListModel::SortRole);

    m_search = new QLineEdit(this);
    m_search->setPlaceholderText(tr("Search songs"));
    m_search->setAccessibleName(tr("Search songs"));
    m_search->setClearButtonEnabled(true);
    m_searchIcon = m_search->addAction(icon(Icon::Search, palette()), QLineEdit::LeadingPosition);

    m_scope = new QComboBox(this);
    m_scope->setObjectName(QStringLiteral("libraryScope"));
    m_scope->setAccessibleName(tr("Songs to list"));
    m_scope->addItems({tr("All songs"), tr("My music")});
    m_scope->hide();

    m_only = new QCheckBox(this);
    m_only->setObjectName(QStringLiteral("onlySelected"));
    m_only->setToolTip(tr("List only the songs with points that are selected on the map"));
    m_only->hide();

    m_view = new QTreeView(this);
    m_view->setAccessibleName(tr("Songs"));
    m_view->setModel(m_filter);
    m_view->setItemDelegate(new RoomyRows(m_target, m_view));
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(SongListModel::Title, Qt::AscendingOrder);
    m_view->setAllColumnsShowFocus(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setTextElideMode(Qt::ElideRight);
    m_view->header()->setStretchLastSection(false);
    m_view->header()->setSectionResizeMode(SongListModel::Title, QHeaderView::Stretch);
    m_view->header()->setSectionResizeMode(SongListModel::Artist, QHeaderView::Interactive);
    m_view->header()->setSectionResizeMode(SongListModel::Label, QHeaderView::ResizeToContents);
    m_view->header()->setSectionResizeMode(SongListModel::Phrases, QHeaderView::ResizeToContents);
    m_view->header()->resizeSection(SongListModel::Artist, 84);

    m_count = new QLabel(this);
    m_count->setContentsMargins(10, 4, 10, 6);
    m_count->setForegroundRole(QPalette::PlaceholderText);

    auto* searchLine = new QHBoxLayout;
    searchLine->setContentsMargins(8, 8, 8, 6);
    searchLine->addWidget(m_search);
    auto* rows = new QHBoxLayout; // the text of a row does not touch the edge
    rows->setContentsMargins(6, 0, 0, 0);
    rows->addWidget(m_view);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addLayout(searchLine);
    auto* scopeLine = new QHBoxLayout;
    scopeLine->setContentsMargins(8, 0, 8, 0);
    scopeLine->addWidget(m_scope, 1);
    all->addLayout(scopeLine);
    auto* onlyLine = new QHBoxLayout;
    onlyLine->setContentsMargins(8, 0, 8, 0);
    onlyLine->addWidget(m_only, 1);
    all->addLayout(onlyLine);
    all->addLayout(rows, 1);
    all->addWidget(m_count);

    connect(m_search, &QLineEdit::textChanged, this, [this, filter](const QString& text) {
        filter->setSearch(text);
        updateCount();
    });
    const auto idAt = [](const QModelIndex& index) {
        return index.data(SongListModel::IdRole).toLongLong();
    };
    connect(m_search, &QLineEdit::returnPressed, this, [this, idAt] {
        if (m_filter->rowCount() > 0) {
            const QModelIndex first = m_filter->index(0, 0);
            m_view->setCurrentIndex(first);
            Q_EMIT songActivated(idAt(first));
        }
    });
    connect(m_scope, &QComboBox::currentIndexChanged, this, [this, filter](int index) {
        filter->setMineOnly(index == 1);
        updateCount();
    });
    connect(m_only, &QAbstractButton::toggled, this, [this, filter](bool on) {
        filter->setOnly(on, m_selectedOnMap);
        updateCount();
    });
    // Not activated(): on some desktops a single click is enough for that.
    connect(m_view, &QTreeView::doubleClicked, this,
            [this, idAt](const QModelIndex& index) { Q_EMIT songActivated(idAt(index)); });
    connect(m_view, &QWidget::customContextMenuRequested, this, &LibraryList::askForMenu);
    m_view->viewport()->installEventFilter(this);
    m_view->installEventFilter(this);
    updateCount();
}

qint64 LibraryList::songAt(QPoint global) const {
    const QPoint at = m_view->viewport()->mapFromGlobal(global);
    const bool seen = isVisible() && m_view->viewport()->visibleRegion().contains(at);
    const QModelIndex index = seen ? m_view->indexAt(at) : QModelIndex();
    return index.isValid() ? index.data(SongListModel::IdRole).toLongLong() : -1;
}

void LibraryList::setDropTarget(qint64 id) {
    if (id != m_target) {
        m_target = id;
        m_view->viewport()->update();
    }
}

bool LibraryList::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_view && event->type() == QEvent::ShortcutOverride && m_dragging &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept(); // not the window's "stop"
        return true;
    }
    if (watched == m_view && event->type() == QEvent::KeyPress && m_dragging &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        m_dragging = false;
        m_held = -1;
        Q_EMIT songDragCancelled();
        return true;
    }
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        return key(*static_cast<QKeyEvent*>(event));
    }
    if (watched == m_view->viewport()) {
        if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseMove ||
            event->type() == QEvent::MouseButtonRelease) {
            return drag(*static_cast<QMouseEvent*>(event));
        }
    }
    return QWidget::eventFilter(watched, event);
}

bool LibraryList::key(const QKeyEvent& event) {
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    if (enter && !(event.modifiers() & ~Qt::KeypadModifier) && m_view->currentIndex().isValid()) {
        Q_EMIT songActivated(m_view->currentIndex().data(SongListModel::IdRole).toLongLong());
        return true;
    }
    if (event.key() == Qt::Key_Delete && event.modifiers() == Qt::NoModifier &&
        !selectedSongs().empty()) {
        Q_EMIT removeAsked(selectedSongs());
        return true;
    }
    return false;
}

std::vector<qint64> LibraryList::selectedSongs() const {
    std::vector<qint64> songs;
    QModelIndexList rows = m_view->selectionModel()->selectedRows();
    std::sort(rows.begin(), rows.end());
    for (const QModelIndex& index : std::as_const(rows)) {
        songs.push_back(index.data(SongListModel::IdRole).toLongLong());
    }
    return songs;
}

void LibraryList::askForMenu(QPoint at) {
    const QModelIndex index = m_view->indexAt(at);
    if (!index.isValid()) {
        return;
    }
    const qint64 id = index.data(SongListModel::IdRole).toLongLong();
    const std::vector<qint64> songs = selectedSongs();
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Play"), this, [this, id] { Q_EMIT songActivated(id); });
    menu->addAction(tr("&Show on the map"), this, [this, id] { Q_EMIT showAsked(id); });
    menu->addAction(tr("S&elect on the map"), this, [this, songs] { Q_EMIT selectAsked(songs); });
    menu->addSeparator();
    menu->addAction(songs.size() > 1 ? tr("&Remove %Ln song(s) from the library...", nullptr,
                                          static_cast<int>(songs.size()))
                                     : tr("&Remove from the library..."),
                    this, [this, songs] { Q_EMIT removeAsked(songs); });
    Q_EMIT menuFilled(menu, songs);
    menu->popup(m_view->viewport()->mapToGlobal(at));
}

void LibraryList::setSelectedOnMap(std::vector<qint64> ids) {
    m_selectedOnMap = {ids.begin(), ids.end()};
    m_only->setText(tr("Only selected (%1)").arg(grouped(m_selectedOnMap.size())));
    m_only->setVisible(!m_selectedOnMap.empty());
    if (m_selectedOnMap.empty()) {
        m_only->setChecked(false);
    } else if (m_only->isChecked()) {
        static_cast<WordFilter*>(m_filter)->setOnly(true, m_selectedOnMap);
        updateCount();
    }
}

bool LibraryList::mineOnly() const { return m_scope->currentIndex() == 1; }

void LibraryList::setMineOnly(bool mine) { m_scope->setCurrentIndex(mine ? 1 : 0); }

void LibraryList::updateScopes() {
    const auto& songs = m_model->songs();
    const auto mine =
        std::count_if(songs.begin(), songs.end(), [](const SongRow& song) { return song.mine; });
    const bool choice = mine > 0 && std::size_t(mine) < songs.size();
    m_scope->setItemText(1, tr("My music (%1)").arg(grouped(std::size_t(mine))));
    m_scope->setVisible(choice);
    if (!choice) {
        setMineOnly(false);
    }
}

bool LibraryList::drag(const QMouseEvent& event) {
    const QPoint global = event.globalPosition().toPoint();
    if (event.type() == QEvent::MouseButtonPress) {
        m_held = event.button() == Qt::LeftButton ? songAt(global) : -1;
        m_pressed = event.position().toPoint();
        m_dragging = false;
        return false; // it selects as well
    }
    if (event.type() == QEvent::MouseButtonRelease) {
        m_held = -1;
        if (std::exchange(m_dragging, false)) {
            Q_EMIT songDragDropped(global);
        }
        return false;
    }
    if (m_held < 0 || !(event.buttons() & Qt::LeftButton)) {
        return false;
    }
    const int way = (event.position().toPoint() - m_pressed).manhattanLength();
    if (!m_dragging && way >= QApplication::startDragDistance()) {
        m_dragging = true;
        Q_EMIT songDragBegan(m_held);
    }
    if (m_dragging) {
        Q_EMIT songDragMoved(global);
    }
    return true; // the selection does not follow
}

void LibraryList::setSongs(std::vector<SongRow> songs, const QString& labelTitle) {
    m_model->setSongs(std::move(songs), labelTitle);
    showColumns();
    updateScopes();
    updateCount();
}

int LibraryList::shownCount() const { return m_filter->rowCount(); }

void LibraryList::search() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void LibraryList::setSearchText(const QString& text) { m_search->setText(text); }

void LibraryList::setCurrent(qint64 id) {
    const int row = m_model->rowOf(id);
    const QModelIndex index = m_filter->mapFromSource(m_model->index(row, 0));
    if (row >= 0 && index.isValid()) {
        m_view->setCurrentIndex(index);
        m_view->scrollTo(index);
    } else {
        m_view->clearSelection();
        m_view->setCurrentIndex({});
    }
}

void LibraryList::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showColumns();
}

void LibraryList::showColumns() {
    // Titles are what a narrow list is read for, then who made them. Where the label is the artist
    // again (a space of composers), or no artist is known, there is one column less.
    const auto& songs = m_model->songs();
    const bool artists = std::any_of(songs.begin(), songs.end(), [](const SongRow& song) {
        return !song.artist.isEmpty() && song.artist != song.label;
    });
    const bool artist = artists && width() >= 260;
    m_view->setColumnHidden(SongListModel::Phrases, width() < 440);
    m_view->setColumnHidden(SongListModel::Artist, !artist);
    m_view->setColumnHidden(SongListModel::Label, artist && width() < 340);
}

void LibraryList::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_searchIcon != nullptr) {
        m_searchIcon->setIcon(icon(Icon::Search, palette()));
    }
}

void LibraryList::updateCount() {
    const auto all = static_cast<std::size_t>(m_model->rowCount());
    const auto shown = static_cast<std::size_t>(shownCount());
    m_count->setText(
        shown == all ? tr("%Ln song(s)", nullptr, static_cast<int>(all))
                     : tr("%1 of %Ln song(s)", nullptr, static_cast<int>(all)).arg(grouped(shown)));
}

} // namespace canto::widgets
