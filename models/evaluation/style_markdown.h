// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// The report on the Style space (models/musae/style_report.h) as Markdown for a person: tables,
/// what each figure means, and what was asked for beside what was reached.
std::string styleMarkdown(const nlohmann::json& report);

/// Its drawings, which the Markdown names: plane.png, distances.png, interpolation.png, sweeps.png.
/// Io as writeFileAtomically.
Result<void> drawStyleReport(const nlohmann::json& report, const std::filesystem::path& folder);

} // namespace canto
