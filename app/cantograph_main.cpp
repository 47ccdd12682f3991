// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/plot_run.h"
#include "app/library/environment.h"
#include "app/library/model_store.h"
#include "app/library/standard_output.h"
#include "app/shell/main_window.h"
#include "app/spaces/spaces.h"
#include "app/tour/tour.h"
#include "app/workspace/task_queue.h"
#include "core/base/quick_exit.h"
#include "widgets/common/translations.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QTimer>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace {

using namespace canto;

constexpr qint64 kHungMs = 600'000; ///< ends a benchmark that hangs; no start takes as long

struct CommandLine {
    QString atlas, model, space, soundFont, theme, tour, plotRun, out;
    bool startupBench = false;
};

CommandLine parse(const QApplication& application) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Cantograph: see, hear and play what music models have learned."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption atlas(QStringLiteral("atlas"), QStringLiteral("Open this library."),
                                   QStringLiteral("file"));
    const QCommandLineOption model(QStringLiteral("model"),
                                   QStringLiteral("Decode with these weights."),
                                   QStringLiteral("file"));
    const QCommandLineOption space(QStringLiteral("space"),
                                   QStringLiteral("Show this space first: style, emotion ..."),
                                   QStringLiteral("name"));
    const QCommandLineOption font(QStringLiteral("soundfont"),
                                  QStringLiteral("Play with this SoundFont."),
                                  QStringLiteral("file"));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QStringLiteral("light, dark or system."), QStringLiteral("name"));
    const QCommandLineOption tour(
        QStringLiteral("tour"),
        QStringLiteral("Play a guided tour; leave pictures, MIDI and sound in the folder."),
        QStringLiteral("folder"));
    const QCommandLineOption bench(
        QStringLiteral("startup-bench"),
        QStringLiteral("Print the time to the first drawn map as JSON, then quit."));
    const QCommandLineOption plot(
        QStringLiteral("plot-run"),
        QStringLiteral("Draw the curves and the epochs' maps of a training run, then quit."),
        QStringLiteral("folder"));
    const QCommandLineOption out(QStringLiteral("out"),
                                 QStringLiteral("Folder for the pictures of --plot-run."),
                                 QStringLiteral("folder"), QStringLiteral("."));
    parser.addOptions({atlas, model, space, font, theme, tour, bench, plot, out});
    parser.addPositionalArgument(QStringLiteral("atlas"), QStringLiteral("A library to open."),
                                 QStringLiteral("[atlas]"));
    parser.process(application);
    return {parser.isSet(atlas) ? parser.value(atlas) : parser.positionalArguments().value(0),
            parser.value(model),
            parser.value(space),
            parser.value(font),
            parser.value(theme),
            parser.value(tour),
            parser.value(plot),
            parser.value(out),
            parser.isSet(bench)};
}

app::WindowOptions optionsFor(const CommandLine& commandLine) {
    app::WindowOptions options;
    options.atlas = commandLine.atlas.toStdString();
    options.spaces = shippedSpaces();
    options.space = commandLine.space.toStdString();
    if (!commandLine.model.isEmpty()) {
        options.openModel = [path = commandLine.model.toStdString()] {
            return models::openModel(path);
        };
    }
    options.soundFont = commandLine.soundFont;
    if (commandLine.theme == QLatin1String("light")) {
        options.scheme = widgets::Scheme::Light;
    } else if (commandLine.theme == QLatin1String("dark")) {
        options.scheme = widgets::Scheme::Dark;
    } else if (commandLine.theme == QLatin1String("system")) {
        options.scheme = widgets::Scheme::System;
    }
    return options;
}

int tour(app::MainWindow& window, const QString& folder, QElapsedTimer started) {
    const QStringList problems = app::Tour(window, folder.toStdString(), started).run();
    for (const QString& problem : problems) {
        std::fprintf(stderr, "cantograph: %s\n", qPrintable(problem));
    }
    window.close();
    return problems.isEmpty() ? 0 : 1;
}

