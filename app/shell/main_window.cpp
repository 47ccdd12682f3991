// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/main_window.h"

#include "app/shell/menus.h"
#include "app/workspace/qt_text.h"
#include "core/sound/audio_file.h"
#include "widgets/common/screen_fit.h"
#include "widgets/common/scroll_column.h"
#include "widgets/common/status_figures.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/map/hover_card.h"
#include "widgets/song/library_list.h"
#include "widgets/song/similar_list.h"
#include "widgets/song/transport_bar.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileInfo>
#include <QMenuBar>
#include <QMimeData>
#include <QScreen>
#include <QStatusBar>
#include <QTimer>
#include <QToolBar>
#include <QVBoxLayout>
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

QString waitingText() { return MainWindow::tr("The model has not answered for 3 seconds"); }

WorkspaceOptions workspaceOf(const WindowOptions& options) {
    return {options.settingsFile, options.userData,  options.spaces, options.space,
            options.atlas,        options.openModel, options.engine};
}

} // namespace

MainWindow::MainWindow(WindowOptions options, QWidget* parent)
    : QMainWindow(parent), m_options(std::move(options)), m_workspace(workspaceOf(m_options)) {
    setWindowTitle(tr("Cantograph"));
    setAcceptDrops(true);
    if (m_options.size.isEmpty()) {
        widgets::openOnScreen(*this, kPreferredSize);
    } else {
        resize(m_options.size);
    }
    const int remembered =
        m_workspace.settings().value(kSchemeKey, int(widgets::Scheme::System)).toInt();
    m_scheme = m_options.scheme.value_or(widgets::Scheme(remembered));
    widgets::applyTheme(*qApp, m_scheme);
    buildCentre();
    buildFeatures();
    buildPanels();
    connectWorkspace();
    connectFeatures();
    restoreLayout();
    showHint();
}

MainWindow::~MainWindow() {
    // Widgets are children of the window and go after the members: nothing may talk to them then.
    m_workspace.player().disconnect();
    m_workspace.disconnect();
    m_map->disconnect();
}

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    m_centre = new QVBoxLayout(centre);
    m_centre->setContentsMargins(0, 0, 0, 0);
    m_centre->setSpacing(0);
    m_messages = new widgets::MessageBar(centre);
    m_map = new widgets::LatentMap(centre);
    m_map->installEventFilter(this);
    m_centre->addWidget(m_map, 1);
    setCentralWidget(centre);
    m_messages->floatOver(centre);
    m_workspace.attachMap(*m_map);
    m_card = new widgets::HoverCard(m_map);
    m_workspace.maps().attachHoverCard(m_card);
}

void MainWindow::buildFeatures() {
    Workspace& work = m_workspace;
    m_list = new widgets::LibraryList(this);
    m_inspector = new Inspector(this);
    m_playback = new PlaybackPanel(work.player(), this);
    m_path = std::make_unique<PathController>(*m_map, *m_inspector->path(), work.maps(),
                                              work.player(), work.inference());
    m_sounds =
        std::make_unique<SoundSpace>(*m_map, work.maps(), *m_path, work.player(), work.inference());
    m_sounds->attachHoverCard(m_card);
    m_exporting = std::make_unique<ExportController>(*this, work, [this] {
        const PlaybackItem& item = m_workspace.player().currentItem();
        if (item.kind == PlaybackItem::Kind::Path) {
            return ExportController::Music{m_path->songs(), m_path->barsEach(), item.title};
        }
        return item.song ? ExportController::Music{{item.song}, item.song->bars(), item.title}
                         : ExportController::Music{{}, 0, item.title};
    });
    m_drag = std::make_unique<PhraseDrag>(*this);
    m_explore = std::make_unique<Explore>(ExploreParts{*this, *m_map, work.maps(), work.player(),
                                                       m_exporting->exports(), *m_drag, work.undo(),
                                                       m_options.cacheFolder});
    m_transfer = std::make_unique<TransferController>(
        TransferParts{*this, *m_map, *m_list, work.maps(), work.player(), work.undo(), *m_drag});
    m_arranging = std::make_unique<ArrangeController>(*this, work.player(), m_options.openArranger);
    m_playback->setPlayheadSource(*m_arranging);
    m_training = std::make_unique<TrainingController>(*this, *m_centre, work, m_options.train);
    for (SessionPart* part : std::initializer_list<SessionPart*>{m_path.get(), m_explore.get(),
                                                                 m_transfer.get(), m_inspector}) {
        work.addPart(*part);
    }
    m_autosave = std::make_unique<Autosave>(work, m_options.sessionFolder);
    m_library = std::make_unique<LibraryController>(*this, work, *m_autosave, *m_list);
}

