// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/export/export_controller.h"

#include "app/library/web_page.h"
#include "app/workspace/action_table.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/qt_text.h"
#include "widgets/map/latent_map.h"

#include <QClipboard>
#include <QDrag>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLocale>
#include <algorithm>

namespace canto::app {
namespace {

bool endsWith(const QString& path, const char* ending) {
    return path.endsWith(QLatin1String(ending), Qt::CaseInsensitive);
}

} // namespace

ExportController::ExportController(Workspace& workspace, std::function<Music()> current)
    : m_workspace(workspace), m_current(std::move(current)), m_exports(workspace.exports()) {
    connect(&m_exports, &Exports::soundSaved, this,
            [this](const QString& path, double seconds, double peak, double) {
                m_workspace.inform(tr("Saved %1: %2 s, peak %3 dBFS")
                                       .arg(QFileInfo(path).fileName(),
                                            QLocale().toString(seconds, 'f', 1),
                                            QLocale().toString(peak, 'f', 1)));
            });
    connect(&m_exports, &Exports::saved, this, [this](const QString& path) {
        m_workspace.inform(tr("Saved %1").arg(QFileInfo(path).fileName()));
    });
    connect(&m_exports, &Exports::failed, this,
            [this](const Error& error) { m_workspace.warn(text(error.message())); });
}

ExportController::~ExportController() { m_cancel.cancel(); }

void ExportController::addActions(ActionTable& table) {
    table.add(MenuId::File, 1, tr("&Export..."), QKeySequence(tr("Ctrl+E")),
              [this] { saveCurrent(); });
    table.add(MenuId::File, 1, tr("&Copy as MIDI"), QKeySequence::Copy, [this] { copyCurrent(); });
    table.add(MenuId::File, 1, tr("Export map ima&ge..."), QKeySequence(tr("Ctrl+Shift+E")),
              [this] { saveMapPicture(); });
    table.add(MenuId::File, 1, tr("Export &web page..."), {}, [this] { chooseWebPage(); });
}

void ExportController::saveCurrent() {
    if (m_workspace.player().currentItem().sound) {
        saveSound();
    } else {
        save(m_current());
    }
}

void ExportController::save(const Music& music) {
    if (music.songs.empty()) {
        m_workspace.warn(tr("There is nothing to export yet"),
                         tr("Click a point of the map first."));
        return;
    }
    const QString path = chooseNewFile(&m_workspace.window(), "export", tr("Export"),
                                       music.title + QStringLiteral(".mid"),
                                       tr("MIDI (*.mid);;WAV (*.wav);;FLAC (*.flac)"));
    if (path.isEmpty()) {
        return;
    }
    if (endsWith(path, ".wav") || endsWith(path, ".flac")) {
        m_exports.saveSound(music.songs, music.bars, path.toStdString(),
                            m_workspace.player().engine().soundFont());
    } else {
        m_exports.writeMidi(music.songs, music.bars, path.toStdString());
    }
}

void ExportController::saveSound() {
    const PlaybackItem& item = m_workspace.player().currentItem();
    const QString path = chooseNewFile(&m_workspace.window(), "export", tr("Export"),
                                       item.title + QStringLiteral(".wav"),
                                       tr("WAV (*.wav);;FLAC (*.flac);;Spectrogram (*.png)"));
    const std::filesystem::path file = path.toStdString();
    if (path.isEmpty()) {
        return;
    }
    if (endsWith(path, ".png")) {
        m_exports.write(file,
                        [tiles = item.tiles, file] { return drawSpectrogramRow(tiles, file); });
    } else {
        m_exports.saveSound(item.sound, file);
    }
}

void ExportController::saveMix(const SongPtr& song, const QString& recording,
                               const QString& title) {
    const QString path =
        chooseNewFile(&m_workspace.window(), "export", tr("Export mix"),
                      title + QStringLiteral(".wav"), tr("WAV (*.wav);;FLAC (*.flac)"));
    if (!path.isEmpty()) {
        m_exports.saveMix(song, recording.toStdString(), path.toStdString(),
                          m_workspace.player().engine().soundFont(), {1.0F, 1.0F});
    }
}

void ExportController::saveMapPicture() {
    widgets::LatentMap& map = m_workspace.map();
    const QString path = chooseNewFile(&m_workspace.window(), "picture", tr("Export map image"),
                                       tr("map.png"), tr("PNG (*.png)"));
    if (path.isEmpty()) {
        return;
    }
    m_exports.write(path.toStdString(),
                    [image = map.render(map.size(), 2.0), path,
                     what = tr("The image could not be written").toStdString()]() -> Result<void> {
                        if (!image.save(path)) {
                            return fail(Error::Code::Io, what, path.toStdString());
                        }
                        return {};
                    });
}

void ExportController::chooseWebPage() {
    const LibraryPtr& library = m_workspace.library();
    if (!library) {
        m_workspace.warn(tr("There is no library to export"));
        return;
    }
    const QString path = chooseNewFile(&m_workspace.window(), "page", tr("Export web page"),
                                       text(library->path.stem()) + QStringLiteral(".html"),
                                       tr("Web page (*.html)"));
    if (!path.isEmpty()) {
        saveWebPage(path);
    }
}

void ExportController::saveWebPage(const QString& path) {
    const LibraryPtr library = m_workspace.library();
    const auto map = m_workspace.map().snapshot();
    if (!library || !map || map->size() != library->points.count()) {
        m_workspace.warn(tr("The map is not there yet"), tr("Try again in a moment."));
        return;
    }
    WebPage page;
    page.title = library->path.stem().string();
    for (const std::string& column : library->columns) {
        page.columns.emplace_back(column, columnTitle(column).toStdString());
    }
    const auto shown =
        std::find_if(page.columns.begin(), page.columns.end(), [this](const auto& column) {
            return column.first == m_workspace.maps().column();
        });
    if (shown != page.columns.end()) {
        std::rotate(page.columns.begin(), shown, shown + 1);
    }
    const std::filesystem::path file = path.toStdString();
    m_workspace.inform(tr("Writing %1...").arg(QFileInfo(path).fileName()));
    m_exports.write(
        file,
        [library, map, page, file, cancel = m_cancel,
         model =
             std::shared_ptr<const models::LatentModel>(m_workspace.model())]() -> Result<void> {
            std::vector<projection::MapPoint> positions;
            for (std::size_t row = 0; row < map->size(); ++row) {
                positions.push_back({map->x()[row], map->y()[row]});
            }
            CANTO_TRY(written,
                      writeWebPage(library->points, positions, page,
                                   webPagePhrases(library->points, libraryFolders(library->path),
                                                  model, cancel),
                                   file, cancel));
            return {};
        });
}

void ExportController::copy(const Music& music) {
    if (music.songs.empty()) {
        return;
    }
    if (QMimeData* midi = m_exports.mimeData(music.songs, music.bars, music.title)) {
        QGuiApplication::clipboard()->setMimeData(midi);
        m_workspace.inform(tr("Copied as MIDI"));
    }
}

void ExportController::drag(const Music& music) {
    if (QMimeData* midi = m_exports.mimeData(music.songs, music.bars, music.title)) {
        auto* drag = new QDrag(&m_workspace.window());
        drag->setMimeData(midi);
        drag->exec(Qt::CopyAction);
    }
}

} // namespace canto::app
