// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/project/project_controller.h"
#include "app/features/training/plot_run.h"
#include "app/program/environment.h"
#include "app/program/standard_output.h"
#include "app/shell/start.h"
#include "widgets/map/latent_map.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QStandardPaths>
#include <QTimer>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace {

using namespace canto;

constexpr qint64 kHungMs = 600'000; ///< ends a benchmark that hangs; no start takes as long

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

/// Quits once the points of the library stand on the screen.
int startupBench(QApplication& application, app::WindowOptions options, QElapsedTimer started) {
    const app::ScratchSettings scratch(options);
    app::MainWindow window(options);
    window.show();
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

int show(QApplication& application, app::WindowOptions options) {
    options.sessionFolder =
        QStandardPaths::writableLocation(QStandardPaths::AppDataLocation).toStdString() +
        "/sessions";
    app::MainWindow window(std::move(options));
    window.show();
    window.start();
    return application.exec();
}

} // namespace

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    QElapsedTimer started;
    started.start();
    QApplication application(argc, argv);
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
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Cantograph: see, hear and play what music models have learned."));
    parser.addHelpOption();
    parser.addVersionOption();
    app::addWindowOptions(parser);
    parser.addOptions({bench, plot, out});
    parser.addPositionalArgument(QStringLiteral("file"),
                                 QStringLiteral("A project or library to open."),
                                 QStringLiteral("[file]"));
    const QStringList words = QCoreApplication::arguments();
    const bool samePictures = words.contains(QStringLiteral("--startup-bench")) ||
                              !words.filter(QStringLiteral("--plot-run")).isEmpty();
    app::prepareApplication(application, samePictures ? QLocale::c() : QLocale::system());
    parser.process(application);
    app::WindowOptions options = app::windowOptions(parser);
    const QString file = parser.positionalArguments().value(0);
    if (app::ProjectController::isProject(file)) {
        options.project = file.toStdString();
    } else if (!file.isEmpty() && options.atlas.empty()) {
        options.atlas = file.toStdString();
    }
    if (parser.isSet(plot)) {
        return plotRun(parser.value(plot), parser.value(out), options);
    }
    return app::exitCode(parser.isSet(bench)
                             ? startupBench(application, std::move(options), started)
                             : show(application, std::move(options)));
}
