// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/devices/device_menu.h"

#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"
#include "core/sound/soundfont_probe.h"
#include "widgets/common/text.h"

#include <QActionGroup>
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

DeviceMenu::DeviceMenu(Workspace& workspace, Options options)
    : m_workspace(workspace), m_player(workspace.player()), m_settings(workspace.settings()),
      m_options(std::move(options)) {
    m_poll.setInterval(kPortPollMs);
    connect(&m_poll, &QTimer::timeout, this, &DeviceMenu::poll);
    connect(&m_player, &Player::notice, this, [this](const QString& text) {
        m_workspace.inform(text);
        tellOutput();
    });
}

void DeviceMenu::addActions(ActionTable& table) {
    m_outputs = table.addMenu(MenuId::Settings, 0, tr("MIDI &output"));
    m_inputs = table.addMenu(MenuId::Settings, 0, tr("MIDI &input"));
    m_fonts = table.addMenu(MenuId::Settings, 0, tr("&SoundFont"));
    m_device = table.add(MenuId::Settings, 1, tr("Audio device"), {}, [] {});
    m_device->setEnabled(false);
    connect(m_outputs, &QMenu::aboutToShow, this, &DeviceMenu::fillOutputs);
    connect(m_inputs, &QMenu::aboutToShow, this, &DeviceMenu::fillInputs);
    connect(m_fonts, &QMenu::aboutToShow, this, &DeviceMenu::fillSoundFonts);
    connect(table.menu(MenuId::Settings), &QMenu::aboutToShow, this, [this] {
        m_device->setText(tr("Audio: %1").arg(coreText(m_player.engine().deviceText())));
    });
}

void DeviceMenu::startDevices() {
    if (m_options.loadSoundFont) {
        loadFirstSoundFont(m_options.soundFont);
    }
    if (m_options.midiPorts) {
        openPorts();
    }
    tellOutput();
}

Feature::Takes DeviceMenu::takes(const QString& path) const {
    const QString ending = QFileInfo(path).suffix().toLower();
    return ending == QLatin1String("sf2") || ending == QLatin1String("sf3") ? Takes::Kind
                                                                            : Takes::No;
}

void DeviceMenu::tellOutput() {
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

void DeviceMenu::chooseSoundFont() {
    const QString path =
        QFileDialog::getOpenFileName(&m_workspace.window(), tr("Choose SoundFont"), {},
                                     tr("SoundFont (*.sf2 *.sf3);;All files (*)"));
    if (!path.isEmpty()) {
        loadSoundFont(path);
    }
}

DeviceMenu::~DeviceMenu() {
    // RtMidi's thread must be gone before the engine that it plays on.
    m_watch.reset();
}

void DeviceMenu::openPorts() {
    sound::AudioEngine& engine = m_player.engine();
    m_watch = std::make_unique<sound::PortWatch>(
        [&engine](sound::MidiMessage message) { engine.thru(message); });
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

void DeviceMenu::poll() {
    for (const std::string& change : m_watch->poll()) {
        Q_EMIT notice(coreText(change));
    }
}

void DeviceMenu::chooseOutput(const MidiChoice& choice) {
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

MidiChoice DeviceMenu::output() const {
    return m_watch ? m_watch->chosenOutput() : MidiChoice{MidiChoice::Kind::InternalSynth, {}};
}

void DeviceMenu::fillOutputs() {
    m_outputs->clear();
    if (!m_watch) {
        openPorts();
    }
    auto* group = new QActionGroup(m_outputs);
    for (const MidiChoice& choice : m_watch->outputs()) {
        QAction* action = m_outputs->addAction(widgets::escapeMnemonics(coreText(choice.text())));
        action->setCheckable(true);
        action->setChecked(choice == m_watch->chosenOutput());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choice] { chooseOutput(choice); });
    }
    if (const std::string problem = m_watch->problem(); !problem.empty()) {
        m_outputs->addSeparator();
        m_outputs->addAction(widgets::escapeMnemonics(coreText(problem)))->setEnabled(false);
    }
}

void DeviceMenu::fillInputs() {
    m_inputs->clear();
    if (!m_watch) {
        openPorts();
    }
    const auto chosen = m_watch->chosenInputs();
    for (const MidiChoice& choice : m_watch->inputs()) {
        const bool none = choice.kind == MidiChoice::Kind::None;
        const bool on =
            none ? chosen.empty() : std::find(chosen.begin(), chosen.end(), choice) != chosen.end();
        QAction* action = m_inputs->addAction(widgets::escapeMnemonics(coreText(choice.text())));
        action->setCheckable(true);
        action->setChecked(on);
        connect(action, &QAction::triggered, this, [this, choice, none, on] {
            auto wanted = none ? std::vector<MidiChoice>() : m_watch->chosenInputs();
            std::erase(wanted, choice);
            if (!none && !on) {
                wanted.push_back(choice);
            }
            QStringList lines;
            for (const MidiChoice& input : wanted) {
                lines.append(stored(input));
            }
            m_settings.setValue(kInputsKey, lines);
            m_watch->chooseInputs(std::move(wanted));
        });
    }
}

void DeviceMenu::fillSoundFonts() {
    m_fonts->clear();
    connect(m_fonts->addAction(tr("&Choose...")), &QAction::triggered, this,
            &DeviceMenu::chooseSoundFont);
    m_fonts->addSeparator();
    auto* group = new QActionGroup(m_fonts);
    const auto loaded = m_player.engine().soundFont();
    for (const auto& font : sound::findSoundFonts()) {
        QAction* action =
            m_fonts->addAction(widgets::escapeMnemonics(text(font.filename().string())));
        action->setCheckable(true);
        action->setChecked(font == loaded);
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, path = text(font.string())] { loadSoundFont(path); });
    }
}

std::function<void(Result<void>)> DeviceMenu::check() {
    return [self = QPointer<DeviceMenu>(this)](const Result<void>& loaded) {
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

void DeviceMenu::saveTo(SessionState& state) const {
    state.soundFont = m_player.engine().soundFont().string();
}

void DeviceMenu::loadSoundFont(const QString& path) {
    m_settings.setValue(kFontKey, path);
    m_player.engine().loadSoundFont(path.toStdString(), check());
}

void DeviceMenu::loadFirstSoundFont(const QString& wanted) {
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
