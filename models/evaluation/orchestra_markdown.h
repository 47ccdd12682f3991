// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// The report on the Orchestra space (models/orchestra/report.h) as Markdown: the slides' tables 3,
/// 4 and 7 by clip and by work, beside the slides' own figures.
std::string orchestraMarkdown(const nlohmann::json& report);

/// Its drawing for each ALI, interpolation-<name>.png: 16 crops from the origin outwards in a row;
/// dark is loud. Io as writeFileAtomically.
Result<void> drawOrchestraReport(const nlohmann::json& report, const std::filesystem::path& folder);

} // namespace canto
