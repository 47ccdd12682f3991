// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>
#include <string>

namespace canto::models::musae {

/// Milliseconds from a latent to a song, drawn from the prior, on one thread: until the first bar
/// and until the end; median, 95th percentile and largest. Compound words (core/codec) that the
/// songs come to, a second.
Result<nlohmann::json> benchDecode(const std::string& weights, int draws);

} // namespace canto::models::musae
