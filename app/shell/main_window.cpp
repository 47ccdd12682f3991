// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/main_window.h"

#include "app/features/arrange/arrange_controller.h"
#include "app/features/clips/sound_space.h"
#include "app/features/devices/device_menu.h"
#include "app/features/explore/explore.h"
#include "app/features/export/exports.h"
#include "app/features/map/inspector.h"
#include "app/features/path/path_controller.h"
#include "app/features/training/training_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/shell/autosave.h"
#include "app/shell/panels.h"
#include "app/shell/space_switch.h"
#include "app/workspace/class_names.h"
#include "app/workspace/library_settings.h"
#include "app/workspace/qt_text.h"
#include "core/sound/audio_file.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/screen_fit.h"
#include "widgets/common/status_figures.h"
#include "widgets/song/library_list.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/transport_bar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QComboBox>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QLayout>
#include <QMimeData>
#include <QScreen>
#include <QStandardPaths>
#include <QTimer>
#include <QToolBar>
#include <QUrl>

#include <utility>

namespace canto::app {
namespace {

constexpr QSize kPreferredSize(1440, 900);
constexpr int kRollHeight = 210;   ///< pixels, of the docks below the map at first
constexpr int kNarrowScreen = 860; ///< pixels; narrower ones have panels at one side only
constexpr int kLowScreen = 460;    ///< pixels; lower ones have none below the map
const auto kGeometryKey = QStringLiteral("window/geometry");
const auto kLayoutKey = QStringLiteral("window/layout");
const auto kSchemeKey = QStringLiteral("window/theme");
const auto kVolumeKey = QStringLiteral("sound/volume");
const auto kStepsKey = QStringLiteral("path/steps");

bool isSoundFont(const QString& path) {
    const QString ending = QFileInfo(path).suffix().toLower();
    return ending == QLatin1String("sf2") || ending == QLatin1String("sf3");
}

} // namespace

MainWindow::MainWindow(WindowOptions options, QWidget* parent)
    : QMainWindow(parent), m_options(std::move(options)) {
    m_settings = m_options.settingsFile.isEmpty()
                     ? std::make_unique<QSettings>()
                     : std::make_unique<QSettings>(m_options.settingsFile, QSettings::IniFormat);
    setWindowTitle(tr("Cantograph"));
    setAcceptDrops(true);
    if (m_options.size.isEmpty()) {
        widgets::openOnScreen(*this, kPreferredSize);
    } else {
        resize(m_options.size);
    }
    const int remembered = m_settings->value(kSchemeKey, int(widgets::Scheme::System)).toInt();
    m_scheme = m_options.scheme.value_or(widgets::Scheme(remembered));
    widgets::applyTheme(*qApp, m_scheme);

    buildCentre();
    buildSpaces();
    m_player = std::make_unique<Player>(m_options.engine);
    m_inference = std::make_unique<InferenceWorker>();
    m_mapController = std::make_unique<MapController>(*m_map, *m_player, *m_inference);
    buildDocks();
    m_pathController = std::make_unique<PathController>(*m_map, *m_inspector->path(),
                                                        *m_mapController, *m_player, *m_inference);
    m_exports = std::make_unique<Exports>();
    buildSounds();
    buildExplore();
    buildTransfer();
    buildArranging();
    m_importer = std::make_unique<ImportWorker>();
    m_loader = std::make_unique<LibraryLoader>();
    m_training =
        std::make_unique<TrainingController>(*this, *m_settings, userData(), m_options.train);
    buildStatus();
    buildMenus();
    connectMap();
    connectSound();
    connectWorkers();
    connectSpaces();
    buildPanels();
    connectLibrary();
    m_autosave = std::make_unique<Autosave>(*this, m_options.sessionFolder);
    restoreLayout();
    showHint();
}

MainWindow::~MainWindow() {
    // Widgets are children of the window and go after the members: nothing may talk to them then.
    m_player->disconnect();
    m_map->disconnect();
}

void MainWindow::start() {
    if (std::exchange(m_started, true)) {
        return;
    }
    const std::filesystem::path& first =
        m_options.atlas.empty() ? m_spaces->kept().library : m_options.atlas;
    if (!first.empty()) {
        openLibrary(first, !m_options.atlas.empty());
    }
    if (m_spaces->current().open) {
        showModel(tr("loading the model"));
        m_loader->openModel(m_spaces->current().open);
    } else {
        showModel(tr("no model"));
        m_explore->setUnavailable(tr("Not available: there is no model"));
    }
    m_autosave->offerLost();
    // Devices wait until the map is on its way: opening them takes a while.
    QTimer::singleShot(50, this, [this] {
        if (m_options.loadSoundFont) {
            m_devices->loadFirstSoundFont(m_options.soundFont);
        }
        if (m_options.midiPorts) {
            m_devices->start();
        }
        showSound();
        m_training->start();
    });
}

void MainWindow::useModel(OpenModel open) {
    m_comingModel = open;
    showModel(tr("loading the model"));
    m_loader->openModel(std::move(open));
}

std::filesystem::path MainWindow::userData() const {
    if (!m_options.userData.empty()) {
        return m_options.userData;
    }
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString();
}

void MainWindow::setScheme(widgets::Scheme scheme) {
    m_scheme = scheme;
    widgets::applyTheme(*qApp, scheme);
    m_settings->setValue(kSchemeKey, int(scheme));
    Q_EMIT schemeChanged();
}

void MainWindow::report(const QString& what, const QString& hint) {
    m_messages->show(widgets::MessageBar::Kind::Warning, what, hint, {}, {},
                     widgets::MessageBar::Scope::Space);
}

std::vector<SongPtr> MainWindow::currentSongs() const {
    const PlaybackItem& item = m_player->currentItem();
    if (item.kind == PlaybackItem::Kind::Path) {
        return m_pathController->songs();
    }
    return item.song ? std::vector<SongPtr>{item.song} : std::vector<SongPtr>();
}

int MainWindow::currentBars() const {
    const PlaybackItem& item = m_player->currentItem();
    if (item.kind == PlaybackItem::Kind::Path) {
        return m_pathController->barsEach();
    }
    return item.song ? item.song->bars() : 0;
}

void MainWindow::showSongs() {
    const LibraryPtr library = m_mapController->library();
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
    m_list->setSongs(std::move(songs), columnTitle(column));
    QStringList title{QFileInfo(text(library->path.string())).fileName()};
    if (m_spaces->spaces().size() > 1) {
        title.prepend(text(m_spaces->current().title));
    }
    title.append(tr("Cantograph"));
    setWindowTitle(title.join(QStringLiteral(" \u2013 ")));
    showPoints();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_training->mayClose()) {
        event->ignore();
        return;
    }
    saveState();
    m_importer->cancel();
    m_training->closing();
    m_arranging->cancel();
    m_inference->cancel();
    m_player->stop();
    QMainWindow::closeEvent(event);
}

