// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/playback/playback_controls.h"

#include "app/workspace/action_table.h"
#include "widgets/song/transport_bar.h"

#include <QAction>

namespace canto::app {
namespace {

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
