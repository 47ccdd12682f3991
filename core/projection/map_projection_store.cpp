// SPDX-License-Identifier: GPL-3.0-or-later
// Storing and restoring maps: names and state.

#include "core/base/json_text.h"
#include "core/projection/map_projection_state.h"

#include <array>
#include <new>
#include <nlohmann/json.hpp>

namespace canto::projection {

namespace {

using Kind = ProjectionOptions::Kind;
using Json = nlohmann::json;

constexpr std::array kKinds{Kind::Pca, Kind::Umap, Kind::Plane};

} // namespace

const char* kindName(Kind kind) {
    switch (kind) {
    case Kind::Pca:
        return "pca";
    case Kind::Umap:
        return "umap";
    case Kind::Plane:
        return "plane";
    }
    return "";
}

Result<Kind> kindNamed(const std::string& name) {
    for (const Kind kind : kKinds) {
        if (name == kindName(kind)) {
            return kind;
        }
    }
    return fail(Error::Code::BadInput, "There is no projection called \"" + name + "\"", {},
                "Known are pca, umap and plane.");
}

Result<void> MapProjection::State::complete(std::vector<float> eighthDistances) {
    index = GridIndex(positions);
    if (index.size() != positions.size()) {
        return fail(Error::Code::BadInput, "A place on the map is not a number");
    }
    positionQuantiles = DistanceQuantiles::of(index, positions);
    if (!eighthDistances.empty()) {
        auto quantiles = DistanceQuantiles::restore(std::move(eighthDistances));
        if (!quantiles) {
            return fail(Error::Code::BadFile, "The stored distances of a map are damaged");
        }
        latentQuantiles = std::move(*quantiles);
    } else {
        latentQuantiles = DistanceQuantiles::of(*points, options.threads);
    }
    if (options.kind == Kind::Umap) {
        const UmapOptions& umap = options.umap;
        const auto& quantiles = latentQuantiles.quantiles();
        const float typical = quantiles.empty() ? 1.0f : quantiles[quantiles.size() / 2];
        placement.emplace(positions, fitCurve(umap.minDistance, umap.spread), umap, typical);
    }
    return {};
}

Result<MapProjection> MapProjection::restore(std::shared_ptr<const Points> points,
                                             std::vector<MapPoint> positions,
                                             const ProjectionOptions& options,
                                             const std::string& stored) try {
    CANTO_CHECK(checkPoints(points ? points->view() : PointsView{}));
    if (positions.size() != points->count) {
        return fail(Error::Code::BadShape, std::to_string(positions.size()) + " places for " +
                                               std::to_string(points->count) + " latents");
    }
    const Json known = stored.empty() ? Json::object() : Json::parse(stored);
    auto state = std::make_shared<State>();
    state->options = options;
    state->points = std::move(points);
    state->positions = std::move(positions);
    if (known.contains("kind")) {
        CANTO_TRY(kind, kindNamed(known.at("kind").get<std::string>()));
        state->options.kind = *kind;
    }
    if (const auto umap = known.find("umap"); umap != known.end()) {
        state->options.umap.neighbours = umap->at("neighbours").get<int>();
        state->options.umap.minDistance = umap->at("minDistance").get<float>();
        state->options.umap.spread = umap->at("spread").get<float>();
        state->options.umap.negatives = umap->at("negatives").get<int>();
        state->options.umap.seed = umap->at("seed").get<std::uint64_t>();
        CANTO_CHECK(checkOptions(state->options.umap));
    }
    if (state->options.kind != Kind::Umap) {
        auto plane = known.contains("axes")
                         ? Pca::restore(known.at("mean").get<std::vector<float>>(),
                                        known.at("axes").get<std::vector<float>>())
                         : State::planeOf(*state->points, state->options);
        if (plane && plane->dimensions() != state->points->dimensions) {
            return fail(Error::Code::BadShape,
                        "The stored axes are of another size than the latents");
        }
        if (!plane) {
            return fail(plane.error());
        }
        state->plane = std::move(*plane);
    }
    std::vector<float> eighthDistances;
    if (const auto kept = known.find("eighthDistances"); kept != known.end()) {
        kept->get_to(eighthDistances);
    }
    CANTO_CHECK(state->complete(std::move(eighthDistances)));
    return MapProjection(std::move(state));
} catch (const Json::exception&) {
    return fail(Error::Code::BadFile, "The stored state of a map cannot be read");
} catch (const std::bad_alloc&) {
    return noMemoryForMap();
}

std::string MapProjection::state() const {
    const ProjectionOptions& options = m_state->options;
    Json json{{"kind", kindName(options.kind)},
              {"eighthDistances", m_state->latentQuantiles.quantiles()}};
    if (options.kind == Kind::Umap) {
        json["umap"] = {{"neighbours", options.umap.neighbours},
                        {"minDistance", options.umap.minDistance},
                        {"spread", options.umap.spread},
                        {"negatives", options.umap.negatives},
                        {"seed", options.umap.seed}};
    } else {
        const auto mean = m_state->plane.mean(), axes = m_state->plane.axes();
        json["mean"] = std::vector<float>(mean.begin(), mean.end());
        json["axes"] = std::vector<float>(axes.begin(), axes.end());
    }
    return jsonText(json);
}

} // namespace canto::projection
