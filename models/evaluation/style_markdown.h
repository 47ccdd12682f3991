// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// The report on the Style space (models/musae/musae.h) as Markdown: tables, the meaning of
/// each figure, and targets beside results.
std::string styleMarkdown(const nlohmann::json& report);

/// Its drawings, to which the Markdown refers: plane.png, distances.png, interpolation.png,
/// sweeps.png. Io as writeFileAtomically.
Result<void> drawStyleReport(const nlohmann::json& report, const std::filesystem::path& folder);

} // namespace canto
