// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>

namespace canto::models::musae {

/// Milliseconds to decode samples of the prior on one thread: until the first bar and until the
/// end; median, 95th percentile and maximum. Also the compound words (core/codec) of the songs, per
/// second.
Result<nlohmann::json> benchDecode(const std::string& weights, int draws);

} // namespace canto::models::musae
