// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "models/muser/dataset.h"
#include "models/muser/emotion_probe.h"
#include "models/muser/net.h"

#include <nlohmann/json.hpp>

namespace canto::models::muser {

/// Features of a labelled song of a dataset.
struct Piece {
    std::vector<double> features; ///< codec::wordFeatures of the whole
    std::vector<double> latent;   ///< mean over its words of the vectors of their codes, (Z)
    int label = 0;
    std::string split;
    std::string group; ///< the song of which it is a clip
};
Result<std::vector<Piece>> piecesOf(NetImpl& net, const Dataset& dataset,
                                    const CancelToken& cancel);

/// Silhouettes of pieces' latents for pairs of quadrants, by all dimensions and by each element's
/// slice: pairs that differ in arousal (Q1-Q4, Q2-Q3) and in valence (Q1-Q2, Q3-Q4).
nlohmann::json separationFigures(const NetImpl& net, const std::vector<Piece>& pieces);

/// Elements transferred between random phrases of different songs and labels: how often the mean of
/// tempo, pitch, duration or velocity ends nearer to the source's than to the target's own, and how
/// often the other three stay nearer to the target's. Pairs whose means differ less than is audible
/// (tempo 3, pitch 1, duration 0.5, velocity 4) do not count for that element.
Result<nlohmann::json> transferFigures(NetImpl& net, const Dataset& dataset,
                                       const std::vector<std::int64_t>& rows, int pairs,
                                       const CancelToken& cancel);

} // namespace canto::models::muser
