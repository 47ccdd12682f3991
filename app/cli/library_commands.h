#pragma once

#include "app/cli/cli_support.h"

namespace canto::cli {

/// As in commands.h: commands that fill an atlas from prepared data.
void addImportArrangementsCommand(CLI::App& app, Action& action);

} // namespace canto::cli
