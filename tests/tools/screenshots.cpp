// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of the window on the screen that the platform has, in every space with a point playing,
// and a list of the texts in it that cannot be read. Started by packaging/screenshots for each
// size, scale and theme.

#include "app/program/environment.h"
#include "app/shell/main_window.h"
#include "app/spaces/spaces.h"
#include "app/workspace/space_switch.h"
#include "tests/support/visible_texts.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QDockWidget>
#include <QScreen>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

using namespace canto;

namespace {

constexpr int kWaitMs = 120000;
constexpr int kPhraseMs = 30000; ///< a phrase that is decoded; without it there is a picture too

const std::pair<const char*, const char*> kPanels[] = {{"exploreDock", "explore"},
                                                       {"transferDock", "transfer"},
                                                       {"trainingDock", "training"},
                                                       {"arrangeDock", "arrange"}};

int g_problems = 0;

void take(app::MainWindow& window, const QString& file) {
    QTest::qWait(50);
    const QRect room = window.screen()->availableGeometry();
    QStringList found = test::unreadable(window);
    if (!room.contains(window.geometry())) {
        found.append(QStringLiteral("the window is larger than the screen"));
    }
    found.removeDuplicates();
    for (const QString& line : found) {
        std::printf("%s: %s\n", qPrintable(QFileInfo(file).baseName()), qPrintable(line));
    }
    g_problems += int(found.size());
    if (!window.grab().save(file)) {
        std::fprintf(stderr, "%s cannot be written\n", qPrintable(file));
        ++g_problems;
    }
}

void raise(app::MainWindow& window, const char* name) {
    auto* dock = window.findChild<QDockWidget*>(QLatin1String(name));
    dock->show();
    dock->raise();
    QTest::qWait(50);
}

} // namespace

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    QApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{QStringLiteral("out"), QStringLiteral("Folder of the pictures."),
                        QStringLiteral("folder"), QStringLiteral(".")},
                       {QStringLiteral("name"), QStringLiteral("End of the files' names."),
                        QStringLiteral("text")},
                       {QStringLiteral("theme"), QStringLiteral("light or dark."),
                        QStringLiteral("name"), QStringLiteral("light")},
                       {QStringLiteral("panels"),
                        QStringLiteral("Pictures of all panels, not of the Inspector only.")}});
    parser.process(application);
    const QDir out(parser.value(QStringLiteral("out")));
    out.mkpath(QStringLiteral("."));
    const QTemporaryDir own;
    app::WindowOptions options;
    options.spaces = shippedSpaces();
    options.midiPorts = false;
    options.loadSoundFont = false;
    options.engine.sink = sound::SinkKind::Silent;
    options.settingsFile = own.filePath(QStringLiteral("settings.ini"));
    options.userData = own.filePath(QStringLiteral("data")).toStdString();
    options.scheme = parser.value(QStringLiteral("theme")) == QLatin1String("dark")
                         ? widgets::Scheme::Dark
                         : widgets::Scheme::Light;
    app::MainWindow window(options);
    window.map()->setReducedMotion(true);
    bool model = false;
    QObject::connect(&window.workspace(), &app::Workspace::modelChanged, &window,
                     [&] { model = true; });
    window.show();
    window.start();
    const auto whole = [&] {
        return model && window.workspace().maps().library() && window.map()->settled();
    };
    if (!QTest::qWaitFor(whole, kWaitMs)) {
        std::fprintf(stderr, "The first space was not opened\n");
        return 2;
    }
    for (const Space& space : options.spaces) {
        if (space.id != window.workspace().spaces().current().id) {
            if (!window.workspace().spaces().go(space.id) ||
                !QTest::qWaitFor(
                    [&] { return window.workspace().spaces().current().id == space.id; },
                    kWaitMs) ||
                !QTest::qWaitFor(whole, kWaitMs)) {
                std::fprintf(stderr, "%s was not opened\n", space.id.c_str());
                return 2;
            }
        }
        raise(window, "inspectorDock");
        window.workspace().maps().playRow(qint64(window.map()->snapshot()->size() / 3));
        (void)QTest::qWaitFor(
            [&] { return window.workspace().player().playing() && window.map()->settled(); },
            kPhraseMs);
        const auto file = [&](const char* panel) {
            return out.filePath(QStringLiteral("%1-%2-%3.png")
                                    .arg(QString::fromStdString(space.id), QLatin1String(panel),
                                         parser.value(QStringLiteral("name"))));
        };
        take(window, file("inspector"));
        if (!parser.isSet(QStringLiteral("panels"))) {
            continue;
        }
        const bool low = window.findChild<QDockWidget*>(QStringLiteral("scoreDock"))->isHidden();
        for (const auto& [dock, panel] : kPanels) {
            raise(window, dock);
            auto* tabs =
                window.findChild<QDockWidget*>(QLatin1String(dock))->findChild<QTabWidget*>();
            for (int tab = 0; tab < (tabs != nullptr ? tabs->count() : 1); ++tab) {
                if (tabs != nullptr) {
                    tabs->setCurrentIndex(tab);
                }
                take(window,
                     file(qPrintable(QStringLiteral("%1%2").arg(QLatin1String(panel)).arg(tab))));
            }
        }
        raise(window, "scoreDock");
        for (const char* below : {"scoreDock", "arrangeDock"}) {
            window.findChild<QDockWidget*>(QLatin1String(below))->setHidden(low);
        }
    }
    window.close();
    std::printf("%d problems\n", g_problems);
    std::fflush(stdout);
    return g_problems == 0 ? 0 : 1;
}