int plotRun(const CommandLine& commandLine, const app::WindowOptions& options) {
    widgets::applyTheme(*qApp, options.scheme.value_or(widgets::Scheme::Light));
    const auto reported =
        app::plotRun(commandLine.plotRun.toStdString(), commandLine.out.toStdString());
    if (!reported) {
        std::fprintf(stderr, "cantograph: %s\n", reported.error().message().c_str());
        return 1;
    }
    printJson(*reported);
    return flushStandardOutput("cantograph") ? 0 : 1;
}

/// Quits once the points of the atlas stand on the screen.
int startupBench(QApplication& application, app::MainWindow& window, QElapsedTimer started) {
    nlohmann::json figures{{"windowSeconds", double(started.nsecsElapsed()) * 1e-9}};
    QObject::connect(&window.workspace(), &app::Workspace::libraryChanged, &window, [&] {
        figures["libraryReadSeconds"] = double(started.nsecsElapsed()) * 1e-9;
        figures["points"] = window.map()->snapshot()->size();
    });
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &window, [&] {
        const auto snapshot = window.map()->snapshot();
        if (snapshot && snapshot->size() > 0 && window.map()->settled()) {
            figures["drawnSeconds"] = double(started.nsecsElapsed()) * 1e-9;
            application.quit();
        } else if (started.elapsed() > kHungMs) {
            figures["error"] = "No map was drawn within ten minutes";
            application.exit(1);
        }
    });
    look.start(2);
    window.start();
    const int code = application.exec();
    printJson(figures);
    return flushStandardOutput("cantograph") ? code : 1;
}

} // namespace

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    QElapsedTimer started;
    started.start();
    QApplication application(argc, argv);
    QCoreApplication::setOrganizationName(QStringLiteral("Cantograph"));
    QCoreApplication::setApplicationName(QStringLiteral("Cantograph"));
    QCoreApplication::setApplicationVersion(QStringLiteral(CANTO_VERSION));
    const CommandLine commandLine = parse(application);
    const bool samePictures =
        !commandLine.tour.isEmpty() || !commandLine.plotRun.isEmpty() || commandLine.startupBench;
    const QString beside = QCoreApplication::applicationDirPath();
    widgets::installTranslations(application,
                                 {beside + QStringLiteral("/translations"),
                                  beside + QStringLiteral("/../share/cantograph/translations")},
                                 samePictures ? QLocale::c() : QLocale::system());
    app::WindowOptions options = optionsFor(commandLine);
    if (!commandLine.plotRun.isEmpty()) {
        return plotRun(commandLine, options);
    }
    if (!commandLine.tour.isEmpty() || commandLine.startupBench) {
        // The same picture for everybody, and nobody's settings are touched.
        options.settingsFile = QDir::temp().filePath(
            QStringLiteral("cantograph-%1.ini").arg(QCoreApplication::applicationPid()));
        options.scheme = options.scheme.value_or(widgets::Scheme::Light);
        options.midiPorts = false;
        options.size = QSize(1440, 900);
        options.userData = options.settingsFile.toStdString() + ".data";
    } else {
        options.sessionFolder =
            QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() +
            "/sessions";
    }
    options.cacheFolder =
        QStandardPaths::writableLocation(QStandardPaths::CacheLocation).toStdString();
    int code = 0;
    {
        app::MainWindow window(options);
        if (!commandLine.tour.isEmpty()) {
            code = tour(window, commandLine.tour, started);
        } else {
            window.show();
            if (commandLine.startupBench) {
                code = startupBench(application, window, started);
            } else {
                window.start();
                code = application.exec();
            }
        }
    }
    if (!options.settingsFile.isEmpty()) {
        QFile::remove(options.settingsFile);
        std::error_code ignored;
        std::filesystem::remove_all(options.userData, ignored);
    }
    if (app::TaskQueue::leftBehind()) {
        quickExit(code); // a job still runs: nothing may be taken from under it
    }
    return code;
}
