// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/points.h"
#include "core/projection/umap.h"

#include <functional>
#include <memory>
#include <string>

namespace canto::projection {

/// How a map is made from latents.
struct ProjectionOptions {
    enum class Kind {
        Pca,   ///< first two principal components
        Umap,  ///< neighbour embedding
        Plane, ///< two dimensions of the latent, for a prior that is itself a plane
    };
    Kind kind = Kind::Umap;
    UmapOptions umap; ///< for Kind::Umap
    /// How the inverse projection fills the latent dimensions that the map does not show
    /// (Kind::Pca, Kind::Plane).
    enum class Rest {
        Neighbours, ///< from the nearest points of the map: a data point's own latent is restored
        Mean,       ///< with the mean of the corpus: the plain inverse of the plane
    };
    Rest rest = Rest::Neighbours;
    int dimensionX = 0; ///< for Kind::Plane
    int dimensionY = 1; ///< for Kind::Plane
    int threads = 0;    ///< 0 = defaultThreads()
};

/// "pca", "umap", "plane".
const char* kindName(ProjectionOptions::Kind kind);
Result<ProjectionOptions::Kind> kindNamed(const std::string& name);

/// A latent for a map position, and how reliable it is.
struct PlaceLatent {
    std::vector<float> latent;
    /// How it was computed, for the user: "data point", "PCA inverse", "weighted average of the 8
    /// nearest phrases" ...
    std::string method;
    /// Distance in map units between the position and the projection of the latent.
    double roundTripError = 0;
    /// Distance to the 8th nearest latent, as a percentile [0, 100] of such distances within the
    /// corpus (leave-one-out).
    double percentile = 0;
    /// The same of the position, by distances on the map: how far outside the user clicked. (With
    /// Kind::Umap the latent may be ordinary, since its inverse projection never leaves the corpus,
    /// although the position is far from every point.)
    double placePercentile = 0;
    /// Outside the known music: percentile > 95, or (Kind::Umap, whose inverse projection never
    /// leaves the corpus) farther from the map's points than 99 % of these are from each other.
    bool extrapolated = false;
};

/// A map of a latent space with its inverse projection. Immutable; any thread, any number at once.
class MapProjection {
  public:
    /// Called with (epoch, last epoch, layout so far) while a Kind::Umap is fitted; the layout is
    /// only valid during the call. Thread: the caller's.
    using OnLayout = std::function<void(int epoch, int lastEpoch, const std::vector<MapPoint>&)>;

    /// Makes the map. The points are shared, not copied. Errors: BadShape, BadInput, Cancelled,
    /// NoMemory.
    static Result<MapProjection> fit(std::shared_ptr<const Points> points,
                                     const ProjectionOptions& options,
                                     const CancelToken& cancel = {}, const OnLayout& onLayout = {});

    /// Restores a map from its points and their stored positions, without fitting. Points
    /// transformed later may be among them.
    /// @param state  state() of that map; empty: for Kind::Pca the axes are fitted again.
    static Result<MapProjection> restore(std::shared_ptr<const Points> points,
                                         std::vector<MapPoint> positions,
                                         const ProjectionOptions& options,
                                         const std::string& state = {});

    ProjectionOptions::Kind kind() const;
    std::size_t dimensions() const;
    const std::shared_ptr<const Points>& points() const;
    /// One for each point, in their order.
    const std::vector<MapPoint>& positions() const;
    /// What restore() needs in addition to points and positions: JSON of kind, options, axes.
    std::string state() const;

    /// Transforms new latents to map positions: a data point gets its own position, equal latents
    /// equal positions. BadShape when the dimensions differ, BadInput for values that are not
    /// finite.
    Result<std::vector<MapPoint>> place(PointsView latents) const;
    Result<MapPoint> place(std::span<const float> latent) const;

    /// The latent for a map position. At a data point it is that point's own. Pca and Plane are
    /// inverted exactly; for Umap the eight nearest points are averaged (or fewer, if their mean
    /// projects closer to the position), and the result is transformed again to measure the error.
    /// One thread, some milliseconds for 20,000 x 128. BadInput for a position that is not finite.
    Result<PlaceLatent> toLatent(MapPoint place) const;

    /// How unusual a latent is: distance to its 8th nearest latent of the corpus as a percentile
    /// [0, 100] of such distances within the corpus (of at most 2,000 points, evenly picked).
    Result<double> distancePercentile(std::span<const float> latent) const;

  private:
    struct State;
    explicit MapProjection(std::shared_ptr<const State> state);
    std::shared_ptr<const State> m_state;
};

} // namespace canto::projection
