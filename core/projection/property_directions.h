// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Linear directions of a latent space along which a measured property grows, and how far to move
// along several of them at once.

#include "core/base/cancel.h"
#include "core/projection/points.h"

#include <cstdint>
#include <optional>
#include <string>

namespace canto::projection {

/// One property, measured for N phrases.
struct PropertyValues {
    std::string name;
    std::vector<double> values; ///< one for each latent; NaN where the phrase has no such value
};

struct DirectionOptions {
    /// Strength of the ridge relative to the latents' own variance, both per point and in standard
    /// deviations, >= 0: 0.01 shrinks the weight of an uncorrelated dimension by one hundredth.
    double ridge = 0.01;
    /// Share of the groups that is held out for heldOutR, in (0, 1).
    double heldOut = 0.2;
    std::uint64_t seed = 1; ///< chooses the groups
};

/// A property as a linear function of the latent.
struct PropertyDirection {
    std::string name;
    std::vector<float> weights; ///< (Z) property per unit of latent
    double intercept = 0;
    /// (Z), length 1: the direction in which the property grows while the latent stays closest to
    /// its corpus, measured in the corpus' standard deviation of each dimension. All 0 for a
    /// property that no latent explains (constant, or fewer than three values).
    std::vector<float> unit;
    double gain = 0;      ///< property per unit of latent along `unit`
    double mean = 0;      ///< of the property over the fitted points
    double deviation = 0; ///< its standard deviation there
    double low = 0;       ///< 5th percentile of the property over all points: lower end of the
                          ///< slider
    double high = 0;      ///< 95th percentile
    /// Pearson's r of prediction and value on the held-out groups; 0 where it is not defined.
    double heldOutR = 0;
    std::size_t count = 0;        ///< points fitted
    std::size_t heldOutCount = 0; ///< points kept out
};

/// Pearson's correlation over the pairs where both values are numbers; nothing for fewer than three
/// such pairs or a constant side. Sizes must be equal.
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);

/// A value type; const use from any thread.
class PropertyDirections {
  public:
    PropertyDirections() = default;

    /// Ridge regression of each property on standardised latents, in double precision.
    /// @param groups  one for each latent: a group, such as a song, is fitted or held out as a
    ///                whole; empty: each latent is a group.
    /// Errors: those of checkPoints; BadShape when sizes differ; BadInput for options out of range;
    /// Cancelled.
    static Result<PropertyDirections> fit(PointsView latents,
                                          std::span<const PropertyValues> properties,
                                          std::span<const std::uint32_t> groups,
                                          const DirectionOptions& options,
                                          const CancelToken& cancel = {});
    /// Restores what state() returned. BadFile for anything else.
    static Result<PropertyDirections> restore(const std::string& state);
    std::string state() const; ///< JSON

    std::size_t dimensions() const { return m_scale.size(); }
    const std::vector<PropertyDirection>& all() const { return m_directions; }
    /// Standard deviation of each latent dimension over all points (Z).
    std::span<const float> scale() const { return m_scale; }

    /// The fitted value of the property at a latent, which must have the right size.
    double predict(std::size_t property, std::span<const float> latent) const;

    /// The smallest shift (in the corpus' standard deviations) that changes the predicted
    /// properties by these amounts: exactly for one property, approximately for several that
    /// conflict.
    /// @param changes  one for each property; nothing: that property is not constrained.
    /// @return (Z), zeros for no change at all. BadShape for another number of changes, BadInput
    /// for a change that no direction can achieve.
    Result<std::vector<float>> shift(std::span<const std::optional<double>> changes) const;

  private:
    std::vector<PropertyDirection> m_directions;
    std::vector<float> m_scale;
};

/// Mean latent of each class, with the number of its points.
struct ClassMeans {
    std::vector<std::vector<float>> mean; ///< (classes, Z), zeros for an empty class
    std::vector<std::size_t> count;       ///< (classes)
};
/// @param labels  one for each latent, in [0, classes); others are ignored.
ClassMeans classMeans(PointsView latents, std::span<const int> labels, int classes);

} // namespace canto::projection
