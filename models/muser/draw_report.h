// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "models/muser/dataset.h"
#include "models/muser/emotion_probe.h"
#include "models/muser/net.h"
#include "models/muser/writing.h"

#include <nlohmann/json.hpp>

namespace canto::models::muser {

/// Earth mover's distance of two samples of numbers: the area between their distribution functions,
/// in the unit of the numbers. 0 if either is empty.
double earthMovers(std::vector<double> a, std::vector<double> b);

/// Music in the manner of a quadrant by rules alone (after EMelodyGen, Zhou et al. 2025): tempo,
/// the mode of the key, register and loudness are set, everything else stays.
/// @param velocity mean velocity of the result.
music::Song byRule(const music::Song& song, int quadrant, double velocity, Random& random);

struct DrawReportOptions {
    int count = 100; ///< phrases of each quadrant
    /// Further numbers of candidates (DrawOptions::candidates) to be compared.
    std::vector<int> candidates;
};

/// Phrases drawn for each quadrant beside the data's of the train split: figures of MusER, notes a
/// second, notes at a time, velocity and pitch with earth mover's distances, and how classifiers
/// predict them. One classifier counts compound words, one notes in seconds; both were fitted on
/// the data's phrases, and the second is not asked while drawing. The rules' music is classified
/// for comparison. @param ofPieces classifier of compound words of whole pieces, may be null.
Result<nlohmann::json> generationFigures(NetImpl& net, const Dataset& dataset,
                                         const EmotionProbe* ofPieces,
                                         const DrawReportOptions& options,
                                         const CancelToken& cancel);

} // namespace canto::models::muser
