// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/property_directions.h"
#include "models/common/latent_model.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace canto::app {

/// A phrase and what was done to it: a value, so that undo keeps it whole. What was done is kept
/// rather than its result, and applied in this order: the move between genres, the wanted
/// properties, the dimensions set by hand.
struct Shape {
    models::Latent origin; ///< the phrase as it was; empty: there is none
    std::string name;      ///< of the phrase
    int genre = -1;        ///< of the model's classes, where the phrase is labelled; else -1
    double bpm = 120;      ///< at which it is played, where the model states no tempo

    int movedTo = -1;         ///< class, -1: not moved
    bool toComponent = false; ///< only what the prior names, not by the genres' difference too
    double amount = 1;        ///< of the move, 0 to kFarthest
    static constexpr double kFarthest = 3;

    std::map<int, double> wanted; ///< slider -> value of its property
    bool keepOthers = false;      ///< properties that are not wanted are to stay

    std::map<int, float> dimensions; ///< latent dimension -> value

    bool changed() const { return movedTo >= 0 || !wanted.empty() || !dimensions.empty(); }
    bool operator==(const Shape&) const = default;
};

/// Where a genre lies.
struct GenrePlaces {
    projection::ClassMeans phrases;             ///< means of the corpus' phrases
    std::vector<std::vector<float>> components; ///< means of the prior's parts; may be empty
};

/// The origin moved towards another genre.
///
/// The dimensions of the block named like the label column go to the mean of the prior's component,
/// by a share of at most 1. All others stay when it goes into a component only, else they move by
/// amount * (mean of the target's phrases - mean of the source's). A model without such a block or
/// such a prior moves all dimensions by the difference of the phrases' means, or of the
/// components'.
/// @param source  the phrase's own class.
/// @return BadInput for a class that has no place.
Result<models::Latent> movedToGenre(const Shape& shape, int source, const GenrePlaces& places,
                                    const models::ModelInfo& info);

/// The class a phrase belongs to: its label, else the likeliest of the scores, else the class whose
/// mean is nearest; -1 where there is none.
int classOf(const Shape& shape, const std::vector<double>& scores, const GenrePlaces& places);

} // namespace canto::app
