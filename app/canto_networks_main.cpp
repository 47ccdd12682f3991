// SPDX-License-Identifier: GPL-3.0-or-later
// All commands of canto, with LibTorch; app/canto_main.cpp starts it.
#include "app/cli/commands.h"
#include "app/program/environment.h"

namespace {

void addAllCommands(CLI::App& app, canto::cli::Action& action) {
    using namespace canto::cli;
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
}

} // namespace

int main(int argc, char** argv) {
    canto::prepareEnvironment(argv);
    return canto::cli::runCommands(argc, argv, addAllCommands);
}
