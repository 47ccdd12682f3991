// SPDX-License-Identifier: GPL-3.0-or-later
// Menus, keys and what they do.

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
#include "app/shell/help_dialogs.h"
#include "app/shell/main_window.h"
#include "app/shell/panels.h"
#include "app/shell/space_switch.h"
#include "widgets/common/button_keys.h"
#include "widgets/common/focus_ring.h"
#include "widgets/common/icons.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/text.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"

#include <QActionGroup>
#include <QClipboard>
#include <QDockWidget>
#include <QDrag>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLocale>
#include <QMenuBar>
#include <QToolBar>

namespace canto::app {

using widgets::LatentMap;
using widgets::Scheme;

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& key,
                               std::function<void()> run) {
    QAction* action = menu->addAction(text);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    return action;
}

void MainWindow::buildMenus() {
    buildFileMenu();
    buildViewMenu();
    buildToolMenu();
    buildPlayMenu();
    m_training->addMenu(menuBar());
    QMenu* settings = menuBar()->addMenu(tr("&Settings"));
    m_devices = std::make_unique<DeviceMenu>(*settings, *m_player, *m_settings);
    m_explore->buildMenus(*menuBar());
    m_transfer->addMenu(*menuBar());
    buildHelpMenu();
}

void MainWindow::buildFileMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&File"));
    addAction(menu, tr("&Open library..."), QKeySequence::Open, [this] { chooseAtlas(); });
    addAction(menu, tr("&Import folder..."), QKeySequence(tr("Ctrl+I")),
              [this] { chooseFolder(); });
    addAction(menu, tr("Import &files..."), QKeySequence(tr("Ctrl+Alt+I")),
              [this] { chooseFiles(); });
    addAction(menu, tr("&Locate original files..."), {}, [this] { chooseOriginals(); });
    m_arranging->addActions(*menu);
    m_recordingAction = addAction(menu, tr("Find recording on &map..."),
                                  QKeySequence(tr("Ctrl+Alt+O")), [this] { chooseRecording(); });
    m_recordingAction->setEnabled(false); // until a space of sound is there
    menu->addSeparator();
    addAction(menu, tr("&Export..."), QKeySequence(tr("Ctrl+E")), [this] { saveCurrent(); });
    addAction(menu, tr("&Copy as MIDI"), QKeySequence::Copy, [this] { copyCurrent(); });
    addAction(menu, tr("Export map ima&ge..."), QKeySequence(tr("Ctrl+Shift+E")),
              [this] { saveMapPicture(); });
    menu->addSeparator();
    addAction(menu, tr("Restore &previous session"), {}, [this] { m_autosave->restore(); });
    addAction(menu, tr("&Quit"), QKeySequence::Quit, [this] { close(); });
}