QDockWidget* MainWindow::addPanel(const char* name, const QString& title, QWidget* content,
                                  Qt::DockWidgetArea area, QDockWidget* behind) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(QLatin1String(name));
    dock->setWidget(content);
    addDockWidget(area, dock);
    if (behind != nullptr) {
        tabifyDockWidget(behind, dock);
    }
    m_docks.push_back(dock);
    return dock;
}

void MainWindow::buildPanels() {
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
    const auto right = Qt::RightDockWidgetArea;
    m_libraryDock = addPanel("libraryDock", tr("Library"), m_list, Qt::LeftDockWidgetArea);
    m_inspectorDock = addPanel("inspectorDock", tr("Inspector"),
                               new widgets::ScrollColumn(m_inspector, this), right);
    m_scoreDock = addPanel("scoreDock", tr("Piano roll"), m_playback, Qt::BottomDockWidgetArea);
    m_exploreDock =
        addPanel("exploreDock", tr("Explore"), m_explore->dock(), right, m_inspectorDock);
    m_transferDock =
        addPanel("transferDock", tr("Transfer"),
                 new widgets::ScrollColumn(m_transfer->dock(), this), right, m_exploreDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_arranging->panel());
    tabifyDockWidget(m_scoreDock, m_arranging->panel());
    m_scoreDock->raise();
    m_docks.push_back(m_arranging->panel());
    QDockWidget* training = m_training->dock();
    addDockWidget(right, training);
    tabifyDockWidget(m_exploreDock, training);
    training->hide();
    m_docks.push_back(training);

    auto* bar = new QToolBar(tr("Transport"), this);
    bar->setObjectName(QStringLiteral("transportBar"));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->addWidget(transport());
    addToolBar(Qt::BottomToolBarArea, bar);
    m_figures = new widgets::StatusFigures(this);
    statusBar()->addPermanentWidget(m_figures, 1);
    statusBar()->setSizeGripEnabled(false);
    m_figures->setClickToSound(-1);

    m_menus = new Menus(*this);
    m_training->addMenu(menuBar());
    m_devices = std::make_unique<DeviceMenu>(*menuBar()->addMenu(tr("&Settings")),
                                             m_workspace.player(), m_workspace.settings());
    m_explore->buildMenus(*menuBar());
    m_transfer->addMenu(*menuBar());
    m_menus->addHelp();

    m_panels = new Panels(*this);
    m_panels->add(m_libraryDock, Panels::kLibraryWidth);
    m_panels->add(centralWidget());
    for (QDockWidget* side : {m_inspectorDock, m_exploreDock, m_transferDock, training}) {
        m_panels->add(side, Panels::kSideWidth);
    }
    m_panels->add(m_scoreDock, 0);
    m_panels->add(m_arranging->panel(), 0);
    m_panels->add(transport());
    m_panels->add(m_messages);
}

void MainWindow::connectWorkspace() {
    Workspace* work = &m_workspace;
    connect(work, &Workspace::noticed, this, [this](const Notice& notice) {
        using Bar = widgets::MessageBar;
        m_messages->show(Bar::Kind(int(notice.kind)), notice.text, notice.hint, notice.action,
                         notice.run, notice.ofSpace ? Bar::Scope::Space : Bar::Scope::Window);
    });
    connect(work, &Workspace::progressEnded, m_messages, &widgets::MessageBar::endProgress);
    connect(m_messages, &widgets::MessageBar::dismissed, m_autosave.get(), &Autosave::onDismissed);
    connect(work, &Workspace::libraryComing, this, [this](const LibraryPtr& library) {
        m_inspector->setColumns(library->columns);
        m_transfer->clear(); // its phrases are those of the library that goes
    });
    connect(work, &Workspace::libraryChanged, this, &MainWindow::showLibrary);
    connect(work, &Workspace::libraryFailed, this, &MainWindow::showHint);
    connect(work, &Workspace::spaceEntering, this, [this] {
        m_messages->leaveSpace();
        m_sounds->setModel(nullptr, {});
    });
    connect(work, &Workspace::modelComing, this,
            [this] { m_figures->setModel(tr("loading the model")); });
    connect(work, &Workspace::modelChanged, this, [this](bool there) {
        if (there) {
            showModel();
        }
    });
    connect(work, &Workspace::modelFailed, this, [this](const Error& error) {
        m_figures->setModel(tr("no model"));
        if (!modelLoaded()) {
            m_explore->setUnavailable(
                tr("Not available: the model cannot be opened (%1)").arg(text(error.what)));
        }
        m_workspace.notify({Notice::Kind::Warning, text(error.what),
                            tr("The map and the original songs work; nothing can be generated. %1")
                                .arg(text(error.hint))});
    });
    connect(&work->inference(), &InferenceWorker::stuck, this, [this] {
        m_workspace.notify({Notice::Kind::Progress,
                            waitingText(),
                            {},
                            tr("Cancel"),
                            [this] {
                                m_workspace.inference().cancel();
                                m_map->clearDecodeMark();
                            },
                            true});
    });
    Player* player = &work->player();
    connect(player, &Player::currentItemChanged, this, &MainWindow::showCurrentItem);
    connect(player, &Player::clickToSound, m_figures, &widgets::StatusFigures::setClickToSound);
    connect(player, &Player::notice, this, [this](const QString& notice) {
        m_workspace.inform(notice);
        showSound();
    });
    connect(m_map, &widgets::LatentMap::selectionChanged, this,
            [this] { m_figures->setPoints(m_map->selectionText()); });
    MapController* maps = &work->maps();
    connect(maps, &MapController::factsChanged, m_inspector, &Inspector::setFacts);
    connect(maps, &MapController::mapsChanged, m_inspector,
            [this, maps] { m_inspector->setMaps(maps->maps()); });
    connect(maps, &MapController::mapShown, m_inspector, &Inspector::showMap);
    connect(maps, &MapController::columnShown, m_inspector, &Inspector::showColumn);
    connect(maps, &MapController::originalMissing, m_inspector, &Inspector::setLocateOffered);
    connect(m_inspector, &Inspector::columnChosen, maps, &MapController::colourBy);
    connect(m_inspector, &Inspector::mapChosen, maps, &MapController::showMap);
}

