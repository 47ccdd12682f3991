// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace canto {

/// The report of the Arrangement space for a person to read; `report` is arrangementReport's.
std::string arrangementMarkdown(const nlohmann::json& report);

} // namespace canto