void MainWindow::buildViewMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&View"));
    m_spaceMenu = menu->addMenu(tr("Spa&ce"));
    m_mapMenu = menu->addMenu(tr("&Projection"));
    connect(m_mapController.get(), &MapController::mapsChanged, m_mapMenu, [this] {
        m_mapMenu->clear();
        const auto& maps = m_mapController->maps();
        for (std::size_t i = 0; i < maps.size(); ++i) {
            const QString name = widgets::escapeMnemonics(MapController::mapTitle(maps[i]));
            const QKeySequence key =
                i < 9 ? QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)) : QKeySequence();
            QAction* action =
                addAction(m_mapMenu, name, key, [this, i] { m_mapController->showMap(i); });
            action->setCheckable(true);
            action->setData(qulonglong(i));
            action->setChecked(i == m_mapController->shownMap());
        }
    });
    QMenu* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    for (const auto& [scheme, name] :
         {std::pair{Scheme::System, tr("&System")}, std::pair{Scheme::Light, tr("&Light")},
          std::pair{Scheme::Dark, tr("&Dark")}}) {
        QAction* action =
            addAction(themes, name, {}, [this, scheme = scheme] { setScheme(scheme); });
        action->setCheckable(true);
        action->setChecked(scheme == m_scheme);
        group->addAction(action);
    }
    menu->addSeparator();
    for (QDockWidget* dock : findChildren<QDockWidget*>()) {
        menu->addAction(dock->toggleViewAction());
    }
    addAction(menu, tr("&Reset layout"), {}, [this] {
        restoreState(m_defaultLayout, kLayoutVersion);
        setPanelSizes();
    });
    menu->addSeparator();
    addAction(menu, tr("&Fit map"), QKeySequence(tr("F")), [this] { m_map->fit(); });
    addAction(menu, tr("Select &all visible"), QKeySequence::SelectAll,
              [this] { m_map->selectAllVisible(); });
    addAction(menu, tr("Search &library"), QKeySequence::Find, [this] { m_list->search(); });
    addAction(menu, tr("&Next panel"), QKeySequence(Qt::Key_F6), [this] { m_panels->next(true); });
    addAction(menu, tr("Pre&vious panel"), QKeySequence(Qt::SHIFT | Qt::Key_F6),
              [this] { m_panels->next(false); });
    addAction(menu, tr("F&ull screen"), QKeySequence(Qt::Key_F11),
              [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::buildToolMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Tools"));
    m_tools = addToolBar(tr("Tools"));
    m_tools->setObjectName(QStringLiteral("toolBar"));
    m_tools->setMovable(false);
    m_tools->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_tools->setIconSize(QSize(18, 18));
    m_spaces->addActions(*m_spaceMenu, *m_tools);
    auto* group = new QActionGroup(this);
    struct Line {
        LatentMap::Tool tool;
        widgets::Icon icon;
        QString text, tip, key;
    };
    const Line lines[] = {
        {LatentMap::Tool::Select, widgets::Icon::Select, tr("&Select"),
         tr("Click to play, drag to pan (V)"), tr("V")},
        {LatentMap::Tool::Hand, widgets::Icon::Hand, tr("&Hand"), tr("Only pan (H)"), tr("H")},
        {LatentMap::Tool::Path, widgets::Icon::Path, tr("&Path"),
         tr("Draw a path and play its steps (P)"), tr("P")},
    };
    std::vector<std::pair<QAction*, widgets::Icon>> icons;
    for (const Line& line : lines) {
        QAction* action = addAction(menu, line.text, QKeySequence(line.key),
                                    [this, tool = line.tool] { m_map->setTool(tool); });
        action->setCheckable(true);
        action->setChecked(line.tool == m_map->tool());
        action->setToolTip(line.tip);
        action->setData(int(line.tool));
        group->addAction(action);
        m_tools->addAction(action);
        icons.emplace_back(action, line.icon);
    }
    connect(m_map, &LatentMap::toolChanged, group, [group](LatentMap::Tool tool) {
        for (QAction* action : group->actions()) {
            action->setChecked(action->data().toInt() == int(tool));
        }
    });
    menu->addSeparator();
    m_tools->addSeparator();
    QAction* fit = m_tools->addAction(tr("Fit"), m_map, &LatentMap::fit);
    fit->setToolTip(tr("Show the whole map (F)"));
    icons.emplace_back(fit, widgets::Icon::Fit);
    addAction(menu, tr("&Reverse path"), QKeySequence(tr("Shift+R")),
              [this] { m_map->reversePath(); });
    addAction(menu, tr("&Clear path"), QKeySequence(Qt::SHIFT | Qt::Key_Delete),
              [this] { m_map->clearPath(); });
    const auto paint = [this, icons] {
        for (const auto& [action, which] : icons) {
            action->setIcon(widgets::icon(which, palette()));
        }
    };
    paint();
    connect(this, &MainWindow::schemeChanged, m_tools, paint);
}

void MainWindow::buildPlayMenu() {
    qApp->installEventFilter(new widgets::ButtonKeys(this));
    qApp->installEventFilter(new widgets::FocusRing(this));
    QMenu* menu = menuBar()->addMenu(tr("&Play"));
    addAction(menu, tr("&Play or stop"), QKeySequence(Qt::Key_Space), [this] { togglePlayback(); });
    addAction(menu, tr("&Return to start"), QKeySequence(Qt::Key_Home),
              [this] { playbackToStart(); });
    m_loopAction = menu->addAction(tr("&Loop"));
    m_loopAction->setShortcut(QKeySequence(tr("L")));
    m_loopAction->setCheckable(true);
    m_loopAction->setChecked(m_player->looping());
    QAction* originals = menu->addAction(tr("Prefer &original files"));
    originals->setCheckable(true);
    originals->setChecked(true);
    connect(originals, &QAction::toggled, m_mapController.get(), &MapController::setPlayOriginals);
    menu->addSeparator();
    addAction(menu, tr("S&top or clear selection"), QKeySequence(Qt::Key_Escape),
              [this] { escape(); });
    addAction(menu, tr("P&anic"), QKeySequence(tr("Ctrl+Shift+P")), [this] { m_player->panic(); });
}

void MainWindow::buildHelpMenu() {
    QMenu* menu = menuBar()->addMenu(tr("&Help"));
    addAction(menu, tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_Question),
              [this] { showShortcuts(this); });
    addAction(menu, tr("&About Cantograph"), {}, [this] {
        QString card;
        if (const auto& model = m_inference->model()) {
            const models::ModelInfo& info = model->info();
            card = tr("Model: %1 (%2), %3 latent dimensions.\n\n")
                       .arg(QString::fromStdString(info.title),
                            QString::fromStdString(info.version).left(8),
                            QLocale().toString(info.latentSize));
        }
        showAbout(this, card);
    });
}

