// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Linear directions of a latent space along which a measured property grows, and how far to go
// along several of them at once.

#include "core/base/cancel.h"
#include "core/projection/points.h"

#include <cstdint>
#include <optional>
#include <string>

namespace canto::projection {

/// One property measured on N phrases.
struct PropertyValues {
    std::string name;
    std::vector<double> values; ///< one a latent; not a number where the phrase has no such value
};

struct DirectionOptions {
    /// Weight of the ridge beside the latents' own variance, both per point and in standard
    /// deviations, >= 0: 0.01 shrinks the weight of an uncorrelated dimension by one hundredth.
    double ridge = 0.01;
    /// Part of the groups kept out of the fit for heldOutR, in (0, 1).
    double heldOut = 0.2;
    std::uint64_t seed = 1; ///< chooses the groups
};

/// A property as a linear function of the latent.
struct PropertyDirection {
    std::string name;
    std::vector<float> weights; ///< (Z) property per unit of latent
    double intercept = 0;
    /// (Z), length 1: the way on which the property grows and the latent leaves its corpus least,
    /// counted in the corpus' standard deviation of each dimension. All 0 for a property that no
    /// latent explains (constant, or fewer than three values).
    std::vector<float> unit;
    double gain = 0;      ///< property per unit of latent along `unit`
    double mean = 0;      ///< of the property over the points that were fitted
    double deviation = 0; ///< its standard deviation there
    double low = 0;       ///< 5th percentile of the property over all points: what a slider offers
    double high = 0;      ///< 95th percentile
    /// Pearson's r of prediction and value on the groups kept out; 0 where it is not defined.
    double heldOutR = 0;
    std::size_t count = 0;        ///< points fitted
    std::size_t heldOutCount = 0; ///< points kept out
};

/// Pearson's correlation over the pairs where both are numbers; nothing for fewer than three of
/// those or when one side is constant. Sizes are equal.
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);

/// A value; const use from any thread.
class PropertyDirections {
  public:
    PropertyDirections() = default;

    /// Ridge regression of each property on standardised latents, in double precision.
    /// @param groups  one a latent: those of one song go to one side; empty: each its own.
    /// Errors: those of checkPoints; BadShape when sizes differ; BadInput for options out of range;
    /// Cancelled.
    static Result<PropertyDirections> fit(PointsView latents,
                                          std::span<const PropertyValues> properties,
                                          std::span<const std::uint32_t> groups,
                                          const DirectionOptions& options,
                                          const CancelToken& cancel = {});
    /// What state() gave. BadFile for anything else.
    static Result<PropertyDirections> restore(const std::string& state);
    std::string state() const; ///< JSON

    std::size_t dimensions() const { return m_scale.size(); }
    const std::vector<PropertyDirection>& all() const { return m_directions; }
    /// Standard deviation of each latent dimension over all points (Z).
    std::span<const float> scale() const { return m_scale; }

    /// The property as the fit expects it at a latent of the right size.
    double predict(std::size_t property, std::span<const float> latent) const;

    /// The smallest shift (in the corpus' standard deviations) after which the expected properties
    /// have changed by these amounts: exactly for one, nearly for several that pull apart.
    /// @param changes  one a property; nothing: that property may go where it goes.
    /// @return (Z), zeros for no change at all. BadShape for another number of changes, BadInput
    ///         for a change that no direction can bring.
    Result<std::vector<float>> shift(std::span<const std::optional<double>> changes) const;

  private:
    std::vector<PropertyDirection> m_directions;
    std::vector<float> m_scale;
};

/// Means of the latents of each class, with the number of points in it.
struct ClassMeans {
    std::vector<std::vector<float>> mean; ///< (classes, Z), zeros for an empty class
    std::vector<std::size_t> count;       ///< (classes)
};
/// @param labels  one a latent, in [0, classes); others are left out.
ClassMeans classMeans(PointsView latents, std::span<const int> labels, int classes);

} // namespace canto::projection
