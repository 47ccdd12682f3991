// SPDX-License-Identifier: GPL-3.0-or-later
// From the end of a bar that was played to its mark on the map: the real window on the shipped
// library and model, with a keyboard that plays eighths. Prints JSON.
//
//   bench_keyboard [--bars 12]

#include "app/features/keyboard/keyboard_controller.h"
#include "app/program/environment.h"
#include "app/program/standard_output.h"
#include "app/shell/main_window.h"
#include "app/spaces/spaces.h"
#include "core/base/quick_exit.h"
#include "core/sound/clock.h"

#include <QApplication>
#include <QCheckBox>
#include <QCommandLineParser>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <nlohmann/json.hpp>

using namespace canto;

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    QApplication application(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption barsOption(QStringLiteral("bars"), {}, QStringLiteral("number"),
                                        QStringLiteral("12"));
    parser.addOption(barsOption);
    parser.process(application);
    const int bars = parser.value(barsOption).toInt();

    QTemporaryDir scratch;
    app::WindowOptions options;
    options.spaces = shippedSpaces();
    options.settingsFile = scratch.filePath(QStringLiteral("settings.ini"));
    options.userData = scratch.path().toStdString();
    options.engine.sink = sound::SinkKind::Silent;
    options.loadSoundFont = false;
    options.midiPorts = false;
    app::MainWindow window(options);
    window.resize(1440, 900);
    window.show();
    window.start();
    auto& keyboard = window.feature<app::KeyboardController>();
    auto& input = window.workspace().midiInput();
    std::vector<double> milliseconds;
    QObject::connect(&keyboard, &app::KeyboardController::placed, &window, [&] {
        milliseconds.push_back(keyboard.lastMarkMs());
        if (int(milliseconds.size()) == bars) {
            application.quit();
        }
    });
    QTimer keys; // eighths at 120 quarters a minute
    int keysPressed = 0;
    QObject::connect(&keys, &QTimer::timeout, &window, [&] {
        const int pitch = 48 + (keysPressed * 7) % 25;
        if (keysPressed > 0) {
            input.receive(sound::MidiMessage::noteOff(0, 48 + ((keysPressed - 1) * 7) % 25),
                          sound::nowNs());
        }
        input.receive(sound::MidiMessage::noteOn(0, pitch, 90), sound::nowNs());
        ++keysPressed;
    });
    QObject::connect(&window.workspace(), &app::Workspace::mapsReady, &window, [&] {
        if (window.workspace().model()) {
            keyboard.panel()->followBox()->setChecked(true);
            keys.start(250);
        }
    });
    QTimer::singleShot(180'000, &application, [&] { application.exit(1); });
    const int code = application.exec();
    std::sort(milliseconds.begin(), milliseconds.end());
    nlohmann::json figures{{"bars", milliseconds.size()}};
    if (!milliseconds.empty()) {
        figures["medianMs"] = milliseconds[milliseconds.size() / 2];
        figures["maxMs"] = milliseconds.back();
    }
    printJson(figures);
    quickExit(code);
}
