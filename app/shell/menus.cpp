// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/menus.h"

#include "app/shell/help_dialogs.h"
#include "app/shell/main_window.h"
#include "app/workspace/qt_text.h"
#include "widgets/common/button_keys.h"
#include "widgets/common/focus_ring.h"
#include "widgets/common/icons.h"
#include "widgets/common/text.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"
#include "widgets/song/transport_bar.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QLocale>
#include <QMenuBar>
#include <QToolBar>

namespace canto::app {

using widgets::LatentMap;
using widgets::Scheme;

Menus::Menus(MainWindow& window) : QObject(&window), m_window(window) {
    buildFileMenu();
    buildViewMenu();
    buildToolMenu();
    buildPlayMenu();
}

void Menus::setRecordingsFindable(bool on) { m_recordingAction->setEnabled(on); }

void Menus::chooseSoundFont() {
    const QString path = QFileDialog::getOpenFileName(&m_window, tr("Choose SoundFont"), {},
                                                      tr("SoundFont (*.sf2 *.sf3);;All files (*)"));
    if (!path.isEmpty()) {
        m_window.devices().loadSoundFont(path);
    }
}

void Menus::chooseRecording() {
    const QString path = QFileDialog::getOpenFileName(
        &m_window, tr("Find recording on map"), {},
        tr("Recordings (*.wav *.flac *.ogg *.opus *.mp3 *.aif *.aiff);;All files (*)"));
    if (!path.isEmpty()) {
        m_window.sounds().place(path);
    }
}

QAction* Menus::addAction(QMenu* menu, const QString& text, const QKeySequence& key,
                          std::function<void()> run) {
    QAction* action = menu->addAction(text);
    action->setShortcut(key);
    connect(action, &QAction::triggered, this, [run = std::move(run)] { run(); });
    return action;
}

void Menus::buildFileMenu() {
    QMenu* menu = m_window.menuBar()->addMenu(tr("&File"));
    addAction(menu, tr("&Open library..."), QKeySequence::Open,
              [this] { m_window.libraryController().chooseLibrary(); });
    addAction(menu, tr("&Import folder..."), QKeySequence(tr("Ctrl+I")),
              [this] { m_window.libraryController().chooseFolder(); });
    addAction(menu, tr("Import &files..."), QKeySequence(tr("Ctrl+Alt+I")),
              [this] { m_window.libraryController().chooseFiles(); });
    addAction(menu, tr("&Locate original files..."), {},
              [this] { m_window.libraryController().chooseOriginals(); });
    m_window.arranging().addActions(*menu);
    m_recordingAction = addAction(menu, tr("Find recording on &map..."),
                                  QKeySequence(tr("Ctrl+Alt+O")), [this] { chooseRecording(); });
    m_recordingAction->setEnabled(false); // until a space of sound is there
    menu->addSeparator();
    addAction(menu, tr("&Export..."), QKeySequence(tr("Ctrl+E")),
              [this] { m_window.exporting().saveCurrent(); });
    addAction(menu, tr("&Copy as MIDI"), QKeySequence::Copy,
              [this] { m_window.exporting().copyCurrent(); });
    addAction(menu, tr("Export map ima&ge..."), QKeySequence(tr("Ctrl+Shift+E")),
              [this] { m_window.exporting().saveMapPicture(); });
    menu->addSeparator();
    addAction(menu, tr("Restore &previous session"), {}, [this] { m_window.autosave().restore(); });
    addAction(menu, tr("&Quit"), QKeySequence::Quit, [this] { m_window.close(); });
}

void Menus::buildViewMenu() {
    LatentMap* map = m_window.map();
    MapController* maps = &m_window.mapController();
    QMenu* menu = m_window.menuBar()->addMenu(tr("&View"));
    m_spaceMenu = menu->addMenu(tr("Spa&ce"));
    m_mapMenu = menu->addMenu(tr("&Projection"));
    connect(maps, &MapController::mapsChanged, m_mapMenu, [this, maps] {
        m_mapMenu->clear();
        const auto& offered = maps->maps();
        for (std::size_t i = 0; i < offered.size(); ++i) {
            const QString name = widgets::escapeMnemonics(MapController::mapTitle(offered[i]));
            const QKeySequence key =
                i < 9 ? QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)) : QKeySequence();
            QAction* action = addAction(m_mapMenu, name, key, [maps, i] { maps->showMap(i); });
            action->setCheckable(true);
            action->setData(qulonglong(i));
            action->setChecked(i == maps->shownMap());
        }
    });
    connect(maps, &MapController::mapShown, m_mapMenu, [this](std::size_t shown) {
        for (QAction* action : m_mapMenu->actions()) {
            action->setChecked(action->data().toULongLong() == shown);
        }
    });
    QMenu* themes = menu->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    for (const auto& [scheme, name] :
         {std::pair{Scheme::System, tr("&System")}, std::pair{Scheme::Light, tr("&Light")},
          std::pair{Scheme::Dark, tr("&Dark")}}) {
        QAction* action =
            addAction(themes, name, {}, [this, scheme = scheme] { m_window.setScheme(scheme); });
        action->setCheckable(true);
        action->setChecked(scheme == m_window.scheme());
        group->addAction(action);
    }
    menu->addSeparator();
    for (QDockWidget* dock : m_window.docks()) {
        menu->addAction(dock->toggleViewAction());
    }
    addAction(menu, tr("&Reset layout"), {}, [this] { m_window.resetLayout(); });
    menu->addSeparator();
    addAction(menu, tr("&Fit map"), QKeySequence(tr("F")), [map] { map->fit(); });
    addAction(menu, tr("Select &all visible"), QKeySequence::SelectAll,
              [map] { map->selectAllVisible(); });
    addAction(menu, tr("Search &library"), QKeySequence::Find,
              [this] { m_window.library()->search(); });
    addAction(menu, tr("&Next panel"), QKeySequence(Qt::Key_F6),
              [this] { m_window.panels().next(true); });
    addAction(menu, tr("Pre&vious panel"), QKeySequence(Qt::SHIFT | Qt::Key_F6),
              [this] { m_window.panels().next(false); });
    addAction(menu, tr("F&ull screen"), QKeySequence(Qt::Key_F11),
              [this] { m_window.setWindowState(m_window.windowState() ^ Qt::WindowFullScreen); });
}

