// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/devices/devices.h"

#include "app/workspace/qt_text.h"
#include "core/sound/clock.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QPointer>

namespace canto::app {
namespace {

using sound::MidiChoice;

constexpr int kPortPollMs = 2000;
const auto kOutputKey = QStringLiteral("midi/output");
const auto kInputsKey = QStringLiteral("midi/inputs");
const auto kFontKey = QStringLiteral("sound/soundfont");

/// As stored in the settings: number of the kind, and name.
QString stored(const MidiChoice& choice) {
    return QStringLiteral("%1:%2").arg(int(choice.kind)).arg(text(choice.name));
}

std::optional<MidiChoice> restored(const QString& line) {
    const int kind = line.section(QLatin1Char(':'), 0, 0).toInt();
    if (line.isEmpty() || kind < 0 || kind > int(MidiChoice::Kind::Virtual)) {
        return std::nullopt;
    }
    return MidiChoice{MidiChoice::Kind(kind), line.section(QLatin1Char(':'), 1).toStdString()};
}

} // namespace

Devices::Devices(Workspace& workspace, Options options)
    : m_workspace(workspace), m_player(workspace.player()), m_settings(workspace.settings()),
      m_options(std::move(options)) {
    m_poll.setInterval(kPortPollMs);
    connect(&m_poll, &QTimer::timeout, this, &Devices::poll);
    connect(&m_player, &Player::notice, this, [this](const QString& text) {
        m_workspace.inform(text);
        tellOutput();
    });
    addPreferences();
}

void Devices::startDevices() {
    if (m_options.loadSoundFont) {
        loadFirstSoundFont(m_options.soundFont);
    }
    if (m_options.midiPorts) {
        openPorts();
    }
    tellOutput();
}

Feature::Takes Devices::takes(const QString& path) const {
    const QString ending = QFileInfo(path).suffix().toLower();
    return ending == QLatin1String("sf2") || ending == QLatin1String("sf3") ? Takes::Kind
                                                                            : Takes::No;
}

void Devices::tellOutput() {
    const sound::AudioEngine& engine = m_player.engine();
    const MidiChoice chosen = output();
    if (chosen.kind == MidiChoice::Kind::None) {
        Q_EMIT m_workspace.soundOutputChanged(tr("MIDI output: None"), tr("Output: None"));
    } else if (chosen.kind != MidiChoice::Kind::InternalSynth) {
        Q_EMIT m_workspace.soundOutputChanged(tr("MIDI to %1").arg(coreText(chosen.text())), {});
    } else {
        Q_EMIT m_workspace.soundOutputChanged(coreText(engine.deviceText()),
                                              !engine.hasSoundFont() ? tr("No SoundFont")
                                              : !engine.hasDevice()  ? tr("No audio device")
                                                                     : QString());
    }
}

void Devices::chooseSoundFont() {
    const QString path =
        QFileDialog::getOpenFileName(&m_workspace.window(), tr("Choose SoundFont"), {},
                                     tr("SoundFont (*.sf2 *.sf3);;All files (*)"));
    if (!path.isEmpty()) {
        loadSoundFont(path);
    }
}

Devices::~Devices() {
    // RtMidi's thread must be gone before the engine that it plays on.
    m_watch.reset();
}

void Devices::openPorts() {
    sound::AudioEngine& engine = m_player.engine();
    MidiInput& input = m_workspace.midiInput();
    m_watch = std::make_unique<sound::PortWatch>(
        [&engine, &input](sound::MidiMessage message) {
            if (const auto sounding = input.sounding(message)) {
                engine.thru(*sounding);
            }
            input.receive(message, sound::nowNs());
        },
        sound::PortWatch::Api::Any, "Cantograph",
        [&input](std::span<const std::uint8_t> bytes) {
            input.receiveClock(bytes, sound::nowNs());
        });
    std::vector<MidiChoice> inputs;
    for (const QString& line : m_settings.value(kInputsKey).toStringList()) {
        if (const auto choice = restored(line)) {
            inputs.push_back(*choice);
        }
    }
    m_watch->chooseInputs(std::move(inputs));
    chooseOutput(restored(m_settings.value(kOutputKey).toString())
                     .value_or(MidiChoice{MidiChoice::Kind::InternalSynth, {}}));
    m_poll.start();
}

const std::vector<MidiChoice>& Devices::chosenInputs() {
    if (!m_watch) {
        openPorts();
    }
    return m_watch->chosenInputs();
}

std::vector<MidiChoice> Devices::inputs() { return chosenInputs(), m_watch->inputs(); }

std::vector<MidiChoice> Devices::outputs() { return chosenInputs(), m_watch->outputs(); }

QString Devices::midiProblem() const { return m_watch ? coreText(m_watch->problem()) : QString(); }

void Devices::chooseInput(const MidiChoice& choice, bool on) {
    std::vector<MidiChoice> wanted = chosenInputs();
    std::erase(wanted, choice);
    if (on) {
        wanted.push_back(choice);
    }
    QStringList lines;
    for (const MidiChoice& input : wanted) {
        lines.append(stored(input));
    }
    m_settings.setValue(kInputsKey, lines);
    m_watch->chooseInputs(std::move(wanted));
}

void Devices::poll() {
    for (const std::string& change : m_watch->poll()) {
        Q_EMIT notice(coreText(change));
    }
}

void Devices::chooseOutput(const MidiChoice& choice) {
    if (!m_watch) {
        openPorts();
    }
    m_watch->chooseOutput(choice);
    const bool internal = choice.kind == MidiChoice::Kind::InternalSynth;
    const bool wire =
        choice.kind == MidiChoice::Kind::Device || choice.kind == MidiChoice::Kind::Virtual;
    m_player.engine().setMidiOut(wire ? m_watch->out() : nullptr);
    m_player.engine().setSynthOn(internal);
    m_settings.setValue(kOutputKey, stored(choice));
    tellOutput();
}

MidiChoice Devices::output() const {
    return m_watch ? m_watch->chosenOutput() : MidiChoice{MidiChoice::Kind::InternalSynth, {}};
}

std::function<void(Result<void>)> Devices::check() {
    return [self = QPointer<Devices>(this)](const Result<void>& loaded) {
        if (!self) {
            return;
        }
        if (!loaded && loaded.error().code != Error::Code::Cancelled) {
            self->m_workspace.notify({Notice::Kind::Warning, text(loaded.error().what),
                                      text(loaded.error().hint), tr("Choose SoundFont..."), [self] {
                                          if (self) {
                                              self->chooseSoundFont();
                                          }
                                      }});
        }
        self->tellOutput();
    };
}

void Devices::saveTo(SessionState& state) const {
    state.soundFont = m_player.engine().soundFont().string();
}

void Devices::loadSoundFont(const QString& path) {
    m_settings.setValue(kFontKey, path);
    m_player.engine().loadSoundFont(path.toStdString(), check());
}

void Devices::loadFirstSoundFont(const QString& wanted) {
    const QString remembered = m_settings.value(kFontKey).toString();
    if (!wanted.isEmpty()) {
        m_player.engine().loadSoundFont(wanted.toStdString(), check());
    } else if (!remembered.isEmpty() && QFileInfo::exists(remembered)) {
        m_player.engine().loadSoundFont(remembered.toStdString(), check());
    } else {
        m_player.engine().loadDefaultSoundFont(check());
    }
}

} // namespace canto::app
