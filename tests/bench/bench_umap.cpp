// SPDX-License-Identifier: GPL-3.0-or-later
// PCA, neighbours and UMAP on made or given latents: prints times in seconds and the map's quality.
//
//   bench_umap [--points N] [--dimensions D] [--runs R] [--k K] [--threads T]
//   bench_umap --latents FILE --dimensions D      float32, row-major, nothing else in the file
//   bench_umap ... --write FILE                   only writes the made latents, for a peer
//   bench_umap ... --evaluate LAYOUT              only evaluates a layout, float32 (N, 2)

#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/projection/grid_index.h"
#include "core/projection/map_projection.h"
#include "core/projection/neighbours.h"
#include "core/projection/pca.h"
#include "core/projection/quality.h"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace canto;
using namespace canto::projection;
using Json = nlohmann::json;

namespace {

struct Arguments {
    std::size_t points = 10'000, dimensions = 64;
    int runs = 2, k = 15, threads = 0, epochs = 0;
    bool fromPca = false;
    std::string latents, write, evaluate;
};

/// 40 overlapping clusters on a 12-dimensional manifold: normal clouds in 12 dimensions, bent by
/// tanh into D, mixed, with a little noise in every direction.
Points made(std::size_t count, std::size_t dimensions) {
    constexpr std::size_t kInner = 12, kClusters = 40;
    Random random(3);
    const auto normals = [&](std::size_t n, double width) {
        std::vector<float> values(n);
        for (float& v : values) {
            v = static_cast<float>(width * random.normal());
        }
        return values;
    };
    const auto centres = normals(kClusters * kInner, 1.5);
    const auto bend = normals(kInner * dimensions, 1 / std::sqrt(12.0));
    const auto mix =
        normals(dimensions * dimensions, 1 / std::sqrt(static_cast<double>(dimensions)));
    Points points{{}, count, dimensions};
    std::vector<float> bent(dimensions), row(dimensions);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t cluster = random.below(kClusters);
        std::fill(bent.begin(), bent.end(), 0.0f);
        for (std::size_t a = 0; a < kInner; ++a) {
            const float z = centres[cluster * kInner + a] + static_cast<float>(random.normal());
            for (std::size_t d = 0; d < dimensions; ++d) {
                bent[d] += z * bend[a * dimensions + d];
            }
        }
        for (float& value : row) {
            value = 0.05f * static_cast<float>(random.normal());
        }
        for (std::size_t a = 0; a < dimensions; ++a) {
            const float height = std::tanh(bent[a]);
            for (std::size_t d = 0; d < dimensions; ++d) {
                row[d] += height * mix[a * dimensions + d];
            }
        }
        points.values.insert(points.values.end(), row.begin(), row.end());
    }
    return points;
}

std::vector<float> readFloats(const std::string& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    std::vector<float> values(in ? static_cast<std::size_t>(in.tellg()) / sizeof(float) : 0);
    in.seekg(0);
    in.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(values.size() * sizeof(float)));
    return values;
}

template <class F>
double seconds(const F& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The least of some runs: others use the machine too.
template <class F>
double best(int runs, const F& work) {
    double least = seconds(work);
    for (int run = 1; run < runs; ++run) {
        least = std::min(least, seconds(work));
    }
    return least;
}

double rounded(double value) { return std::round(value * 1e4) / 1e4; }

Json qualityOf(const Points& points, std::span<const MapPoint> layout, int k) {
    const auto quality = mapQuality(points, layout, {.k = k});
    if (!quality) {
        return quality.error().message();
    }
    return {{"trustworthiness", rounded(quality->trustworthiness)},
            {"recall", rounded(quality->recall)},
            {"k", quality->k},
            {"queries", quality->queries}};
}

Json wayBack(const std::shared_ptr<const Points>& points, const std::vector<MapPoint>& layout) {
    const auto map = MapProjection::restore(points, layout, {});
    if (!map) {
        return map.error().message();
    }
    Random random(7);
    std::vector<double> times, errors, gaps;
    const GridIndex index(layout);
    for (int query = 0; query < 300; ++query) {
        const MapPoint from = layout[random.below(layout.size())];
        const MapPoint place{from.x + 0.1f * static_cast<float>(random.normal()),
                             from.y + 0.1f * static_cast<float>(random.normal())};
        double error = 0;
        times.push_back(1e3 * seconds([&] { error = map->toLatent(place)->roundTripError; }));
        errors.push_back(error);
        gaps.push_back(static_cast<double>(index.nearestK(place, 1).front().distance));
    }
    const auto quantile = [](std::vector<double>& values, double part) {
        std::sort(values.begin(), values.end());
        return rounded(
            values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))]);
    };
    return {{"ms_median", quantile(times, 0.5)},
            {"ms_p95", quantile(times, 0.95)},
            {"round_trip_error_median", quantile(errors, 0.5)},
            {"round_trip_error_p90", quantile(errors, 0.9)},
            {"gap_to_nearest_point_median", quantile(gaps, 0.5)}};
}

