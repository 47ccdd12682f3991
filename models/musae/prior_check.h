// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/dataset.h"
#include "models/musae/net.h"

#include <nlohmann/json.hpp>

namespace canto::models::musae {

/// What 200 draws from each component sound like, beside real phrases ("data"): pitched onsets a
/// phrase, tracks that sound, share of phrases with no onset at all, and "foundAgain": the share
/// whose decoded tokens, encoded once more, lie nearest to the component they were drawn from.
nlohmann::json checkPrior(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                          torch::Generator generator);

} // namespace canto::models::musae
