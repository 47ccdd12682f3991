// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/cli_support.h"
#include "core/atlas/atlas.h"

namespace canto::cli {

/// Finishes a command that filled an atlas: prepares it for shipping if requested, adds its digest
/// to `figures`, prints them. @return the exit code.
int finishLibrary(atlas::Atlas& atlas, bool ship, nlohmann::json figures);

/// As in commands.h: commands that fill an atlas from prepared data.
void addImportArrangementsCommand(CLI::App& app, Action& action);

} // namespace canto::cli
