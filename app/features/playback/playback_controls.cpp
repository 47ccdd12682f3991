// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/playback/playback_controls.h"

#include "app/workspace/action_table.h"
#include "widgets/song/track_headers.h"
#include "widgets/song/transport_bar.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QSlider>
#include <algorithm>

namespace canto::app {
namespace {

const auto kLaunchKey = QStringLiteral("play/launch");
const auto kVolumeKey = QStringLiteral("sound/volume");
constexpr double kFirstVolume = 0.5;

} // namespace

PlaybackControls::PlaybackControls(Workspace& workspace)
    : m_workspace(workspace), m_panel(new PlaybackPanel(workspace.player(), &workspace.window())) {
    const double volume = workspace.settings().value(kVolumeKey, kFirstVolume).toDouble();
    transport()->setVolume(volume);
    workspace.player().setVolume(volume);
    connect(&workspace.player(), &Player::tempoChanged, this, &Feature::changed);
    connect(
        &workspace, &Workspace::soundOutputChanged, transport(),
        [this](const QString&, const QString& lacking) { transport()->setSoundNotice(lacking); });
    const int grid = workspace.settings().value(kLaunchKey, 0).toInt();
    workspace.player().setLaunch(sound::Launch(std::clamp(grid, 0, int(sound::Launch::FourBars))));
    connect(&workspace.player(), &Player::loopChanged, transport(),
            &widgets::TransportBar::setLoop);
    connect(&workspace.player(), &Player::volumeChanged, transport(),
            &widgets::TransportBar::setVolume);
    connect(&workspace.player(), &Player::currentItemChanged, this, &PlaybackControls::addTracks);
    addControls();
}

void PlaybackControls::addControls() {
    ControllableTable& controls = m_workspace.controls();
    Player* player = &m_workspace.player();
    controls.addTrigger(QStringLiteral("play"), tr("Play or stop"), [this] { m_panel->toggle(); });
    controls.addTrigger(QStringLiteral("transport/start"), tr("Return to start"),
                        [this] { m_panel->toStart(); });
    Controllable loop{QStringLiteral("transport/loop"), tr("Loop")};
    loop.value = [player] { return player->looping() ? 1.0 : 0.0; };
    loop.set = [player](double on) { player->setLoop(on >= 0.5); };
    controls.add(std::move(loop));
    Controllable volume{QStringLiteral("transport/volume"), tr("Volume")};
    volume.value = [player] { return player->volume(); };
    volume.set = [player](double level) { player->setVolume(level); };
    controls.add(std::move(volume));
    const std::pair<const char*, const char*> buttons[] = {{"play", "play"},
                                                           {"toStart", "transport/start"},
                                                           {"loop", "transport/loop"},
                                                           {"volume", "transport/volume"},
                                                           {"panic", "panic"}};
    for (const auto& [name, id] : buttons) {
        controls.attach(QString::fromLatin1(id),
                        transport()->findChild<QWidget*>(QString::fromLatin1(name)));
    }
}

/// Faders of the tracks of what plays, by their number.
void PlaybackControls::addTracks(const PlaybackItem& item) {
    ControllableTable& controls = m_workspace.controls();
    const std::size_t tracks = item.song ? item.song->tracks.size() : 0;
    if (tracks != m_tracks) {
        m_tracks = tracks;
        controls.removeAll(QStringLiteral("track"));
        Player* player = &m_workspace.player();
        for (std::size_t track = 0; track < tracks; ++track) {
            const QString id = QStringLiteral("track/%1/").arg(track + 1);
            const auto add = [&](const char* what, const QString& title, double least, double most,
                                 double music::TrackLevel::*level, double rest) {
                Controllable fader{id + QLatin1String(what), title, least, most};
                fader.value = [player, track, level, rest] {
                    return track < player->mix().size() ? player->mix()[track].*level : rest;
                };
                fader.set = [player, track, level](double value) {
                    music::TrackMix mix = player->mix();
                    mix.resize(std::max(mix.size(), track + 1));
                    mix[track].*level = value;
                    player->setMix(std::move(mix));
                };
                controls.add(std::move(fader));
            };
            add("volume", tr("Volume of track %1").arg(track + 1), 0, 1.27,
                &music::TrackLevel::volume, 1);
            add("pan", tr("Pan of track %1").arg(track + 1), -1, 1, &music::TrackLevel::pan, 0);
        }
    }
    for (std::size_t track = 0; track < tracks; ++track) { // the headers may be others
        const QString id = QStringLiteral("track/%1/").arg(track + 1);
        if (QSlider* slider = m_panel->headers()->volumeSlider(track)) {
            controls.attach(id + QLatin1String("volume"), slider);
            controls.attach(id + QLatin1String("pan"), m_panel->headers()->panSlider(track));
        }
    }
}

void PlaybackControls::addLaunch(ActionTable& table) {
    QMenu* menu = table.addMenu(MenuId::Play, 0, tr("&Start clicked phrases"));
    menu->setToolTipsVisible(true);
    auto* group = new QActionGroup(menu);
    using sound::Launch;
    const std::pair<Launch, QString> grids[] = {
        {Launch::Now, tr("&At once")},           {Launch::Sixteenth, tr("At the next si&xteenth")},
        {Launch::Beat, tr("At the next b&eat")}, {Launch::Bar, tr("At the next &bar")},
        {Launch::TwoBars, tr("Every &2 bars")},  {Launch::FourBars, tr("Every &4 bars")}};
    for (const auto& [when, name] : grids) {
        QAction* action = menu->addAction(name, this, [this, when = when] {
            m_workspace.player().setLaunch(when);
            m_workspace.settings().setValue(kLaunchKey, int(when));
        });
        action->setCheckable(true);
        action->setChecked(when == m_workspace.player().launchGrid());
        group->addAction(action);
    }
}

std::vector<Panel> PlaybackControls::panels() {
    return {{.id = "scoreDock", .widget = m_panel, .place = Panel::Place::Below},
            {.id = "transportBar", .widget = transport(), .place = Panel::Place::Transport}};
}

void PlaybackControls::addActions(ActionTable& table) {
    Player* player = &m_workspace.player();
    table.add(MenuId::Play, 0, tr("&Play or stop"), QKeySequence(Qt::Key_Space),
              [this] { m_panel->toggle(); });
    table.add(MenuId::Play, 0, tr("&Return to start"), QKeySequence(Qt::Key_Home),
              [this] { m_panel->toStart(); });
    QAction* loop = table.addSwitch(MenuId::Play, 0, tr("&Loop"), QKeySequence(tr("L")),
                                    player->looping(), [this, player](bool on) {
                                        transport()->setLoop(on);
                                        player->setLoop(on);
                                    });
    connect(transport(), &widgets::TransportBar::loopChanged, loop, &QAction::setChecked);
    connect(player, &Player::loopChanged, loop, &QAction::setChecked);
    addLaunch(table);
    table.addSwitch(MenuId::Play, 0, tr("Prefer &original files"), {}, true,
                    [this](bool on) { m_workspace.maps().setPlayOriginals(on); });
    table.add(MenuId::Play, 1, tr("P&anic"), QKeySequence(tr("Ctrl+Shift+P")),
              [player] { player->panic(); });
}

bool PlaybackControls::escape() {
    if (!m_workspace.player().playing() && !m_workspace.inference().busy()) {
        return false;
    }
    m_workspace.inference().cancel();
    m_workspace.player().stop();
    return true;
}

void PlaybackControls::closing() {
    m_workspace.settings().setValue(kVolumeKey, transport()->volume());
    m_workspace.inference().cancel();
    m_workspace.player().stop();
}

void PlaybackControls::saveTo(SessionState& state) const {
    state.tempo = m_workspace.player().tempo();
}

void PlaybackControls::restoreFrom(const SessionState& state, bool) {
    m_workspace.player().setTempo(state.tempo);
}

} // namespace canto::app
