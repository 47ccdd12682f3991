// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// The report on the Emotion space, in Markdown. @param report  as the architecture returns it.
std::string emotionMarkdown(const nlohmann::json& report);

/// Draws separation.png: the silhouettes, one row for each element. Nothing for a report without
/// quadrants. Io.
Result<void> drawEmotionReport(const nlohmann::json& report, const std::filesystem::path& folder);

} // namespace canto
