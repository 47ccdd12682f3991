// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/library/library_controller.h"

#include "app/features/library/import_summary.h"
#include "app/library/change_library.h"
#include "app/library/originals.h"
#include "app/workspace/action_table.h"
#include "app/workspace/class_names.h"
#include "app/workspace/columns.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"
#include "models/common/device.h"
#include "models/common/loading.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <set>

namespace canto::app {

namespace fs = std::filesystem;

namespace {

bool isLibrary(const QString& path) {
    return path.endsWith(QLatin1String(".atlas"), Qt::CaseInsensitive);
}
constexpr auto kProgressEvery = std::chrono::milliseconds(100);

} // namespace

LibraryController::LibraryController(Workspace& workspace, Autosave& autosave)
    : m_workspace(workspace), m_autosave(autosave),
      m_list(*new widgets::LibraryList(&workspace.window())) {
    m_list.setWindowTitle(tr("Library"));
    connect(&workspace, &Workspace::libraryChanged, this, &LibraryController::showSongs);
    connect(&workspace, &Workspace::labelsChanged, this, &LibraryController::showSongs);
    connect(&workspace, &Workspace::libraryReady, this, &LibraryController::showImportedWhenReady);
    connect(&workspace, &Workspace::spaceChanged, this, &LibraryController::showImportedWhenReady);
    connect(&workspace, &Workspace::libraryFailed, this, [this] { m_importedSongs.clear(); });
    connect(&workspace, &Workspace::libraryWanted, this, &LibraryController::chooseLibrary);
    connectList();
}

LibraryController::~LibraryController() { m_cancel.cancel(); }

std::vector<Panel> LibraryController::panels() {
    return {{.id = "libraryDock", .widget = &m_list, .place = Panel::Place::Left}};
}

void LibraryController::addActions(ActionTable& table) {
    table.add(MenuId::File, 0, tr("Open librar&y..."), QKeySequence(tr("Ctrl+L")),
              [this] { chooseLibrary(); });
    table.add(MenuId::File, 0, tr("&Import folder..."), QKeySequence(tr("Ctrl+I")),
              [this] { chooseFolder(); });
    table.add(MenuId::File, 0, tr("Import &files..."), QKeySequence(tr("Ctrl+Alt+I")),
              [this] { chooseFiles(); });
    table.add(MenuId::File, 0, tr("&Locate original files..."), {}, [this] { chooseOriginals(); });
    table.add(MenuId::View, 2, tr("Search &library"), QKeySequence::Find,
              [this] { m_list.search(); });
}

Feature::Takes LibraryController::takes(const QString& path) const {
    return isLibrary(path) ? Takes::Kind : Takes::Anything;
}

void LibraryController::openFiles(const QStringList& paths) {
    QStringList music;
    for (const QString& path : paths) {
        if (isLibrary(path)) {
            m_workspace.openLibrary(path.toStdString(), true);
        } else {
            music.append(path);
        }
    }
    if (!music.isEmpty()) {
        importPaths(music);
    }
}

void LibraryController::connectList() {
    connect(&m_list, &widgets::LibraryList::songActivated, this, &LibraryController::playSong);
    connect(&m_list, &widgets::LibraryList::showAsked, this,
            [this](qint64 id) { m_workspace.map().flyTo(m_workspace.maps().rowOfSong(id)); });
    connect(&m_list, &widgets::LibraryList::removeAsked, this, &LibraryController::askToRemove);
    connect(&m_list, &widgets::LibraryList::selectAsked, this,
            [this](const std::vector<qint64>& songs) {
                m_workspace.map().setSelection(rowsOf(songs));
            });
    connect(&m_workspace.map(), &widgets::LatentMap::selectionChanged, this,
            &LibraryController::followSelection);
}

void LibraryController::showSongs() {
    const LibraryPtr& library = m_workspace.library();
    const std::string& column = library->columns.front();
    std::vector<widgets::SongRow> songs;
    std::vector<int> phrases(library->points.songs.size());
    for (const atlas::SegmentRow& segment : library->points.segments) {
        ++phrases[std::size_t(segment.song)];
    }
    for (std::size_t i = 0; i < library->points.songs.size(); ++i) {
        const atlas::SongRow& song = library->points.songs[i];
        songs.push_back({.id = song.id,
                         .title = library->names[i].title,
                         .artist = library->names[i].artist,
                         .label = classText(column, song.label(column)),
                         .phrases = phrases[i],
                         .heldOut = song.split == "test" || song.split == "valid",
                         .mine = song.split == "mine"});
    }
    m_list.setSongs(std::move(songs), columnTitle(column));
    followSelection();
}

void LibraryController::chooseLibrary() {
    const QString path = chooseFile(&m_workspace.window(), "library", tr("Open library"),
                                    tr("Library (*.atlas);;All files (*)"));
    if (!path.isEmpty()) {
        m_workspace.openLibrary(path.toStdString(), true);
    }
}

// ---- importing ----

QString LibraryController::libraryName(const fs::path& path) const {
    const auto& spaces = m_workspace.spaces().spaces();
    const bool own = std::any_of(spaces.begin(), spaces.end(), [&](const Space& space) {
        return path == m_workspace.libraries().own(space);
    });
    return own ? tr("your library") : text(path.filename());
}

void LibraryController::importPaths(const QStringList& paths) {
    const LibraryPtr& shown = m_workspace.library();
    if (!shown) {
        importInto(m_workspace.libraries().own(m_workspace.space()), {}, paths);
    } else if (m_workspace.ships(shown->path)) {
        importInto(m_workspace.libraries().own(m_workspace.space()), shown->path, paths);
    } else if (isWritableLibrary(shown->path)) {
        importInto(shown->path, {}, paths);
    } else {
        m_workspace.notify(
            {Notice::Kind::Warning, tr("%1 cannot be changed").arg(text(shown->path.filename())),
             tr("The file or its folder is read-only. Your music can go into a copy, "
                "which is then shown in its place."),
             tr("Import into a copy..."), [this, paths] { chooseCopy(paths); }});
    }
}

void LibraryController::importInto(const fs::path& library, const fs::path& startFrom,
                                   const QStringList& paths) {
    if (!m_workspace.space().open) {
        m_workspace.warn(tr("Importing needs a model"), tr("Start with --model FILE to import."));
        return;
    }
    if (m_change.busy()) {
        m_workspace.warn(tr("Another import is still running"));
        return;
    }
    ImportRequest request;
    for (const QString& path : paths) {
        request.paths.emplace_back(path.toStdString());
    }
    request.atlas = library;
    request.startFrom = startFrom;
    request.openModel = m_workspace.space().open;
    m_cancel = CancelToken();
    m_change.start([request = std::move(request), cancel = m_cancel](const auto& run) {
        if (const auto loaded = models::load(); !loaded) {
            run.deliver(&LibraryController::onChangeFailed, loaded.error());
            return;
        }
        models::prepareBatchThread();
        Throttle throttle(kProgressEvery);
        const auto progress = [&](std::size_t done, std::size_t total) {
            run.beat();
            if (throttle.due(done == total)) {
                run.deliver(&LibraryController::showProgress, done, total);
            }
        };
        const auto report = canto::importInto(request, progress, cancel);
        if (report) {
            run.deliver(&LibraryController::onImported, request.atlas, *report);
        } else {
            run.deliver(&LibraryController::onChangeFailed, report.error());
        }
    });
    m_importing = paths;
    m_changedSpace = m_workspace.spaces().index();
    if (!startFrom.empty() && !m_workspace.ships(startFrom)) {
        // Relative paths count from the library's own folder, and the copy lies elsewhere.
        m_workspace.libraries().addOriginalFolder(fs::absolute(startFrom).parent_path());
        setNamedFolders(m_workspace.libraries().originalFolders());
    }
    m_workspace.notify({Notice::Kind::Progress, tr("Importing..."), {}, tr("Cancel"), [this] {
                            m_cancel.cancel();
                        }});
}

void LibraryController::showProgress(std::size_t done, std::size_t total) {
    m_workspace.notify(
        {Notice::Kind::Progress,
         tr("Importing %1 of %2 files").arg(widgets::grouped(done), widgets::grouped(total)),
         {},
         tr("Cancel"),
         [this] { m_cancel.cancel(); }});
}

void LibraryController::onChangeFailed(const Error& error) {
    m_workspace.notify({Notice::Kind::Error, text(error.message())});
    Q_EMIT importOver();
}

void LibraryController::onImported(const fs::path& library, const ImportReport& report) {
    const fs::path before = m_workspace.spaces().kept(m_changedSpace).library;
    const bool other = before != library;
    ImportSummary summary = summaryOf(report, libraryName(library));
    if (other && m_workspace.ships(before)) {
        summary.hint = tr("The library that comes with Cantograph stays as it is. Your library "
                          "has everything in it and is shown from now on: %1")
                           .arg(text(library)) +
                       (summary.hint.isEmpty() ? QString() : QLatin1Char('\n') + summary.hint);
    }
    const auto& songs = report.imported > 0 ? report.importedSongs : report.keptSongs;
    m_workspace.notify({summary.problem ? Notice::Kind::Warning : Notice::Kind::Information,
                        summary.text, summary.hint, songs.empty() ? QString() : tr("Show"),
                        [this, library, space = m_changedSpace,
                         found = std::vector<qint64>(songs.begin(), songs.end())] {
                            const LibraryPtr& shown = m_workspace.library();
                            if (shown && shown->path == library) {
                                showImported(found);
                            } else if (space == m_workspace.spaces().index()) {
                                m_importedSongs = found;
                                m_workspace.openLibrary(library, true);
                            } else {
                                m_importedSongs = found;
                                m_workspace.spaces().go(space);
                            }
                        }});
    if (report.kept > 0) {
        // Known songs may have come from a folder that was moved here.
        for (const QString& one : std::as_const(m_importing)) {
            if (QFileInfo(one).isDir()) {
                m_workspace.libraries().addOriginalFolder(one.toStdString());
            }
        }
        setNamedFolders(m_workspace.libraries().originalFolders());
        m_workspace.maps().originalsMoved();
    }
    if (other || report.imported > 0 || report.relabelled > 0) {
        readAgain(library, {report.importedSongs.begin(), report.importedSongs.end()});
    }
    Q_EMIT importOver();
}

void LibraryController::readAgain(const fs::path& library, const std::vector<qint64>& songs) {
    if (m_changedSpace == m_workspace.spaces().index()) {
        m_importedSongs = songs;
        m_workspace.openLibrary(library, true);
        return;
    }
    SpaceSwitch::Kept& kept = m_workspace.spaces().kept(m_changedSpace);
    kept.library = library;
    kept.view = {};
    if (!kept.state.atlas.empty()) {
        kept.state.atlas = fs::absolute(library).string();
    }
    m_workspace.libraries().choose(m_workspace.spaces().spaces()[m_changedSpace], library);
}

void LibraryController::showImportedWhenReady() {
    const auto songs = std::exchange(m_importedSongs, {});
    if (!songs.empty() && m_autosave.restoring()) { // which brings map and selection back first
        connect(
            &m_autosave, &Autosave::restored, this, [this, songs] { showImported(songs); },
            Qt::SingleShotConnection);
    } else {
        showImported(songs);
    }
}

void LibraryController::showImported(const std::vector<qint64>& songs) {
    const LibraryPtr& library = m_workspace.library();
    if (songs.empty() || !library) {
        return;
    }
    std::vector<std::uint32_t> rows = rowsOf(songs);
    if (!rows.empty()) {
        m_workspace.maps().showRows(rows);
        m_workspace.map().setSelection(std::move(rows));
    }
}

std::vector<std::uint32_t> LibraryController::rowsOf(const std::vector<qint64>& songs) const {
    const LibraryPtr& library = m_workspace.library();
    const std::set<qint64> wanted(songs.begin(), songs.end());
    std::vector<std::uint32_t> rows;
    for (std::size_t row = 0; library && row < library->points.count(); ++row) {
        if (wanted.contains(library->points.songOf(row).id)) {
            rows.push_back(std::uint32_t(row));
        }
    }
    return rows;
}

void LibraryController::followSelection() {
    const LibraryPtr& library = m_workspace.library();
    std::vector<qint64> songs;
    for (const std::uint32_t row : m_workspace.map().selection()) {
        if (library && row < library->points.count()) {
            const qint64 song = library->points.songOf(row).id;
            if (songs.empty() || songs.back() != song) { // phrases of a song are neighbours
                songs.push_back(song);
            }
        }
    }
    m_list.setSelectedOnMap(std::move(songs));
}

void LibraryController::chooseFiles() {
    const QStringList files =
        app::chooseFiles(&m_workspace.window(), "import", tr("Import MIDI files"),
                         tr("MIDI files (*.mid *.midi *.kar *.rmi *.smf);;All files (*)"));
    if (!files.isEmpty()) {
        importPaths(files);
    }
}

void LibraryController::chooseFolder() {
    const QString path =
        app::chooseFolder(&m_workspace.window(), "import", tr("Import a folder of MIDI files"));
    if (!path.isEmpty()) {
        importPaths({path});
    }
}

void LibraryController::chooseCopy(const QStringList& paths) {
    const LibraryPtr& shown = m_workspace.library();
    if (!shown) {
        return;
    }
    const QString path = chooseNewFile(
        &m_workspace.window(), "library-copy", tr("Copy of %1").arg(text(shown->path.filename())),
        text(shown->path.stem().string() + "-copy.atlas"), tr("Library (*.atlas)"),
        text(m_workspace.userData()), Existing::LeaveToCaller);
    if (path.isEmpty()) {
        return;
    }
    if (QFileInfo::exists(path)) {
        m_workspace.warn(tr("%1 is there already").arg(QFileInfo(path).fileName()),
                         tr("Import again and choose a new name for the copy."));
        return;
    }
    importInto(path.toStdString(), shown->path, paths);
}

// ---- songs ----

void LibraryController::playSong(qint64 id) {
    if (const qint64 row = m_workspace.maps().rowOfSong(id); row >= 0) {
        m_workspace.map().flyTo(row);
        m_workspace.player().pressed();
        m_workspace.maps().playRow(row);
    }
}

void LibraryController::askToRemove(const std::vector<qint64>& songs) {
    const LibraryPtr library = m_workspace.library();
    if (!library || songs.empty()) {
        return;
    }
    const QString name = libraryName(library->path);
    if (m_workspace.ships(library->path)) {
        m_workspace.warn(tr("The library that comes with Cantograph stays as it is"),
                         tr("Songs can be removed from libraries of your own."));
        return;
    }
    if (songs.size() == library->points.songs.size()) {
        m_workspace.warn(tr("These are all songs of %1").arg(name),
                         tr("A library needs at least one song. Open another library instead."));
        return;
    }
    const qint64 row = m_workspace.maps().rowOfSong(songs.front());
    const QString what =
        songs.size() == 1 && row >= 0
            ? QStringLiteral("\u201c%1\u201d").arg(m_workspace.maps().titleOfRow(row))
            : tr("%Ln song(s)", nullptr, int(songs.size()));
    m_workspace.notify({Notice::Kind::Warning, tr("Remove %1 from %2?").arg(what, name),
                        tr("The files themselves stay where they are."), tr("Remove"),
                        [this, path = library->path, space = m_workspace.spaces().index(), songs] {
                            if (m_change.busy()) {
                                m_workspace.warn(tr("Another import is still running"),
                                                 tr("Try again when it is done."));
                                return;
                            }
                            m_changedSpace = space;
                            removeSongs(path, {songs.begin(), songs.end()});
                        }});
}

void LibraryController::removeSongs(const fs::path& path, std::vector<atlas::RowId> songs) {
    m_change.start([path, songs = std::move(songs)](const auto& run) {
        if (const auto done = canto::removeSongs(path, songs); !done) {
            run.deliver(&LibraryController::onChangeFailed, done.error());
            return;
        }
        run.deliver([path, count = int(songs.size())](LibraryController& to) {
            to.m_workspace.inform(
                tr("%Ln song(s) removed from %1", nullptr, count).arg(to.libraryName(path)));
            to.readAgain(path, {});
        });
    });
}

// ---- original files ----

void LibraryController::chooseOriginals() {
    const QString folder =
        app::chooseFolder(&m_workspace.window(), "originals", tr("Folder with the original files"));
    if (!folder.isEmpty()) {
        locateOriginals(folder);
    }
}

void LibraryController::locateOriginals(const QString& folder) {
    m_workspace.libraries().addOriginalFolder(folder.toStdString());
    setNamedFolders(m_workspace.libraries().originalFolders());
    m_workspace.maps().originalsMoved();
    if (m_workspace.library()) {
        m_workspace.notify({Notice::Kind::Progress,
                            tr("Looking for original files in %1...").arg(QDir(folder).dirName())});
        m_originals.start([library = m_workspace.library()](const auto& run) {
            const auto folders = libraryFolders(library->path);
            std::size_t found = 0;
            for (const atlas::SongRow& song : library->points.songs) {
                if (run.cancelled()) {
                    return;
                }
                run.beat();
                found += searchOriginal(song, folders) ? 1 : 0;
            }
            run.deliver([library, found](LibraryController& to) {
                if (library == to.m_workspace.library()) {
                    to.m_workspace.inform(tr("Original files found for %1 of %2 songs")
                                              .arg(widgets::grouped(found),
                                                   widgets::grouped(library->points.songs.size())));
                }
            });
        });
    }
}

} // namespace canto::app