void MainWindow::connectFeatures() {
    Workspace* work = &m_workspace;
    Autosave* session = m_autosave.get();
    // What several features can say.
    const auto warnings = [work](auto* feature, auto signal) {
        connect(feature, signal, work, &Workspace::warn);
    };
    warnings(m_path.get(), &PathController::problem);
    warnings(m_sounds.get(), &SoundSpace::problem);
    warnings(m_drag.get(), &PhraseDrag::missed);
    warnings(m_explore.get(), &Explore::problem);
    warnings(m_transfer.get(), &TransferController::problem);
    warnings(m_arranging.get(), &ArrangeController::problem);
    connect(m_explore.get(), &Explore::notice, work, &Workspace::inform);
    connect(m_arranging.get(), &ArrangeController::notice, work, &Workspace::inform);
    connect(m_devices.get(), &DeviceMenu::notice, work, &Workspace::inform);
    const auto raise = [](QDockWidget* dock) {
        return [dock] {
            dock->show();
            dock->raise();
        };
    };
    connect(m_explore.get(), &Explore::raiseAsked, m_exploreDock, raise(m_exploreDock));
    connect(m_transfer.get(), &TransferController::raiseAsked, m_transferDock,
            raise(m_transferDock));
    connect(m_exploreDock, &QDockWidget::visibilityChanged, m_explore->dock(),
            &ExploreDock::setSeen);
    connect(m_playback, &PlaybackPanel::titleChanged, m_scoreDock, &QDockWidget::setWindowTitle);

    // The phrase that plays: shown, saved, dragged.
    connect(m_path.get(), &PathController::factsChanged, m_inspector, &Inspector::setFacts);
    connect(m_path.get(), &PathController::pathWanted, m_sounds.get(), &SoundSpace::playPath);
    connect(m_sounds.get(), &SoundSpace::factsChanged, m_inspector, &Inspector::setFacts);
    connect(m_sounds.get(), &SoundSpace::similarChanged, m_inspector->similar(),
            &widgets::SimilarList::setSimilar);
    connect(m_inspector->similar(), &widgets::SimilarList::chosen, this, [this](qint64 row) {
        m_map->flyTo(row);
        player().pressed();
        mapController().playRow(row);
    });
    connect(m_sounds.get(), &SoundSpace::began, this, [this](const QString& what) {
        m_workspace.notify({Notice::Kind::Progress,
                            what,
                            {},
                            tr("Cancel"),
                            [this] { m_workspace.inference().cancel(); },
                            true});
    });
    connect(m_sounds.get(), &SoundSpace::recordingPlaced, m_messages,
            &widgets::MessageBar::endProgress);
    ExportController* exporting = m_exporting.get();
    connect(m_inspector, &Inspector::saveWanted, exporting, &ExportController::saveCurrent);
    connect(m_inspector, &Inspector::copyWanted, exporting, &ExportController::copyCurrent);
    connect(m_inspector, &Inspector::dragWanted, exporting, &ExportController::dragCurrent);
    connect(m_inspector, &Inspector::locateWanted, m_library.get(),
            &LibraryController::chooseOriginals);
    const auto music = [](auto call, ExportController* to) {
        return [call, to](const SongPtr& song, int bars, const QString& title) {
            (to->*call)({{song}, bars, title});
        };
    };
    connect(m_transfer.get(), &TransferController::saveAsked, exporting,
            music(&ExportController::save, exporting));
    connect(m_transfer.get(), &TransferController::copyAsked, exporting,
            music(&ExportController::copy, exporting));
    connect(m_transfer.get(), &TransferController::dragAsked, exporting,
            music(&ExportController::drag, exporting));
    connect(m_arranging.get(), &ArrangeController::saveAsked, exporting,
            music(&ExportController::save, exporting));
    connect(m_arranging.get(), &ArrangeController::saveMixAsked, exporting,
            &ExportController::saveMix);
    m_explore->drag().addChip(m_inspector->chip());
    ShapeController* shapes = &m_explore->shapes();
    connect(shapes, &ShapeController::shapeChanged, this, &MainWindow::showChip);
    connect(m_inspector->chip(), &QAbstractButton::clicked, shapes, &ShapeController::play);

    // What a session keeps.
    connect(m_path.get(), &PathController::stepsChanged, session, &Autosave::touch);
    connect(shapes, &ShapeController::shapeChanged, session, &Autosave::touch);
    connect(&m_explore->interpolation(), &InterpolateGesture::endsChanged, session,
            &Autosave::touch);
    connect(m_explore.get(), &Explore::priorChanged, session, &Autosave::touch);
    connect(m_transfer.get(), &TransferController::specChanged, session, &Autosave::touch);

    connect(m_devices.get(), &DeviceMenu::soundChanged, this, &MainWindow::showSound);
    connect(m_devices.get(), &DeviceMenu::soundFontWanted, m_menus, &Menus::chooseSoundFont);
    connect(m_devices.get(), &DeviceMenu::problem, this,
            [this](const QString& what, const QString& hint) {
                m_workspace.notify({Notice::Kind::Warning, what, hint, tr("Choose SoundFont..."),
                                    [this] { m_menus->chooseSoundFont(); }});
            });
}

