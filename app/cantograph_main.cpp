// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/plot_run.h"
#include "app/features/training/training_controller.h"
#include "app/program/environment.h"
#include "app/program/process_figures.h"
#include "app/program/standard_output.h"
#include "app/shell/single_instance.h"
#include "app/shell/start.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTimer>
#include <QUrl>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

namespace {

using namespace canto;

constexpr qint64 kHungMs = 600'000; ///< ends a benchmark that hangs; no start takes as long
constexpr qint64 kIdleMs = 2000;    ///< after which a window counts as idle

int plotRun(const QString& run, const QString& out, const app::WindowOptions& options) {
    widgets::applyTheme(*qApp, options.scheme.value_or(widgets::Scheme::Light));
    const auto reported = app::plotRun(run.toStdString(), out.toStdString());
    if (!reported) {
        std::fprintf(stderr, "cantograph: %s\n", reported.error().message().c_str());
        return 1;
    }
    printJson(*reported);
    return flushStandardOutput("cantograph") ? 0 : 1;
}

/// Measures a start for --startup-bench: until the points of the library stand on the screen, until
/// the model is there, and how long the window does not answer meanwhile.
int startupBench(QApplication& application, app::WindowOptions options, QElapsedTimer started) {
    const app::ScratchSettings scratch(options);
    app::MainWindow window(options);
    window.show();
    nlohmann::json figures{{"windowSeconds", double(started.nsecsElapsed()) * 1e-9}};
    bool model = false, lists = !window.workspace().space().open;
    QObject::connect(&window.workspace(), &app::Workspace::libraryChanged, &window, [&] {
        figures["libraryReadSeconds"] = double(started.nsecsElapsed()) * 1e-9;
        figures["points"] = window.map()->snapshot()->size();
    });
    QObject::connect(&window.workspace(), &app::Workspace::modelChanged, &window, [&] {
        figures["modelSeconds"] = secondsSinceStart();
        model = true;
    });
    QObject::connect(&window.feature<app::TrainingController>(),
                     &app::TrainingController::listsReady, &window, [&] { lists = true; });
    QTimer look;
    QElapsedTimer last, idle;
    double stall = 0;
    QObject::connect(&look, &QTimer::timeout, &window, [&] {
        const auto snapshot = window.map()->snapshot();
        if (started.elapsed() > kHungMs) {
            figures["error"] = "No map was drawn within ten minutes";
            application.exit(1);
        } else if (!figures.contains("drawnSeconds")) {
            if (snapshot && snapshot->size() > 0 && window.map()->settled()) {
                figures["drawnSeconds"] = double(started.nsecsElapsed()) * 1e-9;
                figures["firstMapSeconds"] = secondsSinceStart();
                figures["firstMapResidentMiB"] = residentMiB();
                last.start();
            }
        } else {
            stall = std::max(stall, double(last.nsecsElapsed()) * 1e-6);
            last.start();
            if (!idle.isValid() && model && lists) {
                idle.start();
            }
            if (idle.isValid() && idle.elapsed() > kIdleMs) {
                figures["longestStallMs"] = stall;
                figures["idleResidentMiB"] = residentMiB();
                application.quit();
            }
        }
    });
    look.start(2);
    window.start();
    const int code = application.exec();
    printJson(figures);
    return flushStandardOutput("cantograph") ? code : 1;
}

/// What the desktop gave this start so that its window may come to the front. Qt takes it out of
/// the environment.
QByteArray activationToken() {
    const QByteArray token = qgetenv("XDG_ACTIVATION_TOKEN");
    return token.isEmpty() ? qgetenv("DESKTOP_STARTUP_ID") : token;
}

/// The files of the command line, as absolute paths.
QStringList filesOf(const QStringList& words) {
    QStringList files;
    for (const QString& word : words) {
        const QUrl url(word);
        files.append(QFileInfo(url.isLocalFile() ? url.toLocalFile() : word).absoluteFilePath());
    }
    return files;
}

/// Opens the window, unless one is open already and takes the files.
int show(QApplication& application, app::WindowOptions options, QStringList files,
         app::SingleInstance* instance, const QByteArray& token) {
    if (instance != nullptr) {
        const auto socket = app::SingleInstance::socketPath();
        if (socket &&
            instance->begin(*socket, files, token) == app::SingleInstance::Start::HandedOver) {
            return 0;
        }
    }
    options.sessionFolder =
        QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() +
        "/sessions";
    app::takeFirst(files, options);
    app::MainWindow window(std::move(options));
    if (instance != nullptr) {
        QObject::connect(instance, &app::SingleInstance::filesComing, &window,
                         [&](const QStringList& more, const QByteArray& theirs) {
                             window.comeToFront(theirs);
                             window.openFilesWhenReady(more);
                         });
    }
    window.show();
    window.start();
    window.openFilesWhenReady(files);
    return application.exec();
}

} // namespace

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    const QByteArray token = activationToken();
    QElapsedTimer started;
    started.start();
    QApplication application(argc, argv);
    const QCommandLineOption bench(
        QStringLiteral("startup-bench"),
        QStringLiteral("Print the time to the first drawn map, and the memory of the idle "
                       "window, as JSON, then quit."));
    const QCommandLineOption plot(
        QStringLiteral("plot-run"),
        QStringLiteral("Draw the curves and the epochs' maps of a training run, then quit."),
        QStringLiteral("folder"));
    const QCommandLineOption out(QStringLiteral("out"),
                                 QStringLiteral("Folder for the pictures of --plot-run."),
                                 QStringLiteral("folder"), QStringLiteral("."));
    const QCommandLineOption alone(
        QStringLiteral("new-window"),
        QStringLiteral("Open a window of its own, though one is open already; options other than "
                       "--atlas do so, too."));
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Cantograph: see, hear and play what music models have learned."));
    parser.addHelpOption();
    parser.addVersionOption();
    app::addWindowOptions(parser);
    parser.addOptions({alone, bench, plot, out});
    parser.addPositionalArgument(
        QStringLiteral("file"),
        QStringLiteral("Projects, libraries, MIDI files, recordings, SoundFonts or tables of "
                       "latents to open, in the window that is open already if there is one."),
        QStringLiteral("[file...]"));
    const QStringList words = QCoreApplication::arguments();
    const bool samePictures = words.contains(QStringLiteral("--startup-bench")) ||
                              !words.filter(QStringLiteral("--plot-run")).isEmpty();
    app::prepareApplication(application, samePictures ? QLocale::c() : QLocale::system());
    parser.process(application);
    app::WindowOptions options = app::windowOptions(parser);
    if (parser.isSet(plot)) {
        return plotRun(parser.value(plot), parser.value(out), options);
    }
    if (parser.isSet(bench)) {
        QStringList files = filesOf(parser.positionalArguments());
        app::takeFirst(files, options);
        return app::exitCode(startupBench(application, std::move(options), started));
    }
    QStringList files = filesOf(parser.positionalArguments());
    // Whoever asks for a model, a space or a theme means a window of its own.
    std::optional<app::SingleInstance> instance;
    const QStringList named = parser.optionNames();
    if (std::all_of(named.begin(), named.end(),
                    [](const QString& name) { return name == QLatin1String("atlas"); })) {
        instance.emplace();
        if (!options.atlas.empty()) {
            files.prepend(QFileInfo(parser.value(QStringLiteral("atlas"))).absoluteFilePath());
            options.atlas.clear();
        }
    }
    return app::exitCode(show(application, std::move(options), std::move(files),
                              instance ? &*instance : nullptr, token));
}
