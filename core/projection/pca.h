// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/points.h"

namespace canto::projection {

/// Principal components of a set of points. Immutable after fitting; any thread.
class Pca {
  public:
    Pca() = default;

    /// The first `components` axes (at most D, at least 1) by the covariance's eigenvectors, in
    /// double precision, largest variance first. Signs are fixed: the entry of largest magnitude of
    /// each axis is positive, so that equal points give equal maps everywhere. Errors: those of
    /// checkPoints; BadInput for components < 1.
    static Result<Pca> fit(PointsView points, int components, int threads = 0);

    /// Restores stored axes and mean.
    /// @param mean  (D); @param axes  (components, D) row-major, orthonormal.
    static Result<Pca> restore(std::vector<float> mean, std::vector<float> axes);

    std::size_t dimensions() const { return m_mean.size(); }
    std::size_t components() const { return m_mean.empty() ? 0 : m_axes.size() / m_mean.size(); }
    std::span<const float> mean() const { return m_mean; }
    std::span<const float> axis(std::size_t component) const {
        return std::span(m_axes).subspan(component * m_mean.size(), m_mean.size());
    }
    std::span<const float> axes() const { return m_axes; }

    /// Variance along each axis (divided by N - 1, as scikit-learn does); empty after restore().
    const std::vector<double>& explainedVariance() const { return m_variance; }
    /// The same as shares of the total variance, in [0, 1].
    const std::vector<double>& explainedVarianceRatio() const { return m_ratio; }

    /// (N, components) coordinates. BadShape when the dimensions differ.
    Result<Points> project(PointsView points, int threads = 0) const;
    /// The latent with these coordinates in the span of the axes through the mean: exact,
    /// project(inverse(c)) == c up to rounding. Fewer coordinates than components: the missing ones
    /// are 0. BadShape for more.
    Result<std::vector<float>> inverse(std::span<const float> coordinates) const;

  private:
    std::vector<float> m_mean;
    std::vector<float> m_axes;
    std::vector<double> m_variance;
    std::vector<double> m_ratio;
};

} // namespace canto::projection
