// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/curate/curate.h"

#include "app/workspace/action_table.h"
#include "app/workspace/class_names.h"
#include "app/workspace/qt_text.h"
#include "core/music/class_labels.h"
#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"

#include <QComboBox>
#include <QTreeWidget>
#include <QUndoCommand>
#include <algorithm>
#include <set>

namespace canto::app {

namespace fs = std::filesystem;

namespace {

constexpr int kNeighbours = 60;        ///< looked at for a point: many are phrases of its own song
constexpr std::size_t kCounted = 10;   ///< of them, that are of other songs and have a label
constexpr const char* kTags = "tags";  ///< column of tags
constexpr const char* kBetween = "; "; ///< two tags

Curate::Changes reversed(Curate::Changes changes) {
    for (atlas::LabelChange& change : changes) {
        std::swap(change.before, change.after);
    }
    return changes;
}

const atlas::SongRow* songWithId(const Library& library, atlas::RowId id) {
    const auto row = library.firstRows.find(id);
    return row == library.firstRows.end() ? nullptr : &library.points.songOf(row->second);
}

/// Labels of the songs as numbers; -1: none.
struct NumberedLabels {
    std::vector<int> bySong;
    std::vector<std::string> values;
};

NumberedLabels numbered(const Library& library, const std::string& column) {
    std::map<std::string, int> numbers;
    for (const atlas::SongRow& song : library.points.songs) {
        numbers.emplace(song.label(column), 0);
    }
    numbers.erase(std::string());
    NumberedLabels labels;
    for (auto& [value, number] : numbers) {
        number = int(labels.values.size());
        labels.values.push_back(value);
    }
    for (const atlas::SongRow& song : library.points.songs) {
        const auto found = numbers.find(song.label(column));
        labels.bySong.push_back(found == numbers.end() ? -1 : found->second);
    }
    return labels;
}

Result<QVector<LabelCheckRow>> rowsToCheck(const Library& library, const std::string& column,
                                           const projection::Neighbours& neighbours) {
    const NumberedLabels labels = numbered(library, column);
    std::vector<std::uint32_t> groups;
    groups.reserve(library.points.count());
    for (const atlas::SegmentRow& segment : library.points.segments) {
        groups.push_back(std::uint32_t(segment.song));
    }
    CANTO_TRY(doubts, projection::labelsToCheck(neighbours, kCounted, groups, labels.bySong));
    QVector<LabelCheckRow> rows;
    for (const projection::LabelDoubt& doubt : *doubts) {
        const auto& own = labels.values[std::size_t(doubt.own)];
        const auto& suggested = labels.values[std::size_t(doubt.suggested)];
        rows.append({library.points.songs[doubt.group].id, qint64(doubt.row),
                     library.names[doubt.group].title, text(own), text(suggested),
                     classText(column, own), classText(column, suggested), doubt.suggestedShare,
                     doubt.strength()});
    }
    return rows;
}

} // namespace

struct Curate::Step {
    QString title;
    fs::path library;
    Changes changes;     ///< empty: songs are taken out
    TakenSongsPtr songs; ///< null: labels change
};

class Curate::Command : public QUndoCommand {
  public:
    Command(Curate& curate, std::shared_ptr<Step> step)
        : QUndoCommand(step->title), m_curate(curate), m_step(std::move(step)) {}
    void undo() override { m_curate.run(m_step, false); }
    void redo() override { m_curate.run(m_step, true); }