void MainWindow::saveState() {
    m_settings->setValue(kGeometryKey, saveGeometry());
    m_settings->setValue(kLayoutKey, QMainWindow::saveState(kLayoutVersion));
    m_settings->setValue(kVolumeKey, m_transport->volume());
    m_settings->setValue(kStepsKey, m_pathController->steps());
}

void MainWindow::layOutForScreen() {
    const QSize room =
        m_options.size.isEmpty() ? screen()->availableGeometry().size() : m_options.size;
    const auto dock = [this](const char* name) {
        return findChild<QDockWidget*>(QLatin1String(name));
    };
    if (room.width() < kNarrowScreen) {
        tabifyDockWidget(dock("inspectorDock"), dock("libraryDock"));
    }
    if (room.height() < kLowScreen) { // the map needs what there is
        dock("scoreDock")->hide();
        dock("arrangeDock")->hide();
    }
}

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (std::exchange(m_panelsNeedSizes, false)) {
        layout()->activate();
        setPanelSizes();
    }
}

void MainWindow::setPanelSizes() {
    const auto dock = [this](const char* name) {
        return findChild<QDockWidget*>(QLatin1String(name));
    };
    resizeDocks({dock("libraryDock"), dock("inspectorDock")}, {290, 340}, Qt::Horizontal);
    resizeDocks({dock("scoreDock")}, {std::min(kRollHeight, height() / 3)}, Qt::Vertical);
}

void MainWindow::restoreLayout() {
    layOutForScreen();
    findChild<QDockWidget*>(QStringLiteral("inspectorDock"))->raise(); // on top of its tabs
    m_defaultLayout = QMainWindow::saveState(kLayoutVersion);
    if (m_options.size.isEmpty() &&
        restoreGeometry(m_settings->value(kGeometryKey).toByteArray())) {
        widgets::clampToScreen(*this); // it may have been left on a larger one
    }
    if (!restoreState(m_settings->value(kLayoutKey).toByteArray(), kLayoutVersion)) {
        m_panelsNeedSizes = true; // docks keep them only once the window has its own
    }
    const double volume = m_settings->value(kVolumeKey, 0.5).toDouble();
    m_transport->setVolume(volume);
    m_player->setVolume(volume);
    m_pathController->setSteps(m_settings->value(kStepsKey, m_pathController->steps()).toInt());
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
        m_map->setMessage(
            tr("Drop to import MIDI files, arrange a recording, open an atlas or load a "
               "SoundFont"));
    }
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { showHint(); }

void MainWindow::showHint() {
    m_map->setMessage(m_mapController->library()
                          ? QString()
                          : tr("Open a library (Ctrl+O), or drop a folder of MIDI files here"));
}

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList music;
    QString recording;
    for (const QUrl& url : event->mimeData()->urls()) {
        const QString path = url.toLocalFile();
        if (path.isEmpty()) {
            continue;
        }
        if (isSoundFont(path)) {
            m_devices->loadSoundFont(path);
        } else if (QFileInfo(path).suffix().toLower() == QLatin1String("atlas")) {
            openAtlas(path);
        } else if (m_sounds->active() && sound::isAudioFile(path.toStdString())) {
            placeRecording(path);
        } else if (ArrangeController::takes(path)) {
            recording = path;
        } else {
            music.append(path);
        }
    }
    showHint();
    event->acceptProposedAction();
    if (!music.isEmpty()) {
        importPaths(music);
    }
    if (!recording.isEmpty()) {
        m_arranging->open(recording);
    }
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    // Click-to-sound counts from the button, not from what the map makes of it.
    if (watched == m_map && event->type() == QEvent::MouseButtonPress) {
        m_player->pressed();
    }
    return QMainWindow::eventFilter(watched, event);
}

} // namespace canto::app
