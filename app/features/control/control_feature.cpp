// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/control/control_feature.h"

#include "app/features/control/control_pages.h"
#include "app/workspace/qt_text.h"

#include <QMenu>

namespace canto::app {
namespace {

const auto kClockOutKey = QStringLiteral("midi/clockOut");
const auto kFollowKey = QStringLiteral("midi/followClock");
const auto kOscKey = QStringLiteral("osc/on");
const auto kOscPortKey = QStringLiteral("osc/port");
constexpr double kSlowest = 20, kFastest = 400; ///< quarters a minute, of a bound knob

} // namespace

ControlFeature::ControlFeature(Workspace& workspace)
    : m_workspace(workspace), m_bindings(workspace.controls(), workspace.settings()),
      m_clock(workspace.player(), workspace.midiInput()), m_osc(workspace.controls()) {
    connect(&workspace.midiInput(), &MidiInput::arrived, this,
            [this](sound::MidiMessage message) { m_bindings.take(message); });
    connect(&workspace.controls(), &ControllableTable::menuAsked, this,
            [this](const QString& id, QMenu* menu) { fillMenu(id, *menu); });
    connect(&m_bindings, &MidiBindings::learned, this, [this](const QString& id) {
        if (const MidiBinding* binding = m_bindings.of(id)) {
            m_workspace.inform(
                tr("%1 is set by %2").arg(m_workspace.controls().titleOf(id), binding->text()));
        }
    });
    connect(&workspace.player(), &Player::moved, this, &ControlFeature::sendPosition);
    connect(&workspace.player(), &Player::playingChanged, this, [this](bool playing) {
        m_osc.send({"/cantograph/playing", {std::int32_t(playing ? 1 : 0)}});
    });
    addTransport();
    addPreferences();
}

void ControlFeature::addTransport() {
    Player* player = &m_workspace.player();
    ControllableTable& controls = m_workspace.controls();
    controls.addTrigger(QStringLiteral("stop"), tr("Stop"), [player] { player->stop(); });
    controls.addTrigger(QStringLiteral("panic"), tr("Panic"), [player] { player->panic(); });
    Controllable tempo{QStringLiteral("transport/tempo"), tr("Tempo"), kSlowest, kFastest};
    tempo.value = [player] {
        return player->tempo() > 0 ? player->tempo() : tempoOf(player->currentItem());
    };
    tempo.set = [player](double bpm) { player->setTempo(bpm); };
    controls.add(std::move(tempo));
}

void ControlFeature::startDevices() {
    const QSettings& settings = m_workspace.settings();
    setClockOut(settings.value(kClockOutKey, false).toBool());
    setFollowing(settings.value(kFollowKey, false).toBool());
    if (settings.value(kOscKey, false).toBool()) {
        setOsc(true, settings.value(kOscPortKey, OscPort::kPort).toInt());
    }
}

bool ControlFeature::escape() {
    if (m_bindings.learning().isEmpty()) {
        return false;
    }
    m_bindings.learn({});
    Q_EMIT m_workspace.progressEnded();
    return true;
}

void ControlFeature::setClockOut(bool on) {
    m_clockOut = on;
    m_workspace.player().engine().setClockOut(on);
    m_workspace.settings().setValue(kClockOutKey, on);
}

void ControlFeature::setFollowing(bool on) {
    m_clock.setFollowing(on);
    m_workspace.settings().setValue(kFollowKey, on);
}

bool ControlFeature::setOsc(bool on, int port) {
    m_workspace.settings().setValue(kOscKey, on);
    m_workspace.settings().setValue(kOscPortKey, port);
    if (!on) {
        m_osc.close();
        return true;
    }
    const auto opened = m_osc.open(port);
    if (!opened) {
        Q_EMIT problem(text(opened.error().what), text(opened.error().hint));
    }
    return opened.has_value();
}

void ControlFeature::fillMenu(const QString& id, QMenu& menu) {
    if (m_workspace.controls().find(id) == nullptr) {
        return;
    }
    if (m_bindings.learning() == id) {
        menu.addAction(tr("&Cancel learning"), this, [this] { escape(); });
        return;
    }
    menu.addAction(tr("&Learn MIDI control"), this, [this, id] { learn(id); });
    if (const MidiBinding* binding = m_bindings.of(id)) {
        menu.addAction(tr("&Remove %1").arg(binding->text()), this,
                       [this, id] { m_bindings.forget(id); });
    }
}

void ControlFeature::learn(const QString& id) {
    m_bindings.learn(id);
    m_workspace.notify({Notice::Kind::Information,
                        tr("Move a knob, press a key or bend on your MIDI device: it will set %1")
                            .arg(m_workspace.controls().titleOf(id)),
                        {},
                        tr("Cancel"),
                        [this] { m_bindings.learn({}); }});
}

void ControlFeature::addPreferences() {
    Preferences& preferences = m_workspace.preferences();
    preferences.add(PageId::Midi, tr("MIDI clock"),
                    [this](QWidget* parent) { return makeClockPage(*this, parent); });
    preferences.add(PageId::Midi, tr("Learned controls"), [this](QWidget* parent) {
        return makeBindingsPage(m_bindings, m_workspace.controls(), parent);
    });
    preferences.add(PageId::Midi, tr("OSC, on this computer only"),
                    [this](QWidget* parent) { return makeOscPage(*this, parent); });
}

void ControlFeature::sendPosition(const sound::Position& position) {
    const SongPtr& song = m_workspace.player().currentItem().song;
    if (!m_osc.isOpen() || !song || !position.playing) {
        return;
    }
    const auto metre = song->metre.metreAt(position.tick);
    const auto beatTicks = std::max<music::Tick>(
        music::Tick(song->ticksPerQuarter) * 4 / std::max(metre.denominator, 1), 1);
    const auto inBar = position.tick - song->metre.barStart(position.bar);
    const int beat = int(inBar / beatTicks) + 1;
    if (const int key = position.bar * 64 + beat; key != m_sentBeat) {
        m_sentBeat = key;
        m_osc.send({"/cantograph/position", {std::int32_t(position.bar + 1), std::int32_t(beat)}});
    }
}

} // namespace canto::app
