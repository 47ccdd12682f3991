// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/orchestra/clips.h"
#include "models/orchestra/net.h"
#include "models/train/run_control.h"

#include <nlohmann/json.hpp>

namespace canto::models::orchestra {

/// Some clips, with their name in the report.
struct Side {
    std::string name; ///< "train", "test", "second"
    const Clips* clips = nullptr;
    std::vector<std::int64_t> rows;
    torch::Tensor labels; ///< (N) int64
};

/// The sides of a split: the clips to fit on, the held-out clips, and the held-out clips as
/// rendered with another SoundFont (if there is such a dataset, of the same composers).
class Sides {
  public:
    /// The clips are borrowed. @param second  may be null.
    Sides(const Clips& clips, const Clips* second, Split split);
    bool usable() const;         ///< there are clips on both sides
    double largestClass() const; ///< its share of the held-out clips
    nlohmann::json describe() const;

    Split split;
    std::vector<Side> all; ///< train, test, and maybe second
};

std::string percent(double share); ///< "57.9 %"

/// Limits of 90 % of the accuracies when works are resampled (2,000 draws of a fixed seed).
/// @param works  of each: right predictions and all, not empty.
std::pair<double, double> drawnWorks(const std::vector<std::pair<double, double>>& works);

/// "accuracy", "clips", and "low", "high": 90 % of the accuracies when works are resampled, all
/// clips of a work together.
nlohmann::json classified(const torch::Tensor& predictions, const Side& side);

/// A logistic probe fitted on the first of these embeddings and evaluated on all: a key for each
/// side.
/// @param x  (N, D) for each side.
nlohmann::json probed(const std::vector<torch::Tensor>& x, const Sides& sides);

/// Probes on 40 principal components of the three features, the slides' PCA rows. Cancelled.
Result<nlohmann::json> principalRows(const Sides& sides, const train::Stop& stop);

/// Whether an embedding reveals the archive of a file, within composers with two or more, and
/// whether composers are recognised across archives. Cancelled.
Result<nlohmann::json> archiveCheck(NetImpl& net, const std::string& name, const Sides& sides,
                                    const train::Stop& stop);

/// 16 steps from the origin to (1, ..., 1): the crops in dB, the mean difference between
/// neighbours, beside that of random pairs; and how the level of generated crops depends on the
/// distance from the origin, for samples of the prior and for real clips.
nlohmann::json interpolationOf(AliNet& net, const Clips& clips, const Sides& sides);

/// Test accuracies of the Symphony2vec slides, tables 3, 4 and 7, in percent.
nlohmann::json publishedFigures();

} // namespace canto::models::orchestra
