// SPDX-License-Identifier: GPL-3.0-or-later
// What the preferences have of devices.
#include "app/features/devices/devices.h"
#include "app/workspace/qt_text.h"
#include "core/sound/audio_sink.h"
#include "core/sound/soundfont_probe.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace canto::app {
namespace {

using sound::MidiChoice;

const auto kDriverKey = QStringLiteral("audio/driver");
const auto kRateKey = QStringLiteral("audio/rate");
const auto kFramesKey = QStringLiteral("audio/frames");
constexpr int kLookMs = 1000; ///< ports and devices come and go
constexpr int kToneMs = 1000;
constexpr int kTonePitch = 69;

QComboBox* numbers(QWidget* parent, std::initializer_list<int> values, int chosen,
                   const QString& pattern) {
    auto* box = new QComboBox(parent);
    for (const int value : values) {
        box->addItem(pattern.arg(value), value);
    }
    if (box->findData(chosen) < 0) {
        box->addItem(pattern.arg(chosen), chosen);
    }
    box->setCurrentIndex(box->findData(chosen));
    return box;
}

/// Calls this now and every second while the page exists.
void keepShown(QWidget* page, std::function<void()> show) {
    auto* timer = new QTimer(page);
    QObject::connect(timer, &QTimer::timeout, page, show);
    timer->start(kLookMs);
    show();
}

QWidget* audioPage(Devices& devices, Workspace& workspace, QWidget* parent) {
    auto* page = new QWidget(parent);
    QSettings& settings = workspace.settings();
    auto* driver = new QComboBox(page);
    driver->setObjectName(QStringLiteral("audioDriver"));
    driver->addItem(Devices::tr("Automatic"), QString());
    for (const std::string& name : sound::audioDrivers()) {
        driver->addItem(text(name), text(name));
    }
    driver->addItem(Devices::tr("None: play silently"), QStringLiteral("none"));
    driver->setCurrentIndex(std::max(driver->findData(settings.value(kDriverKey).toString()), 0));
    auto* rate = numbers(page, {44100, 48000, 88200, 96000},
                         settings.value(kRateKey, workspace.player().engine().rate()).toInt(),
                         Devices::tr("%1 Hz"));
    rate->setObjectName(QStringLiteral("audioRate"));
    auto* frames = numbers(page, {64, 128, 256, 512, 1024, 2048},
                           settings.value(kFramesKey, sound::EngineOptions().periodFrames).toInt(),
                           Devices::tr("%1 frames"));
    frames->setObjectName(QStringLiteral("audioFrames"));
    frames->setToolTip(Devices::tr("Less answers faster; more is safer on a busy machine"));
    auto* tone = new QPushButton(Devices::tr("Play a test tone"), page);
    auto* state = new QLabel(page);
    state->setWordWrap(true);
    state->setTextFormat(Qt::PlainText);
    auto* form = new QFormLayout(page);
    form->addRow(Devices::tr("Driver"), driver);
    form->addRow(Devices::tr("Sample rate"), rate);
    form->addRow(Devices::tr("Buffer"), frames);
    form->addRow(QString(), tone);
    form->addRow(Devices::tr("Now"), state);
    const auto choose = [&devices, driver, rate, frames] {
        devices.chooseAudio(driver->currentData().toString(), rate->currentData().toDouble(),
                            frames->currentData().toInt());
    };
    for (QComboBox* box : {driver, rate, frames}) {
        QObject::connect(box, &QComboBox::activated, page, choose);
    }
    QObject::connect(tone, &QPushButton::clicked, &devices, &Devices::playTestTone);
    keepShown(page, [&workspace, state] {
        state->setText(coreText(workspace.player().engine().deviceText()));
    });
    return page;
}

QWidget* outputPage(Devices& devices, QWidget* parent) {
    auto* box = new QComboBox(parent);
    box->setObjectName(QStringLiteral("midiOutput"));
    const auto choices = std::make_shared<std::vector<MidiChoice>>();
    QObject::connect(box, &QComboBox::activated, &devices, [&devices, choices](int index) {
        if (std::size_t(index) < choices->size()) {
            devices.chooseOutput((*choices)[std::size_t(index)]);
        }
    });
    keepShown(box, [&devices, box, choices] {
        auto now = devices.outputs();
        if (now != *choices && !box->hasFocus()) {
            *choices = std::move(now);
            box->clear();
            for (const MidiChoice& choice : *choices) {
                box->addItem(coreText(choice.text()));
            }
        }
        const auto chosen = std::find(choices->begin(), choices->end(), devices.output());
        box->setCurrentIndex(chosen != choices->end() ? int(chosen - choices->begin()) : -1);
    });
    return box;
}

QWidget* inputsPage(Devices& devices, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* list = new QListWidget(page);
    list->setObjectName(QStringLiteral("midiInputs"));
    list->setMaximumHeight(110);
    auto* why = new QLabel(page);
    why->setWordWrap(true);
    why->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(list);
    column->addWidget(why);
    const auto choices = std::make_shared<std::vector<MidiChoice>>();
    QObject::connect(list, &QListWidget::itemChanged, &devices,
                     [&devices, list, choices](QListWidgetItem* item) {
                         const auto index = std::size_t(list->row(item));
                         if (index < choices->size()) {
                             devices.chooseInput((*choices)[index],
                                                 item->checkState() == Qt::Checked);
                         }
                     });
    keepShown(page, [&devices, list, why, choices] {
        const QSignalBlocker quiet(list);
        auto now = devices.inputs();
        std::erase_if(now, [](const auto& one) { return one.kind == MidiChoice::Kind::None; });
        if (now != *choices) {
            *choices = std::move(now);
            list->clear();
            for (const MidiChoice& choice : *choices) {
                list->addItem(coreText(choice.text()));
            }
        }
        const auto& chosen = devices.chosenInputs();
        for (std::size_t i = 0; i < choices->size(); ++i) {
            const bool on = std::find(chosen.begin(), chosen.end(), (*choices)[i]) != chosen.end();
            list->item(int(i))->setCheckState(on ? Qt::Checked : Qt::Unchecked);
        }
        const QString problem = devices.midiProblem();
        why->setText(!problem.isEmpty() ? problem
                     : choices->empty() ? Devices::tr("No MIDI device is connected.")
                                        : QString());
        why->setVisible(!why->text().isEmpty());
    });
    return page;
}

QWidget* soundFontPage(Devices& devices, Workspace& workspace, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* list = new QListWidget(page);
    list->setObjectName(QStringLiteral("soundFonts"));
    list->setMinimumHeight(120);
    auto* choose = new QPushButton(Devices::tr("Choose a file..."), page);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(list);
    column->addWidget(choose, 0, Qt::AlignLeft);
    QObject::connect(choose, &QPushButton::clicked, &devices, &Devices::chooseSoundFont);
    QObject::connect(list, &QListWidget::itemClicked, &devices, [&devices](QListWidgetItem* item) {
        devices.loadSoundFont(item->data(Qt::UserRole).toString());
    });
    keepShown(page, [&workspace, list] {
        auto fonts = sound::findSoundFonts();
        const auto loaded = workspace.player().engine().soundFont();
        if (!loaded.empty() && std::find(fonts.begin(), fonts.end(), loaded) == fonts.end()) {
            fonts.push_back(loaded);
        }
        const QSignalBlocker quiet(list);
        list->clear();
        for (const auto& font : fonts) {
            auto* item = new QListWidgetItem(text(font.filename().string()), list);
            item->setData(Qt::UserRole, text(font.string()));
            item->setToolTip(text(font.string()));
            if (font == loaded) {
                list->setCurrentItem(item);
            }
        }
    });
    return page;
}

} // namespace

