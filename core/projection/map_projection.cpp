// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/map_projection.h"

#include "core/base/parallel.h"
#include "core/projection/knn_scan.h"
#include "core/projection/map_projection_state.h"

#include <algorithm>
#include <array>
#include <new>

namespace canto::projection {

namespace {

using Kind = ProjectionOptions::Kind;
using Rest = ProjectionOptions::Rest;

constexpr std::size_t kMixed = 8;
constexpr double kUnusual = 95;
constexpr double kOffTheMap = 99;

std::string weightedAverageOf(std::size_t neighbours) {
    return "weighted average of the " + std::to_string(neighbours) + " nearest phrases";
}

} // namespace

Result<Pca> MapProjection::State::planeOf(PointsView points, const ProjectionOptions& options) {
    if (options.kind == Kind::Pca) {
        return Pca::fit(points, 2, options.threads);
    }
    const auto size = static_cast<int>(points.dimensions);
    if (options.dimensionX < 0 || options.dimensionX >= size || options.dimensionY < 0 ||
        options.dimensionY >= size || options.dimensionX == options.dimensionY) {
        return fail(Error::Code::BadInput,
                    "The plane needs two different dimensions of " + std::to_string(size));
    }
    // The mean of the map is that of the corpus; of the two dimensions of the plane themselves, the
    // latent's own values are shown.
    std::vector<double> sum(points.dimensions, 0.0);
    for (std::size_t row = 0; row < points.count; ++row) {
        for (std::size_t d = 0; d < sum.size(); ++d) {
            sum[d] += points.row(row)[d];
        }
    }
    std::vector<float> mean(points.dimensions);
    for (std::size_t d = 0; d < sum.size(); ++d) {
        mean[d] = static_cast<float>(sum[d] / static_cast<double>(points.count));
    }
    const auto x = static_cast<std::size_t>(options.dimensionX);
    const auto y = static_cast<std::size_t>(options.dimensionY);
    mean[x] = mean[y] = 0;
    std::vector<float> axes(2 * points.dimensions, 0.0f);
    axes[x] = 1;
    axes[points.dimensions + y] = 1;
    return Pca::restore(std::move(mean), std::move(axes));
}

Result<std::vector<MapPoint>> MapProjection::State::onPlane(PointsView latents) const {
    CANTO_TRY(coordinates, plane.project(latents, options.threads));
    std::vector<MapPoint> places(latents.count);
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto row = coordinates->view().row(i);
        places[i] = {row[0], row.size() > 1 ? row[1] : 0.0f};
    }
    return places;
}

MapProjection::MapProjection(std::shared_ptr<const State> state) : m_state(std::move(state)) {}

Result<MapProjection> MapProjection::fit(std::shared_ptr<const Points> points,
                                         const ProjectionOptions& options,
                                         const CancelToken& cancel, const OnLayout& onLayout) try {
    CANTO_CHECK(checkPoints(points ? points->view() : PointsView{}));
    auto state = std::make_shared<State>();
    state->options = options;
    state->points = std::move(points);
    if (options.kind == Kind::Umap) {
        UmapOptions how = options.umap;
        how.threads = options.threads;
        CANTO_TRY(umap, Umap::initialise(*state->points, how, cancel));
        // About thirty intermediate layouts for an observer, if there is one.
        const int stride = onLayout ? std::max(umap->lastEpoch() / 30, 1) : umap->lastEpoch();
        while (umap->epoch() < umap->lastEpoch() && !cancel.cancelled()) {
            umap->runTo(umap->epoch() + stride, cancel);
            if (onLayout) {
                onLayout(umap->epoch(), umap->lastEpoch(), umap->snapshot());
            }
        }
        state->positions = umap->snapshot();
    } else {
        CANTO_TRY(plane, State::planeOf(*state->points, options));
        state->plane = std::move(*plane);
        state->positions = state->onPlane(*state->points).value();
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Projection cancelled");
    }
    CANTO_CHECK(state->complete({}));
    return MapProjection(std::move(state));
} catch (const std::bad_alloc&) {
    return noMemoryForMap();
}

Kind MapProjection::kind() const { return m_state->options.kind; }
std::size_t MapProjection::dimensions() const { return m_state->points->dimensions; }
const std::shared_ptr<const Points>& MapProjection::points() const { return m_state->points; }
const std::vector<MapPoint>& MapProjection::positions() const { return m_state->positions; }