void Menus::buildToolMenu() {
    LatentMap* map = m_window.map();
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Tools"));
    m_tools = m_window.addToolBar(tr("Tools"));
    m_tools->setObjectName(QStringLiteral("toolBar"));
    m_tools->setMovable(false);
    m_tools->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_tools->setIconSize(QSize(18, 18));
    const QList<QAction*> spaces = m_window.spaces().actions();
    m_spaceMenu->setToolTipsVisible(true);
    m_spaceMenu->addActions(spaces);
    m_spaceMenu->setEnabled(spaces.size() > 1);
    if (spaces.size() > 1) {
        m_tools->addActions(spaces);
        m_tools->addSeparator();
    }
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
                                    [map, tool = line.tool] { map->setTool(tool); });
        action->setCheckable(true);
        action->setChecked(line.tool == map->tool());
        action->setToolTip(line.tip);
        action->setData(int(line.tool));
        group->addAction(action);
        m_tools->addAction(action);
        icons.emplace_back(action, line.icon);
    }
    connect(map, &LatentMap::toolChanged, group, [group](LatentMap::Tool tool) {
        for (QAction* action : group->actions()) {
            action->setChecked(action->data().toInt() == int(tool));
        }
    });
    menu->addSeparator();
    m_tools->addSeparator();
    QAction* fit = m_tools->addAction(tr("Fit"), map, &LatentMap::fit);
    fit->setToolTip(tr("Show the whole map (F)"));
    icons.emplace_back(fit, widgets::Icon::Fit);
    addAction(menu, tr("&Reverse path"), QKeySequence(tr("Shift+R")),
              [map] { map->reversePath(); });
    addAction(menu, tr("&Clear path"), QKeySequence(Qt::SHIFT | Qt::Key_Delete),
              [map] { map->clearPath(); });
    const auto paint = [this, icons] {
        for (const auto& [action, which] : icons) {
            action->setIcon(widgets::icon(which, m_window.palette()));
        }
    };
    paint();
    connect(&m_window, &MainWindow::schemeChanged, m_tools, paint);
}

void Menus::buildPlayMenu() {
    MapController* maps = &m_window.mapController();
    qApp->installEventFilter(new widgets::ButtonKeys(&m_window));
    qApp->installEventFilter(new widgets::FocusRing(&m_window));
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Play"));
    addAction(menu, tr("&Play or stop"), QKeySequence(Qt::Key_Space),
              [this] { m_window.playback()->toggle(); });
    addAction(menu, tr("&Return to start"), QKeySequence(Qt::Key_Home),
              [this] { m_window.playback()->toStart(); });
    QAction* loop = menu->addAction(tr("&Loop"));
    loop->setShortcut(QKeySequence(tr("L")));
    loop->setCheckable(true);
    loop->setChecked(m_window.player().looping());
    connect(m_window.transport(), &widgets::TransportBar::loopChanged, loop, &QAction::setChecked);
    connect(loop, &QAction::toggled, this, [this](bool on) {
        m_window.transport()->setLoop(on);
        m_window.player().setLoop(on);
    });
    QAction* originals = menu->addAction(tr("Prefer &original files"));
    originals->setCheckable(true);
    originals->setChecked(true);
    connect(originals, &QAction::toggled, maps, &MapController::setPlayOriginals);
    menu->addSeparator();
    addAction(menu, tr("S&top or clear selection"), QKeySequence(Qt::Key_Escape),
              [this] { m_window.escape(); });
    addAction(menu, tr("P&anic"), QKeySequence(tr("Ctrl+Shift+P")),
              [this] { m_window.player().panic(); });
}

void Menus::addHelp() {
    QMenu* menu = m_window.menuBar()->addMenu(tr("&Help"));
    addAction(menu, tr("&Keyboard shortcuts"), QKeySequence(Qt::Key_Question),
              [this] { showShortcuts(&m_window); });
    addAction(menu, tr("&About Cantograph"), {}, [this] {
        QString card;
        if (const auto& model = m_window.workspace().model()) {
            const models::ModelInfo& info = model->info();
            card = tr("Model: %1 (%2), %3 latent dimensions.\n\n")
                       .arg(text(info.title), text(info.version).left(8),
                            QLocale().toString(info.latentSize));
        }
        showAbout(&m_window, card);
    });
}

} // namespace canto::app
