// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace canto::app {

/// Draws a run from its folder, as the window would have shown it: curves.png and
/// curves-log.png, and epochs.png with the map of each epoch (eight at most, evenly picked) beside
/// one another, the same phrases in the same colours. Needs a QApplication; blocks.
/// @return what was drawn: files, epochs, phrases, and how far the points moved from epoch to epoch
///         (root mean square in parts of the map's own). Errors: those of readRunLog and EpochMaps;
///         Io.
Result<nlohmann::json> plotRun(const std::filesystem::path& run, const std::filesystem::path& out);

} // namespace canto::app