void MainWindow::escape() {
    if (m_player->playing() || m_inference->busy()) {
        m_inference->cancel();
        m_player->stop();
    } else if (!m_map->selection().empty()) {
        m_map->clearSelection();
    } else if (!m_map->path().isEmpty()) {
        m_map->clearPath();
    } else if (m_sounds->placed()) {
        m_sounds->forgetMarks();
    } else {
        m_map->clearDecodeMark();
        m_messages->dismiss();
    }
}

void MainWindow::chooseAtlas() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Open library"), {},
                                                      tr("Library (*.atlas);;All files (*)"));
    if (!path.isEmpty()) {
        openAtlas(path);
    }
}

void MainWindow::chooseSoundFont() {
    const QString path = QFileDialog::getOpenFileName(this, tr("Choose SoundFont"), {},
                                                      tr("SoundFont (*.sf2 *.sf3);;All files (*)"));
    if (!path.isEmpty()) {
        m_devices->loadSoundFont(path);
    }
}

void MainWindow::saveCurrent() {
    if (m_player->currentItem().sound) {
        saveSound();
    } else {
        saveSongs(currentSongs(), currentBars(), m_player->currentItem().title);
    }
}

void MainWindow::saveSongs(const std::vector<SongPtr>& songs, int bars, const QString& title) {
    if (songs.empty()) {
        report(tr("There is nothing to export yet"), tr("Click a point of the map first."));
        return;
    }
    const QString path =
        QFileDialog::getSaveFileName(this, tr("Export"), title + QStringLiteral(".mid"),
                                     tr("MIDI (*.mid);;WAV (*.wav);;FLAC (*.flac)"));
    if (path.isEmpty()) {
        return;
    }
    if (path.endsWith(QLatin1String(".wav"), Qt::CaseInsensitive) ||
        path.endsWith(QLatin1String(".flac"), Qt::CaseInsensitive)) {
        m_exports->saveSound(songs, bars, path.toStdString(), m_player->engine().soundFont());
    } else if (const auto saved = Exports::saveMidi(songs, bars, path.toStdString()); saved) {
        m_messages->show(widgets::MessageBar::Kind::Information,
                         tr("Saved %1").arg(QFileInfo(path).fileName()));
    } else {
        report(QString::fromStdString(saved.error().message()));
    }
}

void MainWindow::saveMix(const SongPtr& song, const QString& recording, const QString& title) {
    const QString path = QFileDialog::getSaveFileName(
        this, tr("Export mix"), title + QStringLiteral(".wav"), tr("WAV (*.wav);;FLAC (*.flac)"));
    if (!path.isEmpty()) {
        m_exports->saveMix(song, recording.toStdString(), path.toStdString(),
                           m_player->engine().soundFont(), {1.0F, 1.0F});
    }
}

void MainWindow::saveMapPicture() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Export map image"), tr("map.png"),
                                                      tr("PNG (*.png)"));
    if (!path.isEmpty() && !m_map->render(m_map->size(), 2.0).save(path)) {
        report(tr("The image could not be written"), path);
    }
}

void MainWindow::copyCurrent() {
    copySongs(currentSongs(), currentBars(), m_player->currentItem().title);
}

void MainWindow::copySongs(const std::vector<SongPtr>& songs, int bars, const QString& title) {
    if (songs.empty()) {
        return;
    }
    if (QMimeData* midi = m_exports->mimeData(songs, bars, title)) {
        QGuiApplication::clipboard()->setMimeData(midi);
        m_messages->show(widgets::MessageBar::Kind::Information, tr("Copied as MIDI"));
    }
}

void MainWindow::dragCurrent() {
    dragSongs(currentSongs(), currentBars(), m_player->currentItem().title);
}

void MainWindow::dragSongs(const std::vector<SongPtr>& songs, int bars, const QString& title) {
    QMimeData* midi = m_exports->mimeData(songs, bars, title);
    if (midi != nullptr) {
        auto* drag = new QDrag(this);
        drag->setMimeData(midi);
        drag->exec(Qt::CopyAction);
    }
}

} // namespace canto::app
