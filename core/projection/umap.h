// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/projection/neighbours.h"
#include "core/projection/points.h"

#include <memory>

namespace canto::projection {

struct UmapOptions {
    /// Neighbours per point, the point itself included as in umap-learn, >= 2. Larger values keep
    /// more of the global shape and cost linearly more time.
    int neighbours = 15;
    /// Minimum distance of points in the map, in map units, [0, spread]. Smaller values pack
    /// tighter.
    float minDistance = 0.1f;
    /// Scale of the map, > 0.
    float spread = 1.0f;
    /// Passes over all points; 0 = chosen by the number of points.
    int epochs = 0;
    /// Repulsion: random points per sampled edge, >= 1. Larger values spread clusters apart.
    int negatives = 5;
    std::uint64_t seed = 1;
    enum class Start {
        Pca,      ///< the first two principal components
        Spectral, ///< the PCA start smoothed along the graph towards its Laplacian's eigenvectors
    };
    /// The spectral start costs about a tenth of the neighbour search and gains some thousandths of
    /// trustworthiness; with the PCA start a map evolves from the PCA map.
    Start start = Start::Spectral;
    /// 0 = defaultThreads(). The layout is bit for bit the same for every number of threads.
    int threads = 0;
};

/// BadInput for options out of range.
Result<void> checkOptions(const UmapOptions& options);

/// Curve 1 / (1 + a d^(2b)) that fits minDistance and spread (least squares, as umap-learn).
struct UmapCurve {
    float a = 1.577f;
    float b = 0.895f;
};
UmapCurve fitCurve(float minDistance, float spread);

/// A neighbour-preserving layout that can be drawn, stopped and resumed between epochs. Source:
/// McInnes, Healy, Melville: UMAP (arXiv 1802.03426). Thread: any, one call at a time; runTo() uses
/// threads internally and returns when they are done.
class Umap {
  public:
    /// Finds neighbours, builds the graph and the initial layout. Errors: those of neighbours(),
    /// BadInput for options out of range, BadShape for a start of another size.
    /// @param start  initial position of each point, such as that of similar points, so that one
    ///               map evolves from another; empty: by options.start. Such a layout begins two
    ///               thirds of the epochs through, where the steps are small.
    static Result<Umap> initialise(PointsView points, const UmapOptions& options,
                                   const CancelToken& cancel = {},
                                   std::span<const MapPoint> start = {});
    Umap(Umap&&) noexcept;
    Umap& operator=(Umap&&) noexcept;
    ~Umap();

    int epoch() const;
    int lastEpoch() const;
    UmapCurve curve() const;
    /// Continues to the given epoch (at most lastEpoch()). A cancelled call stops after a whole
    /// epoch and can be repeated.
    void runTo(int epoch, const CancelToken& cancel = {});
    /// The current layout, in the order of the points.
    std::vector<MapPoint> snapshot() const;

  private:
    struct State;
    explicit Umap(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace canto::projection
