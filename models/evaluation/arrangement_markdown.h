// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// The report of the Arrangement space in Markdown; `report` is that of arrangementReport.
std::string arrangementMarkdown(const nlohmann::json& report);

} // namespace canto
