// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/orchestra/report_parts.h"

namespace canto::models::orchestra {

/// Held-out clips of one SoundFont and one split of the labels ("valid", "test").
struct SoundSide {
    std::string font;
    std::string split;
    Side side;
};

/// The held-out clips of these datasets by SoundFont and split, sorted. Clips are borrowed.
std::vector<SoundSide> soundSides(const std::vector<const Clips*>& datasets);

/// Accuracy of predictions by "clips", by "recordings" (a movement with one SoundFont; the mean of
/// its clips' probabilities) and by "works" (likewise): each "accuracy", "low", "high" (90 % of the
/// accuracies when works are resampled), "count", "meanOfClasses" (over the composers that occur)
/// and "largestClass".
/// @param shares  (N, C) probabilities of the composers.
nlohmann::json votesOf(const torch::Tensor& shares, const Side& side);

/// How well a logistic probe predicts which SoundFont a clip was rendered with: fitted on every
/// other held-out work and tested on the rest, then the other way round; every SoundFont has the
/// same weight. "accuracy", "meanOfClasses", "largest", "fonts", "clips". Null for fewer than two.
/// @param x  (N, D) for each side.
nlohmann::json fontProbe(const std::vector<torch::Tensor>& x, const std::vector<SoundSide>& sides);

/// votesOf() each side, for a network that has the clips' composers, and its fontProbe():
/// {"name", "sounds": [{"font", "split", "clips", "recordings", "works"}], "fonts"}. Cancelled.
Result<nlohmann::json> soundsCheck(NetImpl& net, const std::string& name,
                                   const std::vector<SoundSide>& sides, const train::Stop& stop);

} // namespace canto::models::orchestra
