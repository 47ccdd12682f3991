#pragma once

#include "app/cli/cli_support.h"

namespace canto::cli {

// One function a command: adds its words to the parser and sets the action when they were given.
// Each lives in cmd_<name>.cpp. canto_main.cpp lists them in the order of the help.

void addInfoCommand(CLI::App& app, Action& action);
void addPrepareCommand(CLI::App& app, Action& action);
#ifdef CANTO_ATLAS
void addImportCommand(CLI::App& app, Action& action);
void addImportClipsCommand(CLI::App& app, Action& action);
void addAlikeCommand(CLI::App& app, Action& action);
#endif
void addTrainCommand(CLI::App& app, Action& action);
void addPersonaliseCommand(CLI::App& app, Action& action);
void addAverageCommand(CLI::App& app, Action& action);
void addEvaluateCommand(CLI::App& app, Action& action);
void addEncodeCommand(CLI::App& app, Action& action);
void addDecodeCommand(CLI::App& app, Action& action);
void addGenerateCommand(CLI::App& app, Action& action);
void addInterpolateCommand(CLI::App& app, Action& action);
void addProbeCommand(CLI::App& app, Action& action);
void addProjectCommand(CLI::App& app, Action& action);
#ifdef CANTO_SOUND
void addRenderCommand(CLI::App& app, Action& action);
void addRenderCorpusCommand(CLI::App& app, Action& action);
void addListenCommand(CLI::App& app, Action& action);
void addArrangeCommand(CLI::App& app, Action& action);
void addWalkCommand(CLI::App& app, Action& action);
#ifdef CANTO_ATLAS
void addHearCommand(CLI::App& app, Action& action);
void addCalibrateCommand(CLI::App& app, Action& action);
#endif
#endif
void addBenchCommand(CLI::App& app, Action& action);

} // namespace canto::cli
