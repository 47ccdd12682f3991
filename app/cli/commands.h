// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli_support.h"

namespace canto::cli {

// One function for each command: adds its options to the parser and sets the action if the command
// was given. Each is defined in cmd_<name>.cpp. canto_networks_main.cpp lists
// them in the order of the help; canto_main.cpp has those that need no network.

void addInfoCommand(CLI::App& app, Action& action);
void addPrepareCommand(CLI::App& app, Action& action);
#ifdef CANTO_ATLAS
void addImportCommand(CLI::App& app, Action& action);
void addImportArrangementsCommand(CLI::App& app, Action& action);
void addImportClipsCommand(CLI::App& app, Action& action);
void addSimilarCommand(CLI::App& app, Action& action);
void addMapCommand(CLI::App& app, Action& action);
void addExportLatentsCommand(CLI::App& app, Action& action);
void addExportPageCommand(CLI::App& app, Action& action);
#endif
void addImportWeightsCommand(CLI::App& app, Action& action);
void addTrainCommand(CLI::App& app, Action& action);
void addFineTuneCommand(CLI::App& app, Action& action);
void addAverageWeightsCommand(CLI::App& app, Action& action);
void addEvaluateCommand(CLI::App& app, Action& action);
void addEncodeCommand(CLI::App& app, Action& action);
void addDecodeCommand(CLI::App& app, Action& action);
void addGenerateCommand(CLI::App& app, Action& action);
void addFillCommand(CLI::App& app, Action& action);
void addInterpolateCommand(CLI::App& app, Action& action);
void addTrainClassifierCommand(CLI::App& app, Action& action);
void addProjectCommand(CLI::App& app, Action& action);
#ifdef CANTO_SOUND
void addRenderCommand(CLI::App& app, Action& action);
void addRenderCorpusCommand(CLI::App& app, Action& action);
void addAnalyseCommand(CLI::App& app, Action& action);
void addArrangeCommand(CLI::App& app, Action& action);
void addTranscribeCommand(CLI::App& app, Action& action);
#ifdef CANTO_ATLAS
void addLocateCommand(CLI::App& app, Action& action);
void addCalibrateCommand(CLI::App& app, Action& action);
#endif
#endif
void addServeCommand(CLI::App& app, Action& action);
void addBenchCommand(CLI::App& app, Action& action);

} // namespace canto::cli