std::vector<MapProjection::State::Placed> MapProjection::State::placed(PointsView latents,
                                                                       int threads) const {
    constexpr std::size_t eighth = DistanceQuantiles::kNeighbour;
    const std::size_t wanted =
        placement ? Placement::neighboursWanted(options.umap, points->count) : 0;
    const std::size_t k = std::max(wanted, std::min(eighth, points->count));
    const Neighbours near = scanNeighbours(latents, *points, k, threads, {});
    const auto plain = placement ? std::vector<MapPoint>(latents.count) : onPlane(latents).value();
    std::vector<Placed> out(latents.count);
    parallelFor(latents.count, 256, threads, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            const auto distances = near.distanceOf(i);
            out[i].place = placement ? placement->place(near.indexOf(i).first(wanted),
                                                        distances.first(wanted), positions)
                                     : plain[i];
            out[i].distance = distances[std::min(eighth, points->count) - 1];
        }
    });
    return out;
}

Result<std::vector<MapPoint>> MapProjection::place(PointsView latents) const {
    CANTO_CHECK(checkPoints(latents));
    if (latents.dimensions != dimensions()) {
        return fail(Error::Code::BadShape, "A latent of " + std::to_string(latents.dimensions) +
                                               " numbers on a map of latents of " +
                                               std::to_string(dimensions()));
    }
    std::vector<MapPoint> places;
    places.reserve(latents.count);
    for (const auto& placed : m_state->placed(latents, m_state->options.threads)) {
        places.push_back(placed.place);
    }
    return places;
}

Result<MapPoint> MapProjection::place(std::span<const float> latent) const {
    return place(onePoint(latent)).map([](const auto& places) { return places.front(); });
}

std::vector<float> MapProjection::State::inverted(MapPoint place,
                                                  const NeighbourWeights& weights) const {
    const std::array at{place.x, place.y};
    const std::size_t axes = plane.components();
    auto latent = plane.inverse(std::span(at).first(axes)).value();
    if (options.rest == Rest::Mean) {
        return latent;
    }
    // The mean of the neighbours, moved along the axes to the position: it still projects exactly
    // there.
    const auto mixed = mixture(*points, weights);
    const auto coordinates = plane.project(onePoint(mixed), 1).value();
    const auto shadow = plane.inverse(coordinates.values).value();
    for (std::size_t d = 0; d < latent.size(); ++d) {
        latent[d] += mixed[d] - shadow[d];
    }
    return latent;
}

Result<PlaceLatent> MapProjection::toLatent(MapPoint place) const {
    if (!std::isfinite(place.x) || !std::isfinite(place.y)) {
        return fail(Error::Code::BadInput, "A place on the map is not a number");
    }
    const State& state = *m_state;
    PlaceLatent best;
    float distance = 0;
    const auto consider = [&](std::vector<float> latent, std::string method) {
        const auto placed = state.placed(onePoint(latent), 1).front();
        const double error = mapDistance(placed.place, place);
        if (best.latent.empty() || error < best.roundTripError) {
            best = {std::move(latent), std::move(method), error, 0, false};
            distance = placed.distance;
        }
    };
    const NeighbourWeights near = weightsAt(state.index, place, kMixed);
    if (near.nearest == 0) {
        consider(mixture(*state.points, near), "data point");
    } else if (state.options.kind != Kind::Umap) {
        const bool pca = state.options.kind == Kind::Pca;
        const bool mean = state.options.rest == Rest::Mean;
        consider(state.inverted(place, near),
                 std::string(pca ? "PCA inverse" : "two dimensions") +
                     (mean ? ", the rest at the mean" : ", the rest from 8 neighbours"));
    } else {
        consider(mixture(*state.points, near), weightedAverageOf(near.index.size()));
        if (best.roundTripError > static_cast<double>(near.nearest)) {
            // The nearest eight are too far apart in the latent space here: use fewer.
            const NeighbourWeights few = weightsAt(state.index, place, 3);
            consider(mixture(*state.points, few), weightedAverageOf(few.index.size()));
        }
    }
    best.percentile = state.latentQuantiles.percentile(distance);
    best.placePercentile = state.positionQuantiles.percentile(near.farthest);
    best.extrapolated = best.percentile > kUnusual ||
                        (state.options.kind == Kind::Umap && best.placePercentile > kOffTheMap);
    return best;
}

Result<double> MapProjection::distancePercentile(std::span<const float> latent) const {
    CANTO_CHECK(checkPoints(onePoint(latent)));
    if (latent.size() != dimensions()) {
        return fail(Error::Code::BadShape, "A latent of " + std::to_string(latent.size()) +
                                               " numbers on a map of latents of " +
                                               std::to_string(dimensions()));
    }
    const std::size_t k =
        std::min<std::size_t>(DistanceQuantiles::kNeighbour, m_state->points->count);
    const Neighbours near = scanNeighbours(onePoint(latent), *m_state->points, k, 1, {});
    return m_state->latentQuantiles.percentile(near.distance.back());
}

} // namespace canto::projection