Json gridTimes() {
    Random random(5);
    std::vector<MapPoint> places(1'000'000);
    for (MapPoint& p : places) {
        p = {static_cast<float>(random.normal()), static_cast<float>(random.normal())};
    }
    GridIndex index;
    const double build = best(3, [&] { index = GridIndex(places); });
    std::uint64_t sum = 0;
    constexpr int kPicks = 100'000;
    const double picks = seconds([&] {
        for (int i = 0; i < kPicks; ++i) {
            sum += index.nearest(places[random.below(places.size())], 0.01f).value_or(0);
        }
    });
    return {{"points", places.size()},
            {"build_ms", rounded(1e3 * build)},
            {"pick_us", rounded(1e6 * picks / kPicks)},
            {"checked", sum != 0}};
}

Json measure(const Arguments& arguments, const std::shared_ptr<const Points>& points) {
    Json json{{"points", points->count},
              {"dimensions", points->dimensions},
              {"k", arguments.k},
              {"runs", arguments.runs},
              {"threads", arguments.threads > 0 ? arguments.threads : defaultThreads()}};
    json["pca_seconds"] =
        rounded(best(arguments.runs, [&] { (void)Pca::fit(*points, 2, arguments.threads); }));
    json["knn_seconds"] = rounded(best(arguments.runs, [&] {
        (void)neighbours(*points, arguments.k, {.threads = arguments.threads});
    }));
    UmapOptions options;
    options.neighbours = arguments.k;
    options.threads = arguments.threads;
    options.epochs = arguments.epochs;
    options.start = arguments.fromPca ? UmapOptions::Start::Pca : UmapOptions::Start::Spectral;
    std::vector<MapPoint> layout;
    json["umap_seconds"] = rounded(best(arguments.runs, [&] {
        auto umap = Umap::initialise(*points, options);
        if (umap) {
            umap->runTo(umap->lastEpoch());
            layout = umap->snapshot();
            json["umap_epochs"] = umap->lastEpoch();
        }
    }));
    json["umap_quality"] = qualityOf(*points, layout, 15);
    json["way_back"] = wayBack(points, layout);
    json["grid"] = gridTimes();
    json["machine"] = "shared with other work; least of the runs";
    return json;
}

} // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app{"Times of PCA, neighbours and UMAP"};
    app.add_option("--points", arguments.points, "how many to make");
    app.add_option("--dimensions", arguments.dimensions);
    app.add_option("--latents", arguments.latents, "float32 file instead of made points");
    app.add_option("--runs", arguments.runs);
    app.add_option("--k", arguments.k, "neighbours");
    app.add_option("--threads", arguments.threads);
    app.add_option("--epochs", arguments.epochs, "0: by the number of points");
    app.add_flag("--from-pca", arguments.fromPca, "start from the plain PCA picture");
    app.add_option("--write", arguments.write, "write the latents and stop");
    app.add_option("--evaluate", arguments.evaluate, "evaluate this layout and stop");
    CLI11_PARSE(app, argc, argv);

    auto points = std::make_shared<Points>();
    if (arguments.latents.empty()) {
        *points = made(arguments.points, arguments.dimensions);
    } else {
        points->values = readFloats(arguments.latents);
        points->dimensions = std::max<std::size_t>(arguments.dimensions, 1);
        points->count = points->values.size() / points->dimensions;
    }
    if (!arguments.write.empty()) {
        std::ofstream out(arguments.write, std::ios::binary);
        out.write(reinterpret_cast<const char*>(points->values.data()),
                  static_cast<std::streamsize>(points->values.size() * sizeof(float)));
        return out.good() ? 0 : 1;
    }
    if (!arguments.evaluate.empty()) {
        const auto xy = readFloats(arguments.evaluate);
        std::vector<MapPoint> layout;
        for (std::size_t i = 0; i + 1 < xy.size(); i += 2) {
            layout.push_back({xy[i], xy[i + 1]});
        }
        std::puts(qualityOf(*points, layout, 15).dump().c_str());
        return 0;
    }
    std::puts(measure(arguments, points).dump(2).c_str());
    return 0;
}