  private:
    Curate& m_curate;
    std::shared_ptr<Step> m_step;
};

Curate::Curate(Workspace& workspace)
    : m_workspace(workspace), m_panel(new LabelCheckPanel(&workspace.window())) {
    m_panel->setWindowTitle(tr("Check labels"));
    connect(&workspace.map(), &widgets::LatentMap::selectionChanged, this, &Curate::showSelection);
    connect(&workspace.maps(), &MapController::columnShown, this, &Curate::showColumn);
    connect(&workspace, &Workspace::libraryChanged, this, [this] {
        m_check.cancel();
        m_checkAgain = m_neighbours != nullptr && m_reading;
        m_neighbours.reset();
        showColumn();
        showSelection();
    });
    connect(&workspace, &Workspace::libraryReady, this, &Curate::onLibraryReady);
    connect(m_panel, &LabelCheckPanel::checkAsked, this, &Curate::check);
    connect(m_panel, &LabelCheckPanel::cancelAsked, this, [this] {
        m_check.cancel();
        m_panel->setChecking(false);
        m_panel->setStatus(tr("Cancelled"));
    });
    connect(m_panel, &LabelCheckPanel::rowChosen, this, [this](qint64 row) {
        m_workspace.map().flyTo(row);
        m_workspace.player().pressed();
        m_workspace.maps().playRow(row);
    });
    connect(m_panel, &LabelCheckPanel::acceptAsked, this, &Curate::acceptSuggestions);
    connect(m_panel, &LabelCheckPanel::labelAsked, this, [this](const QString& value) {
        // A class is named as people read it, and kept under its identifier.
        const auto* known =
            music::classLabelNamed(m_workspace.maps().column(), value.toStdString());
        setLabel(targets(), known != nullptr ? std::string(known->id) : value.toStdString());
    });
    connect(m_panel, &LabelCheckPanel::tagAsked, this,
            [this](const QString& tag) { addTag(targets(), tag.toStdString()); });
    connect(m_panel, &LabelCheckPanel::removeAsked, this, [this] { remove(targets()); });
}

Curate::~Curate() { closing(); }

std::vector<Panel> Curate::panels() {
    return {{.id = "curateDock", .widget = m_panel, .place = Panel::Place::Right, .open = false}};
}

void Curate::addActions(ActionTable& table) {
    table.add(MenuId::Tools, 3, tr("Check &labels..."), {}, [this] {
        Q_EMIT raiseWanted(m_panel);
        check();
    });
    auto* label = new QAction(tr("&Label selection..."), this);
    label->setToolTip(tr("Give the selected songs another label, a new class or a tag"));
    connect(label, &QAction::triggered, this, [this] {
        m_panel->list()->clearSelection();
        Q_EMIT raiseWanted(m_panel);
        m_panel->label()->setFocus();
    });
    table.addToContext(ContextId::Selection, 1, label);
}

void Curate::closing() {
    m_queue->write([](const LibraryEdit&, const Result<void>&) {}); // nothing that waits is lost
}

// ---- what is shown ----

std::vector<atlas::RowId> Curate::targets() const {
    std::vector<atlas::RowId> songs;
    for (const LabelCheckRow& row : m_panel->selected()) {
        songs.push_back(row.song);
    }
    return songs.empty() ? songsOnMap() : songs;
}

std::vector<atlas::RowId> Curate::songsOnMap() const {
    const LibraryPtr& library = m_workspace.library();
    std::set<atlas::RowId> songs;
    for (const std::uint32_t row : m_workspace.map().selection()) {
        if (library && row < library->points.count()) {
            songs.insert(library->points.songOf(row).id);
        }
    }
    return {songs.begin(), songs.end()};
}

void Curate::showSelection() { m_panel->setSelectedOnMap(int(songsOnMap().size())); }

QString Curate::whyNotEdited() const {
    const LibraryPtr& library = m_workspace.library();
    const std::string& column = m_workspace.maps().column();
    if (!library) {
        return tr("No library is open.");
    }
    if (std::find(library->derived.begin(), library->derived.end(), column) !=
        library->derived.end()) {
        return tr("%1 follows from the emotion: colour the map by emotion to change it.")
            .arg(columnTitle(column));
    }
    const bool measured =
        std::any_of(library->measures.begin(), library->measures.end(),
                    [&](const LibraryMeasure& measure) { return measure.name == column; });
    return measured ? tr("%1 was computed and is not a label: colour the map by another column.")
                          .arg(columnTitle(column))
                    : QString();
}

void Curate::showColumn() {
    const LibraryPtr& library = m_workspace.library();
    if (!library) {
        return;
    }
    const std::string& column = m_workspace.maps().column();
    QStringList classes;
    for (const std::string& value : numbered(*library, column).values) {
        classes.append(classText(column, value));
    }
    const QString problem = whyNotEdited();
    if (m_column != column || m_neighbours == nullptr) {
        m_panel->setRows({});
        m_panel->setStatus({});
    }
    m_column = column;
    m_panel->setColumn(columnTitle(column), classes, problem);
    if (m_neighbours && problem.isEmpty()) {
        list();
    }
}

void Curate::check() {
    if (const QString why = whyNotEdited(); !why.isEmpty()) {
        m_panel->setStatus(why);
        return;
    }
    if (m_neighbours) {
        list();
        return;
    }
    m_panel->setStatus(tr("Comparing each song with its neighbours..."));
    list();
}

void Curate::list() {
    m_panel->setChecking(true);
    m_check.start([library = m_workspace.library(), column = m_workspace.maps().column(),
                   open = m_workspace.space().open, known = m_neighbours](const auto& run) {
        auto neighbours = known;
        if (!neighbours) {
            const auto points =
                mapPointsOf(*library, coordinatesFor(*library, open), std::nullopt, run.cancel());
            auto found = points ? projection::neighbours(*points->points, kNeighbours,
                                                         {.threads = 1}, run.cancel())
                                : tl::unexpected(points.error());
            if (!found) {
                run.deliverError(&Curate::onCheckFailed, found.error());
                return;
            }
            neighbours = std::make_shared<const projection::Neighbours>(std::move(*found));
        }
        run.deliverResult(
            rowsToCheck(*library, column, *neighbours),
            [neighbours](Curate& to, const QVector<LabelCheckRow>& rows) {
                to.m_neighbours = neighbours;
                to.onChecked(rows);
            },
            &Curate::onCheckFailed);
    });
}

void Curate::onCheckFailed(const Error& error) {
    m_panel->setChecking(false);
    m_panel->setStatus(text(error.message()));
    Q_EMIT checked();
}

void Curate::onChecked(const QVector<LabelCheckRow>& rows) {
    m_panel->setChecking(false);
    m_panel->setRows(rows);
    const int shown = std::min(int(rows.size()), LabelCheckPanel::kMostRows);
    const QString found =
        tr("The neighbours of %Ln song(s) have another label", nullptr, int(rows.size()));
    m_panel->setStatus(shown < rows.size()
                           ? tr("%1; the first %2 are listed").arg(found, widgets::grouped(shown))
                           : found);
    Q_EMIT checked();
}

// ---- changes ----

void Curate::setLabel(const std::vector<atlas::RowId>& songs, const std::string& value) {
    setLabels(
        songs, [&value](const atlas::SongRow&) { return value; },
        value.empty() ? tr("Take the label away") : tr("Label as %1").arg(text(value)));
}

void Curate::acceptSuggestions() {
    std::map<atlas::RowId, std::string> suggested;
    std::vector<atlas::RowId> songs;
    for (const LabelCheckRow& row : m_panel->selected()) {
        suggested.emplace(row.song, row.suggested.toStdString());
        songs.push_back(row.song);
    }
    setLabels(
        songs, [&](const atlas::SongRow& song) { return suggested[song.id]; },
        tr("Use the neighbours' label"));
}

void Curate::setLabels(const std::vector<atlas::RowId>& songs, const NewLabel& labelOf,
                       const QString& title) {
    if (const QString why = whyNotEdited(); !why.isEmpty()) {
        Q_EMIT problem(tr("These labels cannot be changed"), why);
        return;
    }
    change(songs, m_workspace.maps().column(), labelOf, title);
}

void Curate::addTag(const std::vector<atlas::RowId>& songs, const std::string& tag) {
    if (tag.empty() || tag.find(';') != std::string::npos) {
        Q_EMIT problem(tr("A tag is a word or two, without semicolons"),
                       tr("Add several tags one after another."));
        return;
    }
    const auto tagged = [&tag](const atlas::SongRow& song) {
        const std::string& tags = song.label(kTags);
        const std::string all = kBetween + tags + kBetween;
        return tags.empty()                                               ? tag
               : all.find(kBetween + tag + kBetween) != std::string::npos ? tags
                                                                          : tags + kBetween + tag;
    };
    change(songs, kTags, tagged, tr("Tag as %1").arg(text(tag)));
}

void Curate::change(const std::vector<atlas::RowId>& songs, const std::string& column,
                    const NewLabel& labelOf, const QString& title) {
    const LibraryPtr& library = m_workspace.library();
    Changes changes;
    for (const atlas::RowId id : songs) {
        const atlas::SongRow* song = songWithId(*library, id);
        const std::string after = song != nullptr ? labelOf(*song) : std::string();
        if (song != nullptr && song->label(column) != after) {
            changes.push_back({id, column, song->label(column), after});
        }
    }
    if (changes.empty()) {
        Q_EMIT notice(tr("Nothing to change: these songs have this label already"));
        return;
    }
    begin({title, {}, std::move(changes), nullptr});
}

void Curate::remove(const std::vector<atlas::RowId>& songs) {
    const LibraryPtr& library = m_workspace.library();
    if (!library || songs.empty()) {
        return;
    }
    if (songs.size() >= library->points.songs.size()) {
        Q_EMIT problem(tr("These are all songs of the library"),
                       tr("A library needs at least one song. Open another library instead."));
        return;
    }
    auto taken = std::make_shared<atlas::TakenSongs>();
    taken->songs = songs;
    begin({tr("Remove %Ln song(s)", nullptr, int(songs.size())), {}, {}, std::move(taken)});
}

void Curate::begin(Step step) {
    const fs::path shown = m_workspace.library()->path;
    step.library = shown;
    auto made = std::make_shared<Step>(std::move(step));
    if (!m_workspace.ships(shown)) {
        if (!isWritableLibrary(shown)) {
            Q_EMIT problem(tr("%1 cannot be changed").arg(text(shown.filename())),
                           tr("The file or its folder is read-only. Copy it to a folder of your "
                              "own and open it there."));
            return;
        }
        push(made);
        return;
    }
    const fs::path own = m_workspace.libraries().own(m_workspace.space());
    std::error_code ignored;
    if (fs::exists(own, ignored)) {
        m_workspace.notify(
            {Notice::Kind::Warning, tr("The library that comes with Cantograph stays as it is"),
             tr("Change your own library, which has the same songs and yours."),
             tr("Open my library"), [this, own] { m_workspace.openLibrary(own, true); }});
        return;
    }
    // The change is made in the copy, which is then shown; its step is there when it is.
    made->library = own;
    m_histories[own] = {{made}, 1};
    m_read = true;
    LibraryEdit edit = editOf(*made, true);
    edit.startFrom = shown;
    write(std::move(edit));
    m_workspace.inform(tr("The library that comes with Cantograph stays as it is. Your library has "
                          "everything in it and is shown from now on: %1")
                           .arg(text(own)));
}

void Curate::push(const std::shared_ptr<Step>& step) {
    History& history = m_histories[step->library];
    history.steps.resize(history.done);
    history.steps.push_back(step);
    m_workspace.undo().stack().push(new Command(*this, step));
}

LibraryEdit Curate::editOf(const Step& step, bool forward) {
    LibraryEdit edit;
    edit.library = step.library;
    if (!step.songs) {
        edit.changes = forward ? step.changes : reversed(step.changes);
        return edit;
    }
    edit.kind = forward ? LibraryEdit::Kind::TakeOut : LibraryEdit::Kind::PutBack;
    edit.songs = step.songs;
    return edit;
}

void Curate::run(const std::shared_ptr<Step>& step, bool forward) {
    if (m_quiet) {
        return;
    }
    History& history = m_histories[step->library];
    const auto at = std::find(history.steps.begin(), history.steps.end(), step);
    if (at != history.steps.end()) {
        history.done = std::size_t(at - history.steps.begin()) + (forward ? 1 : 0);
    }
    LibraryEdit edit = editOf(*step, forward);
    const LibraryPtr& library = m_workspace.library();
    if (edit.kind == LibraryEdit::Kind::Labels && library && library->path == step->library) {
        m_workspace.setLabels(withLabels(*library, edit.changes));
    }
    write(std::move(edit));
}

void Curate::write(LibraryEdit edit) {
    ++m_asked;
    ++m_waiting;
    m_queue->add(std::move(edit));
    m_write.start([queue = m_queue](const auto& run) {
        queue->write([&run](const LibraryEdit& one, const Result<void>& done) {
            run.beat();
            run.deliverAlways(&Curate::onWritten, std::make_shared<const LibraryEdit>(one), done);
        });
    });
}

void Curate::onWritten(const std::shared_ptr<const LibraryEdit>& edit, const Result<void>& done) {
    --m_waiting;
    if (!done) {
        Q_EMIT problem(tr("The change could not be written: %1").arg(text(done.error().message())),
                       {});
        m_histories.erase(edit->library);
    }
    m_read |= !done || edit->kind != LibraryEdit::Kind::Labels;
    m_toRead = edit->library;
    if (m_waiting == 0) {
        Q_EMIT written(bool(done));
        readAgain();
    }
}

void Curate::readAgain() {
    const LibraryPtr& library = m_workspace.library();
    if (!m_read || m_waiting > 0) {
        return;
    }
    m_read = false;
    const bool shown = library && (library->path == m_toRead || m_workspace.ships(library->path));
    if (shown) {
        m_reading = true;
        m_askedAtReading = m_asked;
        m_workspace.openLibrary(m_toRead, true);
    }
}

void Curate::onLibraryReady() {
    const bool mine = std::exchange(m_reading, false) && m_workspace.library()->path == m_toRead;
    if (mine && m_asked != m_askedAtReading) { // changed again while it was read
        m_read = true;
        readAgain();
    }
    pushAgain();
    if (mine && std::exchange(m_checkAgain, false)) {
        check();
    }
}

void Curate::pushAgain() {
    QUndoStack& stack = m_workspace.undo().stack();
    const auto history = m_histories.find(m_workspace.library()->path);
    bool there = false;
    for (int i = 0; i < stack.count(); ++i) {
        there |= dynamic_cast<const Command*>(stack.command(i)) != nullptr;
    }
    if (there || history == m_histories.end()) {
        return;
    }
    m_quiet = true;
    for (const auto& step : history->second.steps) {
        stack.push(new Command(*this, step));
    }
    for (std::size_t i = history->second.steps.size(); i > history->second.done; --i) {
        stack.undo();
    }
    m_quiet = false;
}

} // namespace canto::app
