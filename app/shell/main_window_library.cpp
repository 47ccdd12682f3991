// SPDX-License-Identifier: GPL-3.0-or-later
// The window and its library: opening, importing, removing, finding original files.

#include "app/features/explore/explore.h"
#include "app/features/import/import_summary.h"
#include "app/features/map/inspector.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/library/originals.h"
#include "app/shell/autosave.h"
#include "app/shell/main_window.h"
#include "app/shell/space_switch.h"
#include "app/workspace/library_settings.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <algorithm>
#include <set>

namespace canto::app {

namespace fs = std::filesystem;
using widgets::MessageBar;

namespace {

/// SQLite keeps files beside a library while it writes it.
bool writable(const fs::path& library) {
    return QFileInfo(text(library)).isWritable() &&
           QFileInfo(text(fs::absolute(library).parent_path())).isWritable();
}

/// Whether the rows of `before` are rows of `after` with the same numbers.
bool extends(const Library& after, const Library& before) {
    const auto& old = before.points.segments;
    const auto& now = after.points.segments;
    return before.points.model.version == after.points.model.version && old.size() <= now.size() &&
           std::equal(old.begin(), old.end(), now.begin(),
                      [](const auto& a, const auto& b) { return a.id == b.id; });
}

} // namespace

void MainWindow::connectLibrary() {
    LibraryLoader* loader = m_loader.get();
    connect(loader, &LibraryLoader::libraryOpened, this, [this](const LibraryPtr& library) {
        showLibrary(library);
        showImportedWhenReady();
    });
    connect(loader, &LibraryLoader::libraryFailed, this, &MainWindow::onLibraryFailed);
    connect(loader, &LibraryLoader::mapReady, this,
            [this](const LibraryPtr& library, std::size_t map, const ProjectionPtr& projection,
                   const widgets::MapSnapshotPtr& snapshot) {
                m_mapController->setMapReady(library, map, projection, snapshot);
                mapDone(library, map);
            });
    connect(loader, &LibraryLoader::mapFailed, this, &MainWindow::onMapFailed);

    ImportWorker* importer = m_importer.get();
    connect(importer, &ImportWorker::progressed, this, [this](std::size_t done, std::size_t total) {
        m_messages->show(
            MessageBar::Kind::Progress,
            tr("Importing %1 of %2 files").arg(widgets::grouped(done), widgets::grouped(total)), {},
            tr("Cancel"), [this] { m_importer->cancel(); });
    });
    connect(importer, &ImportWorker::finished, this, &MainWindow::onImported);
    connect(importer, &ImportWorker::removed, this, [this](const QString& path, std::size_t songs) {
        m_messages->show(MessageBar::Kind::Information,
                         tr("%Ln song(s) removed from %1", nullptr, int(songs))
                             .arg(libraryName(path.toStdString())));
        readAgain(path.toStdString(), {});
    });
    connect(importer, &ImportWorker::failed, this, [this](const Error& error) {
        m_messages->show(MessageBar::Kind::Error, QString::fromStdString(error.message()));
        Q_EMIT importOver();
    });

    connect(m_list, &widgets::LibraryList::songActivated, this, &MainWindow::playSong);
    connect(m_list, &widgets::LibraryList::showAsked, this, &MainWindow::showSong);
    connect(m_list, &widgets::LibraryList::removeAsked, this, &MainWindow::askToRemove);
    connect(m_mapController.get(), &MapController::originalMissing, m_inspector,
            &Inspector::setLocateOffered);
    connect(m_inspector, &Inspector::locateWanted, this, &MainWindow::chooseOriginals);
    connect(&m_originals, &OriginalsSearch::finished, this,
            [this](const LibraryPtr& library, std::size_t found) {
                if (library == m_mapController->library()) {
                    m_messages->show(MessageBar::Kind::Information,
                                     tr("Original files found for %1 of %2 songs")
                                         .arg(widgets::grouped(found),
                                              widgets::grouped(library->points.songs.size())));
                }
            });
}

// ---- opening ----

void MainWindow::openAtlas(const QString& path) { openLibrary(path.toStdString(), true); }

void MainWindow::openLibrary(const fs::path& path, bool chosen) {
    m_opening = chosen ? path : fs::path();
    m_map->setMessage(tr("Opening %1...").arg(text(path.filename())));
    m_loader->openLibrary(path,
                          modelLoaded() ? m_inference->model()->info().version : std::string(),
                          m_spaces->current().open);
}

void MainWindow::onLibraryFailed(const QString& path, const Error& error) {
    m_opening.clear();
    m_importedSongs.clear();
    const fs::path& shipped = m_spaces->current().atlas;
    showHint();
    if (!m_mapController->library() && !shipped.empty() && shipped != path.toStdString()) {
        showReplaced(path, error);
        openLibrary(shipped, false);
        return;
    }
    Q_EMIT libraryNotShown();
    m_messages->show(
        MessageBar::Kind::Error,
        tr("%1: %2").arg(QFileInfo(path).fileName(), QString::fromStdString(error.what)),
        QString::fromStdString(error.hint));
}

void MainWindow::showReplaced(const QString& path, const Error& error) {
    m_messages->show(
        MessageBar::Kind::Warning,
        tr("Your library %1 cannot be opened: %2")
            .arg(QFileInfo(path).fileName(), QString::fromStdString(error.what)),
        tr("The library that comes with Cantograph is shown instead. Yours is opened again at the "
           "next start if %1 is there.")
            .arg(path),
        tr("Open another..."), [this] { chooseAtlas(); });
}

void MainWindow::onMapFailed(const LibraryPtr& library, std::size_t map, const Error& error) {
    m_mapController->setMapFailed(library, map, QString::fromStdString(error.message()));
    if (library == m_mapController->library() && map == m_mapController->shownMap()) {
        m_mapController->reportNoProjection({});
    }
    mapDone(library, map);
}

void MainWindow::mapDone(const LibraryPtr& library, std::size_t map) {
    if (map + 1 == library->maps.size()) {
        Q_EMIT mapsReady();
    }
}

void MainWindow::showLibrary(const LibraryPtr& library) {
    if (!m_opening.empty() && library->path == m_opening) {
        m_libraries->choose(m_spaces->current(), library->path);
    }
    m_opening.clear();
    m_spaces->kept().library = library->path;
    // The same file with other songs in it: what was done is kept.
    const LibraryPtr before = m_mapController->library();
    const bool again = before && before->path == library->path;
    SessionState state = again ? m_autosave->state() : SessionState();
    std::vector<Transferred> results = again ? m_transfer->results() : std::vector<Transferred>();
    const QRectF box = again ? m_map->view() : QRectF();
    if (again && !extends(*library, *before)) {
        state.selection.clear();
        state.row = -1;
        state.spec = {};
        results.clear();
    }
    m_inspector->setColumns(library->columns);
    m_transfer->clear(); // its phrases are those of the library that goes
    m_mapController->setLibrary(library);
    offerBlocks();
    m_player->present({});
    m_explore->libraryChanged();
    m_inspector->setFacts({});
    showSongs();
    Q_EMIT libraryShown();
    if (again) {
        m_map->setView(box);
        m_transfer->restore({}, std::move(results));
        m_autosave->restore(state);
    }
}

// ---- importing ----

bool MainWindow::ships(const fs::path& library) const {
    const auto& spaces = m_spaces->spaces();
    return std::any_of(spaces.begin(), spaces.end(), [&](const Space& space) {
        std::error_code ignored;
        return !space.atlas.empty() && fs::equivalent(space.atlas, library, ignored);
    });
}

QString MainWindow::libraryName(const fs::path& path) const {
    const auto& spaces = m_spaces->spaces();
    const bool own = std::any_of(spaces.begin(), spaces.end(), [&](const Space& space) {
        return path == m_libraries->own(space);
    });
    return own ? tr("your library") : text(path.filename());
}

void MainWindow::importPaths(const QStringList& paths) {
    const LibraryPtr& shown = m_mapController->library();
    if (!shown) {
        importInto(m_libraries->own(m_spaces->current()), {}, paths);
    } else if (ships(shown->path)) {
        importInto(m_libraries->own(m_spaces->current()), shown->path, paths);
    } else if (writable(shown->path)) {
        importInto(shown->path, {}, paths);
    } else {
        m_messages->show(MessageBar::Kind::Warning,
                         tr("%1 cannot be changed").arg(text(shown->path.filename())),
                         tr("The file or its folder is read-only. Your music can go into a copy, "
                            "which is then shown in its place."),
                         tr("Import into a copy..."), [this, paths] { chooseCopy(paths); });
    }
}

void MainWindow::importInto(const fs::path& library, const fs::path& startFrom,
                            const QStringList& paths) {
    if (!m_spaces->current().open) {
        report(tr("Importing needs a model"), tr("Start with --model FILE to import."));
        return;
    }
    ImportWorker::Request request;
    for (const QString& path : paths) {
        request.paths.emplace_back(path.toStdString());
    }
    request.atlas = library;
    request.startFrom = startFrom;
    request.openModel = m_spaces->current().open;
    if (!m_importer->start(std::move(request))) {
        report(tr("Another import is still running"));
        return;
    }
    m_importing = paths;
    m_changedSpace = m_spaces->index();
    if (!startFrom.empty() && !ships(startFrom)) {
        // Relative paths count from the library's own folder, and the copy lies elsewhere.
        m_libraries->addOriginalFolder(fs::absolute(startFrom).parent_path());
        setNamedFolders(m_libraries->originalFolders());
    }
    m_messages->show(MessageBar::Kind::Progress, tr("Importing..."), {}, tr("Cancel"),
                     [this] { m_importer->cancel(); });
}

void MainWindow::onImported(const QString& path, const ImportReport& report) {
    const fs::path library = path.toStdString();
    const fs::path before = m_spaces->kept(m_changedSpace).library;
    const bool other = before != library;
    ImportSummary summary = summaryOf(report, libraryName(library));
    if (other && ships(before)) {
        summary.hint = tr("The library that comes with Cantograph stays as it is. Your library "
                          "has everything in it and is shown from now on: %1")
                           .arg(path) +
                       (summary.hint.isEmpty() ? QString() : QLatin1Char('\n') + summary.hint);
    }
    const auto& songs = report.imported > 0 ? report.importedSongs : report.keptSongs;
    m_messages->show(summary.problem ? MessageBar::Kind::Warning : MessageBar::Kind::Information,
                     summary.text, summary.hint, songs.empty() ? QString() : tr("Show"),
                     [this, library, space = m_changedSpace,
                      found = std::vector<qint64>(songs.begin(), songs.end())] {
                         const LibraryPtr& shown = m_mapController->library();
                         if (shown && shown->path == library) {
                             showImported(found);
                         } else if (space == m_spaces->index()) {
                             m_importedSongs = found;
                             openLibrary(library, true);
                         } else {
                             m_importedSongs = found;
                             m_spaces->go(space);
                         }
                     });
    if (report.kept > 0) {
        // Known songs may have come from a folder that was moved here.
        for (const QString& one : std::as_const(m_importing)) {
            if (QFileInfo(one).isDir()) {
                m_libraries->addOriginalFolder(one.toStdString());
            }
        }
        setNamedFolders(m_libraries->originalFolders());
        m_mapController->originalsMoved();
    }
    if (other || report.imported > 0 || report.relabelled > 0) {
        readAgain(library, {report.importedSongs.begin(), report.importedSongs.end()});
    }
    Q_EMIT importOver();
}

void MainWindow::readAgain(const fs::path& library, const std::vector<qint64>& songs) {
    if (m_changedSpace == m_spaces->index()) {
        m_importedSongs = songs;
        openLibrary(library, true);
        return;
    }
    SpaceSwitch::Kept& kept = m_spaces->kept(m_changedSpace);
    kept.library = library;
    kept.view = {};
    if (!kept.state.atlas.empty()) {
        kept.state.atlas = fs::absolute(library).string();
    }
    m_libraries->choose(m_spaces->spaces()[m_changedSpace], library);
}

void MainWindow::showImportedWhenReady() {
    const auto songs = std::exchange(m_importedSongs, {});
    if (!songs.empty() && m_autosave->restoring()) { // which brings map and selection back first
        connect(
            m_autosave.get(), &Autosave::restored, this, [this, songs] { showImported(songs); },
            Qt::SingleShotConnection);
    } else {
        showImported(songs);
    }
}

void MainWindow::showImported(const std::vector<qint64>& songs) {
    const LibraryPtr& library = m_mapController->library();
    if (songs.empty() || !library) {
        return;
    }
    const std::set<qint64> wanted(songs.begin(), songs.end());
    std::vector<std::uint32_t> rows;
    QRectF box;
    for (std::size_t row = 0; row < library->points.count(); ++row) {
        if (wanted.contains(library->points.songOf(row).id)) {
            rows.push_back(std::uint32_t(row));
            const QPointF place = m_mapController->placeOf(qint64(row));
            const QRectF point(place, QSizeF(1e-6, 1e-6));
            box = box.isNull() ? point : box.united(point);
        }
    }
    if (rows.empty()) {
        return;
    }
    // With room around them, and never closer than a tenth of the map.
    constexpr double kMargin = 0.15, kLeast = 0.1;
    const QRectF all = m_map->snapshot()->bounds();
    const double width = std::max(box.width() * (1 + 2 * kMargin), all.width() * kLeast);
    const double height = std::max(box.height() * (1 + 2 * kMargin), all.height() * kLeast);
    m_map->setView(QRectF(box.center() - QPointF(width, height) / 2, QSizeF(width, height)));
    m_map->setSelection(std::move(rows));
}

void MainWindow::chooseFiles() {
    const QStringList files = QFileDialog::getOpenFileNames(
        this, tr("Import MIDI files"), m_libraries->dialogFolder(QStringLiteral("import")),
        tr("MIDI files (*.mid *.midi *.kar *.rmi *.smf);;All files (*)"));
    if (!files.isEmpty()) {
        m_libraries->setDialogFolder(QStringLiteral("import"),
                                     QFileInfo(files.front()).absolutePath());
        importPaths(files);
    }
}

void MainWindow::chooseFolder() {
    const QString path =
        QFileDialog::getExistingDirectory(this, tr("Import a folder of MIDI files"),
                                          m_libraries->dialogFolder(QStringLiteral("import")));
    if (!path.isEmpty()) {
        m_libraries->setDialogFolder(QStringLiteral("import"), path);
        importPaths({path});
    }
}

void MainWindow::chooseCopy(const QStringList& paths) {
    const LibraryPtr& shown = m_mapController->library();
    if (!shown) {
        return;
    }
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Copy of %1").arg(text(shown->path.filename())),
        text(userData() / (shown->path.stem().string() + "-copy.atlas")), tr("Library (*.atlas)"),
        nullptr, QFileDialog::DontConfirmOverwrite);
    if (path.isEmpty()) {
        return;
    }
    if (QFileInfo::exists(path)) {
        report(tr("%1 is there already").arg(QFileInfo(path).fileName()),
               tr("Import again and choose a new name for the copy."));
        return;
    }
    importInto(path.toStdString(), shown->path, paths);
}