void MainWindow::start() {
    if (std::exchange(m_started, true)) {
        return;
    }
    m_workspace.start();
    if (!m_workspace.space().open) {
        m_figures->setModel(tr("no model"));
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

void MainWindow::showLibrary() {
    m_explore->libraryChanged();
    m_inspector->setFacts({});
    QStringList title{QFileInfo(text(m_workspace.library()->path)).fileName()};
    if (spaces().spaces().size() > 1) {
        title.prepend(text(m_workspace.space().title));
    }
    title.append(tr("Cantograph"));
    setWindowTitle(title.join(QStringLiteral(" \u2013 ")));
    m_figures->setPoints(m_map->selectionText());
}

void MainWindow::showModel() {
    const auto& model = m_workspace.model();
    const Space& space = m_workspace.space();
    m_path->setModel(&model->info());
    m_sounds->setModel(model, space.sound);
    m_menus->setRecordingsFindable(m_sounds->active());
    m_explore->setModel(model, space.open);
    m_transfer->setModel(model, space.open);
    m_figures->setModel(tr("%1 on CPU").arg(text(model->info().title)));
}

void MainWindow::showCurrentItem(const PlaybackItem& item) {
    m_inspector->setCurrent(item);
    if (m_messages->text() == waitingText()) {
        m_messages->endProgress(); // it has answered
    }
    showChip();
}

void MainWindow::showChip() {
    // The phrase that can be changed and dragged is the one that plays, or nothing is.
    const PlaybackItem& item = player().currentItem();
    const bool single = item.kind == PlaybackItem::Kind::Nothing ||
                        item.kind == PlaybackItem::Kind::Shaped || !item.latent.empty();
    m_inspector->chip()->setPhrase(single ? text(m_explore->shapes().shape().name) : item.title,
                                   single);
}

void MainWindow::showSound() {
    sound::AudioEngine& engine = player().engine();
    const sound::MidiChoice output = m_devices->output();
    QString sound = text(engine.deviceText());
    QString notice;
    if (output.kind == sound::MidiChoice::Kind::None) {
        sound = tr("MIDI output: None");
        notice = tr("Output: None");
    } else if (output.kind != sound::MidiChoice::Kind::InternalSynth) {
        sound = tr("MIDI to %1").arg(text(output.text()));
    } else if (!engine.hasSoundFont()) {
        notice = tr("No SoundFont");
    } else if (!engine.hasDevice()) {
        notice = tr("No audio device");
    }
    m_figures->setSound(sound);
    transport()->setSoundNotice(notice);
}

void MainWindow::showHint() {
    m_map->setMessage(m_workspace.library()
                          ? QString()
                          : tr("Open a library (Ctrl+O), or drop a folder of MIDI files here"));
}

void MainWindow::setScheme(widgets::Scheme scheme) {
    m_scheme = scheme;
    widgets::applyTheme(*qApp, scheme);
    m_workspace.settings().setValue(kSchemeKey, int(scheme));
    Q_EMIT schemeChanged();
}

void MainWindow::escape() {
    if (player().playing() || inference().busy()) {
        inference().cancel();
        player().stop();
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

// ---- layout ----

void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (std::exchange(m_panelsNeedSizes, false)) {
        layout()->activate();
        setPanelSizes();
    }
}

void MainWindow::setPanelSizes() {
    resizeDocks({m_libraryDock, m_inspectorDock}, {290, 340}, Qt::Horizontal);
    resizeDocks({m_scoreDock}, {std::min(kRollHeight, height() / 3)}, Qt::Vertical);
}

void MainWindow::resetLayout() {
    restoreState(m_defaultLayout, kLayoutVersion);
    setPanelSizes();
}

void MainWindow::restoreLayout() {
    const QSize room =
        m_options.size.isEmpty() ? screen()->availableGeometry().size() : m_options.size;
    if (room.width() < kNarrowScreen) {
        tabifyDockWidget(m_inspectorDock, m_libraryDock);
    }
    if (room.height() < kLowScreen) { // the map needs what there is
        m_scoreDock->hide();
        m_arranging->panel()->hide();
    }
    m_inspectorDock->raise(); // on top of its tabs
    m_defaultLayout = QMainWindow::saveState(kLayoutVersion);
    const QSettings& settings = m_workspace.settings();
    if (m_options.size.isEmpty() && restoreGeometry(settings.value(kGeometryKey).toByteArray())) {
        widgets::clampToScreen(*this); // it may have been left on a larger one
    }
    if (!restoreState(settings.value(kLayoutKey).toByteArray(), kLayoutVersion)) {
        m_panelsNeedSizes = true; // docks keep them only once the window has its own
    }
    const double volume = settings.value(kVolumeKey, 0.5).toDouble();
    transport()->setVolume(volume);
    player().setVolume(volume);
    m_path->setSteps(settings.value(kStepsKey, m_path->steps()).toInt());
}

void MainWindow::saveState() {
    QSettings& settings = m_workspace.settings();
    settings.setValue(kGeometryKey, saveGeometry());
    settings.setValue(kLayoutKey, QMainWindow::saveState(kLayoutVersion));
    settings.setValue(kVolumeKey, transport()->volume());
    settings.setValue(kStepsKey, m_path->steps());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (!m_training->mayClose()) {
        event->ignore();
        return;
    }
    saveState();
    m_library->cancel();
    m_training->closing();
    m_arranging->cancel();
    inference().cancel();
    player().stop();
    QMainWindow::closeEvent(event);
}

// ---- files dropped on the window ----

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
        m_map->setMessage(
            tr("Drop to import MIDI files, arrange a recording, open a library or load a "
               "SoundFont"));
    }
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) { showHint(); }

void MainWindow::dropEvent(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        paths.append(url.toLocalFile());
    }
    showHint();
    event->acceptProposedAction();
    openFiles(paths);
}

void MainWindow::openFiles(const QStringList& paths) {
    QStringList music;
    QString recording;
    for (const QString& path : paths) {
        const QString ending = QFileInfo(path).suffix().toLower();
        if (path.isEmpty()) {
            continue;
        }
        if (ending == QLatin1String("sf2") || ending == QLatin1String("sf3")) {
            m_devices->loadSoundFont(path);
        } else if (ending == QLatin1String("atlas")) {
            m_workspace.openLibrary(path.toStdString(), true);
        } else if (m_sounds->active() && sound::isAudioFile(path.toStdString())) {
            m_sounds->place(path);
        } else if (ArrangeController::takes(path)) {
            recording = path;
        } else {
            music.append(path);
        }
    }
    if (!music.isEmpty()) {
        m_library->importPaths(music);
    }
    if (!recording.isEmpty()) {
        m_arranging->open(recording);
    }
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    // Click-to-sound counts from the button, not from what the map makes of it.
    if (watched == m_map && event->type() == QEvent::MouseButtonPress) {
        player().pressed();
    }
    return QMainWindow::eventFilter(watched, event);
}

} // namespace canto::app
