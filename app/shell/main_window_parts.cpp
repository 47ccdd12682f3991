// SPDX-License-Identifier: GPL-3.0-or-later
// How the window is put together: widgets, and who tells what to whom.

#include "app/features/arrange/arrange_controller.h"
#include "app/features/clips/sound_space.h"
#include "app/features/devices/device_menu.h"
#include "app/features/explore/explore.h"
#include "app/features/export/exports.h"
#include "app/features/map/inspector.h"
#include "app/features/path/path_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/shell/main_window.h"
#include "app/shell/panels.h"
#include "app/shell/space_switch.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/scroll_column.h"
#include "widgets/common/status_figures.h"
#include "widgets/explore/phrase_chip.h"
#include "widgets/map/hover_card.h"
#include "widgets/song/library_list.h"
#include "widgets/song/path_controls.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/spectrogram_view.h"
#include "widgets/song/transport_bar.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QLocale>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>
#include <cmath>

namespace canto::app {

using widgets::LatentMap;
using widgets::MessageBar;
using widgets::TransportBar;

namespace {

QString waitingText() { return MainWindow::tr("The model has not answered for 3 seconds"); }

} // namespace

void MainWindow::buildCentre() {
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_messages = new MessageBar(centre);
    m_map = new LatentMap(centre);
    m_map->installEventFilter(this);
    column->addWidget(m_map, 1);
    setCentralWidget(centre);
    m_messages->floatOver(centre);
}

void MainWindow::buildDocks() {
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    const auto dock = [this](const QString& title, const char* name, QWidget* widget,
                             Qt::DockWidgetArea area) {
        auto* made = new QDockWidget(title, this);
        made->setObjectName(QLatin1String(name));
        made->setWidget(widget);
        addDockWidget(area, made);
    };
    m_list = new widgets::LibraryList(this);
    dock(tr("Library"), "libraryDock", m_list, Qt::LeftDockWidgetArea);

    m_inspector = new Inspector(this);
    dock(tr("Inspector"), "inspectorDock", new widgets::ScrollColumn(m_inspector, this),
         Qt::RightDockWidgetArea);

    m_roll = new widgets::PianorollView(this);
    m_roll->setHint(tr("Play something to see its notes"));
    m_spectrogram = new widgets::SpectrogramView(this);
    m_score = new QStackedWidget(this);
    m_score->addWidget(m_roll);
    m_score->addWidget(m_spectrogram);
    dock(tr("Piano roll"), "scoreDock", m_score, Qt::BottomDockWidgetArea);

    m_card = new widgets::HoverCard(m_map);
    m_mapController->attachHoverCard(m_card);
}

void MainWindow::buildExplore() {
    m_drag = std::make_unique<PhraseDrag>(*this);
    connect(m_drag.get(), &PhraseDrag::missed, this, &MainWindow::report);
    m_explore = std::make_unique<Explore>(ExploreParts{*this, *m_map, *m_mapController, *m_player,
                                                       *m_exports, *m_drag, m_options.cacheFolder});
    auto* made = new QDockWidget(tr("Explore"), this);
    made->setObjectName(QStringLiteral("exploreDock"));
    made->setWidget(m_explore->dock());
    auto* inspector = findChild<QDockWidget*>(QStringLiteral("inspectorDock"));
    addDockWidget(Qt::RightDockWidgetArea, made);
    tabifyDockWidget(inspector, made);
    setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
    m_explore->drag().addChip(m_inspector->chip());
    connect(made, &QDockWidget::visibilityChanged, m_explore->dock(), &ExploreDock::setSeen);
    connect(m_explore.get(), &Explore::problem, this, &MainWindow::report);
    connect(m_explore.get(), &Explore::notice, this,
            [this](const QString& text) { m_messages->show(MessageBar::Kind::Information, text); });
    connect(m_explore.get(), &Explore::raiseAsked, made, [made] {
        made->show();
        made->raise();
    });
    connect(&m_explore->shapes(), &ShapeController::shapeChanged, this, &MainWindow::showChip);
    connect(m_inspector->chip(), &QAbstractButton::clicked, &m_explore->shapes(),
            &ShapeController::play);
}

void MainWindow::buildTransfer() {
    m_transfer = std::make_unique<TransferController>(TransferParts{
        *this, *m_map, *m_list, *m_mapController, *m_player, m_explore->shapes(), *m_drag});
    auto* made = new QDockWidget(tr("Transfer"), this);
    made->setObjectName(QStringLiteral("transferDock"));
    made->setWidget(new widgets::ScrollColumn(m_transfer->dock(), made));
    addDockWidget(Qt::RightDockWidgetArea, made);
    tabifyDockWidget(findChild<QDockWidget*>(QStringLiteral("exploreDock")), made);
    connect(m_transfer.get(), &TransferController::problem, this, &MainWindow::report);
    connect(m_transfer.get(), &TransferController::raiseAsked, made, [made] {
        made->show();
        made->raise();
    });
    connect(m_transfer.get(), &TransferController::saveAsked, this,
            [this](const SongPtr& song, int bars, const QString& title) {
                saveSongs({song}, bars, title);
            });
    connect(m_transfer.get(), &TransferController::copyAsked, this,
            [this](const SongPtr& song, int bars, const QString& title) {
                copySongs({song}, bars, title);
            });
    connect(m_transfer.get(), &TransferController::dragAsked, this,
            [this](const SongPtr& song, int bars, const QString& title) {
                dragSongs({song}, bars, title);
            });
}

void MainWindow::buildArranging() {
    m_arranging = std::make_unique<ArrangeController>(*this, *m_player, m_options.openArranger);
    connect(m_arranging.get(), &ArrangeController::problem, this, &MainWindow::report);
    connect(m_arranging.get(), &ArrangeController::notice, this,
            [this](const QString& text) { m_messages->show(MessageBar::Kind::Information, text); });
    connect(m_arranging.get(), &ArrangeController::saveAsked, this,
            [this](const SongPtr& song, int bars, const QString& title) {
                saveSongs({song}, bars, title);
            });
    connect(m_arranging.get(), &ArrangeController::saveMixAsked, this, &MainWindow::saveMix);
}

void MainWindow::buildPanels() {
    m_panels = new Panels(*this);
    const auto add = [this](const char* name, int leastWidth) {
        m_panels->add(findChild<QDockWidget*>(QLatin1String(name)), leastWidth);
    };
    add("libraryDock", Panels::kLibraryWidth);
    m_panels->add(centralWidget());
    for (const char* side : {"inspectorDock", "exploreDock", "transferDock", "trainingDock"}) {
        add(side, Panels::kSideWidth);
    }
    for (const char* below : {"scoreDock", "arrangeDock"}) {
        add(below, 0);
    }
    m_panels->add(m_transport);
    m_panels->add(m_messages);
}

void MainWindow::buildStatus() {
    m_transport = new TransportBar(this);
    auto* bar = new QToolBar(tr("Transport"), this);
    bar->setObjectName(QStringLiteral("transportBar"));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->addWidget(m_transport);
    addToolBar(Qt::BottomToolBarArea, bar);
    m_transport->setLoop(m_player->looping());

    m_figures = new widgets::StatusFigures(this);
    statusBar()->addPermanentWidget(m_figures, 1);
    statusBar()->setSizeGripEnabled(false);
    m_figures->setClickToSound(-1);
}

void MainWindow::connectMap() {
    connect(m_map, &LatentMap::selectionChanged, this, &MainWindow::showPoints);
    connect(m_mapController.get(), &MapController::factsChanged, m_inspector, &Inspector::setFacts);
    connect(m_pathController.get(), &PathController::factsChanged, m_inspector,
            &Inspector::setFacts);
    connect(m_mapController.get(), &MapController::problem, this, &MainWindow::report);
    connect(m_pathController.get(), &PathController::problem, this, &MainWindow::report);
    connect(m_mapController.get(), &MapController::mapsChanged, this,
            [this] { m_inspector->setMaps(m_mapController->maps()); });
    connect(m_mapController.get(), &MapController::mapShown, this, [this](std::size_t map) {
        m_inspector->showMap(map);
        for (QAction* action : m_mapMenu->actions()) {
            action->setChecked(action->data().toULongLong() == map);
        }
    });
    connect(m_mapController.get(), &MapController::columnShown, m_inspector,
            &Inspector::showColumn);
    connect(m_mapController.get(), &MapController::blockWanted, this, [this](int block) {
        m_messages->show(MessageBar::Kind::Progress, tr("Preparing the map..."), {}, {}, {},
                         MessageBar::Scope::Space);
        m_loader->projectBlock(m_mapController->library(), m_spaces->current().open, block);
    });
    connect(m_inspector, &Inspector::columnChosen, m_mapController.get(), &MapController::colourBy);
    connect(m_inspector, &Inspector::mapChosen, m_mapController.get(), &MapController::showMap);
    connect(m_inspector, &Inspector::saveWanted, this, &MainWindow::saveCurrent);
    connect(m_inspector, &Inspector::copyWanted, this, &MainWindow::copyCurrent);
    connect(m_inspector, &Inspector::dragWanted, this, &MainWindow::dragCurrent);
}

void MainWindow::connectSound() {
    Player* player = m_player.get();
    connect(player, &Player::currentItemChanged, this, &MainWindow::showCurrent);
    connect(player, &Player::moved, this, &MainWindow::showPosition);
    connect(player, &Player::playingChanged, m_transport, &TransportBar::setPlaying);
    connect(player, &Player::clickToSound, m_figures, &widgets::StatusFigures::setClickToSound);
    connect(player, &Player::notice, this, [this](const QString& text) {
        m_messages->show(MessageBar::Kind::Information, text);
        showSound();
    });
    connect(m_transport, &TransportBar::playRequested, this, &MainWindow::togglePlayback);
    connect(m_transport, &TransportBar::stopRequested, player, &Player::stop);
    connect(m_transport, &TransportBar::toStartRequested, this, &MainWindow::playbackToStart);
    connect(m_transport, &TransportBar::panicRequested, player, &Player::panic);
    connect(m_transport, &TransportBar::volumeChanged, player, &Player::setVolume);
    connect(m_transport, &TransportBar::loopChanged, m_loopAction, &QAction::setChecked);
    connect(m_loopAction, &QAction::toggled, this, [this](bool on) {
        m_transport->setLoop(on);
        m_player->setLoop(on);
    });
    connect(m_roll, &widgets::PianorollView::seekRequested, player, &Player::seek);
    connect(m_spectrogram, &widgets::SpectrogramView::seekRequested, player, &Player::seekSeconds);

    connect(m_devices.get(), &DeviceMenu::soundChanged, this, &MainWindow::showSound);
    connect(m_devices.get(), &DeviceMenu::soundFontWanted, this, &MainWindow::chooseSoundFont);
    connect(m_devices.get(), &DeviceMenu::notice, this,
            [this](const QString& text) { m_messages->show(MessageBar::Kind::Information, text); });
    connect(m_devices.get(), &DeviceMenu::problem, this,
            [this](const QString& text, const QString& hint) {
                m_messages->show(MessageBar::Kind::Warning, text, hint, tr("Choose SoundFont..."),
                                 [this] { chooseSoundFont(); });
            });
    connect(m_exports.get(), &Exports::soundSaved, this,
            [this](const QString& path, double seconds, double peak, double) {
                m_messages->show(MessageBar::Kind::Information,
                                 tr("Saved %1: %2 s, peak %3 dBFS")
                                     .arg(QFileInfo(path).fileName(),
                                          QLocale().toString(seconds, 'f', 1),
                                          QLocale().toString(peak, 'f', 1)));
            });
    connect(m_exports.get(), &Exports::failed, this,
            [this](const Error& error) { report(QString::fromStdString(error.message())); });
}

void MainWindow::connectWorkers() {
    LibraryLoader* loader = m_loader.get();
    connect(loader, &LibraryLoader::blockReady, this,
            [this](const LibraryPtr& library, int block, const ProjectionPtr& projection,
                   const widgets::MapSnapshotPtr& snapshot) {
                m_messages->endProgress();
                m_mapController->setBlockReady(library, block, projection, snapshot);
            });
    connect(loader, &LibraryLoader::blockFailed, this,
            [this](const Error& error) { report(QString::fromStdString(error.message())); });
    connect(loader, &LibraryLoader::modelOpened, this,
            [this](const std::shared_ptr<models::LatentModel>& model) {
                if (m_comingModel) {
                    m_spaces->setOpen(std::exchange(m_comingModel, nullptr));
                }
                setModel(model);
            });
    connect(loader, &LibraryLoader::modelFailed, this, [this](const Error& error) {
        m_comingModel = nullptr;
        showModel(tr("no model"));
        if (!modelLoaded()) {
            m_explore->setUnavailable(tr("Not available: the model cannot be opened (%1)")
                                          .arg(QString::fromStdString(error.what)));
        }
        m_messages->show(MessageBar::Kind::Warning, QString::fromStdString(error.what),
                         tr("The map and the original songs work; nothing can be generated. %1")
                             .arg(QString::fromStdString(error.hint)));
        Q_EMIT modelShown(false);
    });
    connect(m_inference.get(), &InferenceWorker::stuck, this, [this] {
        m_messages->show(
            MessageBar::Kind::Progress, waitingText(), {}, tr("Cancel"),
            [this] {
                m_inference->cancel();
                m_map->clearDecodeMark();
            },
            MessageBar::Scope::Space);
    });
}

void MainWindow::showChip() {
    // The phrase that can be changed and dragged is the one that plays, or nothing is.
    const PlaybackItem& item = m_player->currentItem();
    const bool single = item.kind == PlaybackItem::Kind::Nothing ||
                        item.kind == PlaybackItem::Kind::Shaped || !item.latent.empty();
    m_inspector->chip()->setPhrase(
        single ? QString::fromStdString(m_explore->shapes().shape().name) : item.title, single);
}

void MainWindow::showCurrent(const PlaybackItem& item) {
    m_inspector->setCurrent(item);
    if (m_messages->text() == waitingText()) {
        m_messages->endProgress(); // it has answered
    }
    showChip();
    m_roll->setSong(item.song);
    m_roll->setCaption(item.caption);
    findChild<QDockWidget*>(QStringLiteral("scoreDock"))
        ->setWindowTitle(item.sound ? tr("Spectrogram") : tr("Piano roll"));
    m_score->setCurrentWidget(item.sound ? static_cast<QWidget*>(m_spectrogram) : m_roll);
    m_spectrogram->setSpectrograms(spectrogramsOf(item.tiles),
                                   item.sound ? item.sound->seconds() : 0);
    m_spectrogram->setCaption(item.caption);
    if (m_player->playId() == 0) { // only shown: it has not begun
        m_transport->setPosition(0, 0);
        m_roll->setPlayhead(-1);
        m_spectrogram->setPlayhead(-1);
    }
    m_transport->setTempo(item.song ? item.song->tempo.bpmAt(0) : 0);
}

void MainWindow::togglePlayback() {
    // The arrangement has a playhead of its own, from which it goes on.
    if (m_arranging->current()) {
        m_arranging->toggle();
    } else {
        m_player->toggle();
    }
}

void MainWindow::playbackToStart() {
    m_player->toStart();
    if (m_arranging->current()) {
        m_arranging->toStart();
    }
}

void MainWindow::showPosition(const sound::Position& position) {
    const SongPtr& song = m_player->currentItem().song;
    if (m_player->currentItem().sound && position.id == m_player->playId()) {
        showSoundPosition(position);
        return;
    }
    if (!song || position.id != m_player->playId()) {
        return;
    }
    m_roll->setPlayhead(position.playing || position.tick > 0 ? position.tick : -1);
    const bool rests = !position.playing && m_arranging->current();
    // The last notes fade out after the last bar: the position stays at its last beat then.
    const int bars = std::max({song->bars(), m_player->currentItem().bars, 1});
    const music::Tick end = song->metre.barStart(bars);
    const music::Tick tick =
        std::clamp<music::Tick>(rests ? m_arranging->playheadTick() : position.tick, 0, end - 1);
    const int bar = std::clamp(rests ? song->metre.barAt(tick) : position.bar, 0, bars - 1);
    const auto metre = song->metre.metreAt(tick);
    const auto beat = music::Tick(song->ticksPerQuarter) * 4 / std::max(metre.denominator, 1);
    const music::Tick into = tick - song->metre.barStart(bar);
    m_transport->setPosition(bar + 1,
                             beat > 0 ? int(std::max<music::Tick>(into, 0) / beat) + 1 : 1);
    m_transport->setTempo(song->tempo.bpmAt(tick));
}

void MainWindow::showPoints() { m_figures->setPoints(m_map->selectionText()); }

void MainWindow::showModel(const QString& text) { m_figures->setModel(text); }

void MainWindow::showSound() {
    sound::AudioEngine& engine = m_player->engine();
    const sound::MidiChoice output = m_devices->output();
    QString sound = QString::fromStdString(engine.deviceText());
    QString notice;
    if (output.kind == sound::MidiChoice::Kind::None) {
        sound = tr("MIDI output: None");
        notice = tr("Output: None");
    } else if (output.kind != sound::MidiChoice::Kind::InternalSynth) {
        sound = tr("MIDI to %1").arg(QString::fromStdString(output.text()));
    } else if (!engine.hasSoundFont()) {
        notice = tr("No SoundFont");
    } else if (!engine.hasDevice()) {
        notice = tr("No audio device");
    }
    m_figures->setSound(sound);
    m_transport->setSoundNotice(notice);
}

} // namespace canto::app