// ---- songs ----

void MainWindow::showSong(qint64 id) { m_map->flyTo(m_mapController->rowOfSong(id)); }

void MainWindow::playSong(qint64 id) {
    if (const qint64 row = m_mapController->rowOfSong(id); row >= 0) {
        m_map->flyTo(row);
        m_player->pressed();
        m_mapController->playRow(row);
    }
}

void MainWindow::askToRemove(const std::vector<qint64>& songs) {
    const LibraryPtr library = m_mapController->library();
    if (!library || songs.empty()) {
        return;
    }
    const QString name = libraryName(library->path);
    if (ships(library->path)) {
        report(tr("The library that comes with Cantograph stays as it is"),
               tr("Songs can be removed from libraries of your own."));
        return;
    }
    if (songs.size() == library->points.songs.size()) {
        report(tr("These are all songs of %1").arg(name),
               tr("A library needs at least one song. Open another library instead."));
        return;
    }
    const qint64 row = m_mapController->rowOfSong(songs.front());
    const QString what =
        songs.size() == 1 && row >= 0
            ? QStringLiteral("\u201c%1\u201d").arg(m_mapController->titleOfRow(row))
            : tr("%Ln song(s)", nullptr, int(songs.size()));
    m_messages->show(MessageBar::Kind::Warning, tr("Remove %1 from %2?").arg(what, name),
                     tr("The files themselves stay where they are."), tr("Remove"),
                     [this, path = library->path, space = m_spaces->index(), songs] {
                         m_changedSpace = m_importer->busy() ? m_changedSpace : space;
                         if (!m_importer->remove(path, {songs.begin(), songs.end()})) {
                             report(tr("Another import is still running"),
                                    tr("Try again when it is done."));
                         }
                     });
}

// ---- original files ----

void MainWindow::chooseOriginals() {
    const QString folder =
        QFileDialog::getExistingDirectory(this, tr("Folder with the original files"),
                                          m_libraries->dialogFolder(QStringLiteral("originals")));
    if (!folder.isEmpty()) {
        m_libraries->setDialogFolder(QStringLiteral("originals"), folder);
        locateOriginals(folder);
    }
}

void MainWindow::locateOriginals(const QString& folder) {
    m_libraries->addOriginalFolder(folder.toStdString());
    setNamedFolders(m_libraries->originalFolders());
    m_mapController->originalsMoved();
    if (m_mapController->library()) {
        m_messages->show(MessageBar::Kind::Progress,
                         tr("Looking for original files in %1...").arg(QDir(folder).dirName()));
        m_originals.start(m_mapController->library());
    }
}

} // namespace canto::app
