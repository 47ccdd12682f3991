// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/devices/device_menu.h"

#include "app/workspace/qt_text.h"
#include "core/sound/soundfont_probe.h"
#include "widgets/common/text.h"

#include <QActionGroup>
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

DeviceMenu::DeviceMenu(QMenu& menu, Player& player, QSettings& settings, QObject* parent)
    : QObject(parent), m_player(player), m_settings(settings) {
    m_outputs = menu.addMenu(tr("MIDI &output"));
    m_inputs = menu.addMenu(tr("MIDI &input"));
    m_fonts = menu.addMenu(tr("&SoundFont"));
    menu.addSeparator();
    m_device = menu.addAction(tr("Audio device"));
    m_device->setEnabled(false);
    connect(m_outputs, &QMenu::aboutToShow, this, &DeviceMenu::fillOutputs);
    connect(m_inputs, &QMenu::aboutToShow, this, &DeviceMenu::fillInputs);
    connect(m_fonts, &QMenu::aboutToShow, this, &DeviceMenu::fillSoundFonts);
    connect(&menu, &QMenu::aboutToShow, this, [this] {
        m_device->setText(tr("Audio: %1").arg(coreText(m_player.engine().deviceText())));
    });
    m_poll.setInterval(kPortPollMs);
    connect(&m_poll, &QTimer::timeout, this, &DeviceMenu::poll);
}

DeviceMenu::~DeviceMenu() {
    // RtMidi's thread must be gone before the engine that it plays on.
    m_watch.reset();
}

void DeviceMenu::start() {
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
        start();
    }
    m_watch->chooseOutput(choice);
    const bool internal = choice.kind == MidiChoice::Kind::InternalSynth;
    const bool wire =
        choice.kind == MidiChoice::Kind::Device || choice.kind == MidiChoice::Kind::Virtual;
    m_player.engine().setMidiOut(wire ? m_watch->out() : nullptr);
    m_player.engine().setSynthOn(internal);
    m_settings.setValue(kOutputKey, stored(choice));
    Q_EMIT soundChanged();
}

MidiChoice DeviceMenu::output() const {
    return m_watch ? m_watch->chosenOutput() : MidiChoice{MidiChoice::Kind::InternalSynth, {}};
}

void DeviceMenu::fillOutputs() {
    m_outputs->clear();
    if (!m_watch) {
        start();
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
        start();
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
            &DeviceMenu::soundFontWanted);
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
            Q_EMIT self->problem(text(loaded.error().what), text(loaded.error().hint));
        }
        Q_EMIT self->soundChanged();
    };
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
