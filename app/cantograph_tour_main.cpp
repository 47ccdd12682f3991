// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/environment.h"
#include "app/shell/start.h"
#include "app/tour/tour.h"

#include <QApplication>
#include <QCommandLineParser>
#include <cstdio>

using namespace canto;

int main(int argc, char** argv) {
    prepareEnvironment(argv);
    QElapsedTimer started;
    started.start();
    QApplication application(argc, argv);
    app::prepareApplication(application, QLocale::c());
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Plays the window of Cantograph by mouse and keys, and leaves pictures, MIDI "
        "and sound in the folder."));
    parser.addHelpOption();
    parser.addVersionOption();
    app::addWindowOptions(parser);
    parser.addPositionalArgument(QStringLiteral("folder"),
                                 QStringLiteral("For what the tour makes; default: tour."),
                                 QStringLiteral("[folder]"));
    parser.process(application);
    const QString folder = parser.positionalArguments().value(0, QStringLiteral("tour"));
    app::WindowOptions options = app::windowOptions(parser);
    const app::ScratchSettings scratch(options);
    QStringList problems;
    {
        app::MainWindow window(options);
        problems = app::Tour(window, folder.toStdString(), started).run();
        window.close();
    }
    for (const QString& problem : problems) {
        std::fprintf(stderr, "cantograph-tour: %s\n", qPrintable(problem));
    }
    return app::exitCode(problems.isEmpty() ? 0 : 1);
}
