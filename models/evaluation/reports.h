// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The reports on the spaces as text and drawings, from what the architectures' reports return.

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// Style: tables, the meaning of each figure, and targets beside
/// results.
std::string styleMarkdown(const nlohmann::json& report);
/// The same for the model of all notes, whose report has no drawings.
std::string polyphonicMarkdown(const nlohmann::json& report);
/// Its drawings, to which the Markdown refers: plane.png, distances.png, interpolation.png,
/// sweeps.png. Io as writeFileAtomically.
Result<void> drawStyleReport(const nlohmann::json& report, const std::filesystem::path& folder);

std::string emotionMarkdown(const nlohmann::json& report);
/// Draws separation.png: the silhouettes, one row for each element. Nothing for a report without
/// quadrants. Io.
Result<void> drawEmotionReport(const nlohmann::json& report, const std::filesystem::path& folder);

/// Orchestra: the slides' tables 3, 4 and 7 by clip and by work, beside
/// the slides' own figures.
std::string orchestraMarkdown(const nlohmann::json& report);
/// Its drawing for each ALI, interpolation-<name>.png: 16 crops from the origin outwards in a row;
/// dark is loud. Io as writeFileAtomically.
Result<void> drawOrchestraReport(const nlohmann::json& report, const std::filesystem::path& folder);

std::string arrangementMarkdown(const nlohmann::json& report);

} // namespace canto