void Devices::addPreferences() {
    Preferences& preferences = m_workspace.preferences();
    preferences.add(PageId::Audio, tr("Audio device"),
                    [this](QWidget* parent) { return audioPage(*this, m_workspace, parent); });
    preferences.add(PageId::Midi, tr("MIDI inputs"),
                    [this](QWidget* parent) { return inputsPage(*this, parent); });
    preferences.add(PageId::Midi, tr("MIDI output"),
                    [this](QWidget* parent) { return outputPage(*this, parent); });
    preferences.add(PageId::SoundFonts, tr("SoundFont"),
                    [this](QWidget* parent) { return soundFontPage(*this, m_workspace, parent); });
}

void Devices::chooseAudio(const QString& driver, double rate, int periodFrames) {
    m_settings.setValue(kDriverKey, driver);
    m_settings.setValue(kRateKey, rate);
    m_settings.setValue(kFramesKey, periodFrames);
    const bool there = m_player.engine().setDevice(driver.toStdString(), rate, periodFrames,
                                                   sound::EngineOptions().periods);
    if (!there && driver != QLatin1String("none")) {
        Q_EMIT problem(driver.isEmpty() ? tr("There is no audio device")
                                        : tr("The audio driver %1 has no device").arg(driver),
                       tr("Playing silently until one is there. Choose another driver."));
    }
    tellOutput();
}

void Devices::playTestTone() {
    sound::AudioEngine& engine = m_player.engine();
    engine.noteOn(sound::kKeyboardChannel, kTonePitch, 90);
    QTimer::singleShot(kToneMs, this,
                       [&engine] { engine.noteOff(sound::kKeyboardChannel, kTonePitch); });
}

} // namespace canto::app
