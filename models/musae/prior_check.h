// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/musae/dataset.h"
#include "models/musae/net.h"

#include <nlohmann/json.hpp>

namespace canto::models::musae {

/// Statistics of 200 samples from each component, beside real phrases ("data"): pitched onsets a
/// phrase, sounding tracks, share of phrases without any onset, and "foundAgain": the share whose
/// decoded tokens, encoded again, are nearest to the component they were drawn from.
nlohmann::json checkPrior(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                          torch::Generator generator);

} // namespace canto::models::musae
