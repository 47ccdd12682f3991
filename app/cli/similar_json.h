// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/orchestra/clip_library.h"

#include <nlohmann/json.hpp>

namespace canto::cli {

/// The requested model of an atlas: by the checksum of its weights, or (empty) the only one.
/// NotFound, BadInput (several).
Result<atlas::ModelRow> modelRowOf(atlas::Atlas& atlas, const std::string& version);

nlohmann::json clipJson(const atlas::AtlasPoints& points, std::size_t row);
nlohmann::json similarJson(const atlas::AtlasPoints& points, const std::vector<SimilarClip>& clips);

} // namespace canto::cli
