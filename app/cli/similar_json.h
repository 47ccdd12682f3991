// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/library_commands.h"
#include "app/spaces/orchestra/clip_library.h"

#include <nlohmann/json.hpp>

namespace canto::cli {

nlohmann::json clipJson(const atlas::AtlasPoints& points, std::size_t row);
nlohmann::json similarJson(const atlas::AtlasPoints& points, const std::vector<SimilarClip>& clips);

} // namespace canto::cli
