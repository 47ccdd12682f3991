#pragma once

#include "core/project/property_directions.h"
#include "models/common/latent_model.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace canto::app {

/// A phrase and what was done to it: a value, so that undo keeps it whole. What was done is kept
/// rather than its outcome, and applied in this order: the move between genres, the wanted
/// properties, the dimensions set by hand.
struct Shape {
    models::Latent origin; ///< the phrase as it was; empty: there is none
    std::string name;      ///< of the phrase
    int genre = -1;        ///< of the model's classes, where the phrase is labelled; else -1

    int movedTo = -1;         ///< class, -1: not moved
    bool toComponent = false; ///< into the prior's component instead of by the genres' difference
    double amount = 1;        ///< of the move, 0 to 1

    std::map<int, double> wanted; ///< slider -> value of its property
    bool keepOthers = false;      ///< properties that are not wanted are to stay

    std::map<int, float> dimensions; ///< latent dimension -> value

    bool changed() const { return movedTo >= 0 || !wanted.empty() || !dimensions.empty(); }
    bool operator==(const Shape&) const = default;
};

/// Where a genre lies.
struct GenrePlaces {
    project::ClassMeans phrases;                ///< means of the corpus' phrases
    std::vector<std::vector<float>> components; ///< means of the prior's parts; may be empty
};

/// The origin moved towards another genre.
///
/// By the genres' difference: origin + amount * (mean of the target - mean of the source). Into a
/// component: the dimensions of the block named like the label column go to the component's mean;
/// where the model has no such block, all go by the difference of the components' means.
/// @param source  the phrase's own class.
/// @return BadInput for a class that has no place.
Result<models::Latent> movedToGenre(const Shape& shape, int source, const GenrePlaces& places,
                                    const models::ModelInfo& info);

/// The class a phrase belongs to: its label, else the likeliest of the scores, else the class whose
/// mean is nearest; -1 where there is none.
int classOf(const Shape& shape, const std::vector<double>& scores, const GenrePlaces& places);

} // namespace canto::app
