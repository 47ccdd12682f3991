// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/environment.h"
#include "app/library/standard_output.h"

int main(int argc, char** argv) {
    using namespace canto::cli;
    canto::prepareEnvironment(argv);
    CLI::App app{"Cantograph on the command line: music into latents, latents into music.\n"
                 "JSON on stdout, progress on stderr. Exit codes: 0 good, 1 failed, 2 bad usage or "
                 "input.",
                 "canto"};
    app.require_subcommand(1);
    app.set_version_flag("--version", CANTO_VERSION);
    Action action;
    addInfoCommand(app, action);
    addPrepareCommand(app, action);
#ifdef CANTO_ATLAS
    addImportCommand(app, action);
    addImportArrangementsCommand(app, action);
    addImportClipsCommand(app, action);
    addSimilarCommand(app, action);
    addMapCommand(app, action);
    addExportLatentsCommand(app, action);
    addExportPageCommand(app, action);
#endif
    addImportWeightsCommand(app, action);
    addTrainCommand(app, action);
    addFineTuneCommand(app, action);
    addAverageWeightsCommand(app, action);
    addEvaluateCommand(app, action);
    addEncodeCommand(app, action);
    addDecodeCommand(app, action);
    addGenerateCommand(app, action);
    addInterpolateCommand(app, action);
    addFillCommand(app, action);
    addTrainClassifierCommand(app, action);
    addProjectCommand(app, action);
#ifdef CANTO_SOUND
    addRenderCommand(app, action);
    addRenderCorpusCommand(app, action);
    addAnalyseCommand(app, action);
    addArrangeCommand(app, action);
    addTranscribeCommand(app, action);
#ifdef CANTO_ATLAS
    addLocateCommand(app, action);
    addCalibrateCommand(app, action);
#endif
#endif
    addServeCommand(app, action);
    addBenchCommand(app, action);

    int code = kBadUsage;
    try {
        app.parse(argc, argv);
        if (action) {
            code = action();
        }
    } catch (const CLI::ParseError& error) { // also --help and --version
        code = app.exit(error) == 0 ? kGood : kBadUsage;
    }
    if (!canto::flushStandardOutput("canto") && code == kGood) {
        code = kFailed;
    }
    return code;
}
