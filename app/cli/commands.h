#pragma once

#include "app/cli/cli_support.h"

namespace canto::cli {

// One function a command: adds its words to the parser and sets the action when they were given.
// Each lives in cmd_<name>.cpp. canto_main.cpp lists them.

void addBenchCommand(CLI::App& app, Action& action);
void addInfoCommand(CLI::App& app, Action& action);
void addEvaluateCommand(CLI::App& app, Action& action);
void addImportCommand(CLI::App& app, Action& action);
void addTrainCommand(CLI::App& app, Action& action);
void addPrepareCommand(CLI::App& app, Action& action);
void addProjectCommand(CLI::App& app, Action& action);
} // namespace canto::cli
