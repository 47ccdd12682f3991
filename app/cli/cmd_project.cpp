// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/spaces/emotion/mood_places.h"
#include "core/base/atomic_file.h"
#include "core/base/json_text.h"
#include "core/projection/map_projection.h"
#include "core/projection/quality.h"
#include "core/tensors/safetensors.h"
#ifdef CANTO_ATLAS
#include "app/cli/library_commands.h"
#endif

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace canto::cli {
namespace {

using projection::MapProjection;
using projection::Points;
using projection::ProjectionOptions;
using Json = nlohmann::json;

/// A method beside the projections: predicted moods of the Emotion space.
constexpr auto kMoods = "moods";

struct Args {
    std::string input, method = "umap", name, model, weights, tensor = "latents", out,
                       start = "spectral";
    ProjectionOptions options;
};

/// "UMAP", "PCA", "Dimensions 0, 1": the name of the map in the atlas and in the window.
std::string shownName(const ProjectionOptions& options) {
    switch (options.kind) {
    case ProjectionOptions::Kind::Pca:
        return "PCA";
    case ProjectionOptions::Kind::Umap:
        return "UMAP";
    case ProjectionOptions::Kind::Plane:
        break;
    }
    return "Dimensions " + std::to_string(options.dimensionX) + ", " +
           std::to_string(options.dimensionY);
}

struct Made {
    MapProjection map;
    Json quality;
    double seconds = 0;
};

Result<Made> makeMap(std::shared_ptr<const Points> points, const ProjectionOptions& options,
                     const CancelToken& cancel) {
    const auto start = std::chrono::steady_clock::now();
    ProgressLine line("Projecting");
    CANTO_TRY(
        map, MapProjection::fit(points, options, cancel,
                                [&](int epoch, int last, const std::vector<projection::MapPoint>&) {
                                    line.update(static_cast<std::size_t>(epoch),
                                                static_cast<std::size_t>(last));
                                }));
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    Json quality = Json::object();
    if (points->count >= 3) {
        projection::QualityOptions how;
        how.seed = options.umap.seed;
        CANTO_TRY(classified, projection::mapQuality(*points, map->positions(), how, cancel));
        quality = {{"trustworthiness", classified->trustworthiness},
                   {"recall", classified->recall},
                   {"k", classified->k},
                   {"queries", classified->queries}};
    }
    return Made{std::move(*map), std::move(quality), seconds};
}

Json reportOf(const Made& made, const Args& args) {
    Json json{{"method", args.method},
              {"points", made.map.positions().size()},
              {"dimensions", made.map.dimensions()},
              {"seconds", made.seconds},
              {"seed", args.options.umap.seed}};
    json.update(made.quality);
    return json;
}

Result<void> writePlaces(const std::string& path, const MapProjection& map) {
    std::string text = "x,y\n";
    char line[64];
    for (const auto& place : map.positions()) {
        std::snprintf(line, sizeof line, "%.9g,%.9g\n", static_cast<double>(place.x),
                      static_cast<double>(place.y));
        text += line;
    }
    return writeFileAtomically(path, text);
}

/// Projects latents of a safetensors file; the positions are written to a CSV.
Result<Json> projectTensor(const Args& args, const CancelToken& cancel) {
    CANTO_TRY(file, tensors::SafeTensors::open(args.input));
    const auto* tensor = file->find(args.tensor);
    if (tensor == nullptr || tensor->shape.size() != 2) {
        return fail(Error::Code::NotFound, "There is no table of latents \"" + args.tensor + "\"",
                    args.input, "Name the tensor, two-dimensional F32, with --tensor.");
    }
    CANTO_TRY(numbers, tensors::numbersOf<float>(*tensor));
    auto points = std::make_shared<Points>();
    points->values.assign(numbers->begin(), numbers->end());
    points->count = static_cast<std::size_t>(tensor->shape[0]);
    points->dimensions = static_cast<std::size_t>(tensor->shape[1]);
    CANTO_TRY(made, makeMap(std::move(points), args.options, cancel));
    Json json = reportOf(*made, args);
    if (!args.out.empty()) {
        CANTO_CHECK(writePlaces(args.out, made->map));
        json["written"] = args.out;
    }
    return json;
}

#ifdef CANTO_ATLAS
/// The latents themselves; if they are codes, without distances, the coordinates that their model
/// computes for them.
Result<std::shared_ptr<const Points>> pointsOf(const Args& args, const atlas::ModelRow& row,
                                               atlas::AtlasPoints& rows) {
    auto points = std::make_shared<Points>();
    points->count = rows.count();
    points->dimensions = static_cast<std::size_t>(row.latentSize);
    const auto shipped = shippedWeights(row.name);
    if (!args.weights.empty() || shipped) {
        CANTO_TRY(model,
                  models::openModel(args.weights.empty() ? shipped->string() : args.weights));
        const auto& info = (*model)->info();
        if (!args.weights.empty() && info.version != row.version) {
            return fail(Error::Code::BadInput, "The latents were not made by these weights",
                        args.weights);
        }
        if (info.version == row.version && info.geometry == models::Geometry::Discrete) {
            for (std::size_t i = 0; i < rows.count(); ++i) {
                const auto latent = rows.latent(i);
                const auto at = (*model)->coordinates({latent.begin(), latent.end()}, {});
                points->values.insert(points->values.end(), at.begin(), at.end());
                points->dimensions = at.size();
            }
            return points;
        }
    }
    points->values = std::move(rows.latents);
    return points;
}

/// The weights that made latents: those that are named, else those that ship.
Result<std::shared_ptr<models::LatentModel>> modelOf(const Args& args, const atlas::ModelRow& row) {
    auto weights = args.weights;
    if (weights.empty()) {
        CANTO_TRY(shipped, shippedWeights(row.name));
        weights = shipped->string();
    }
    CANTO_TRY(model, models::openModel(weights));
    if ((*model)->info().version != row.version) {
        return fail(Error::Code::BadInput, "The latents were not made by these weights", weights);
    }
    return model;
}

/// The plane of valence and arousal as a finished map. New phrases are placed beside their
/// neighbours, as on a UMAP.
Result<Made> makeMoodMap(const Args& args, const atlas::ModelRow& row,
                         const atlas::AtlasPoints& rows, std::shared_ptr<const Points> points,
                         const CancelToken& cancel) {
    const auto start = std::chrono::steady_clock::now();
    CANTO_TRY(model, modelOf(args, row));
    const auto classifier = EmotionClassifier::forModel(**model);
    if (!classifier) {
        return fail(Error::Code::BadInput, "A map of moods is for the Emotion space");
    }
    Points latents;
    latents.values = rows.latents;
    latents.count = rows.count();
    latents.dimensions = static_cast<std::size_t>(row.latentSize);
    std::vector<std::int64_t> songs;
    for (const auto& segment : rows.segments) {
        songs.push_back(static_cast<std::int64_t>(segment.song));
    }
    ProgressLine line("Predicting moods");
    CANTO_TRY(places, moodPlaces(**model, *classifier, latents, songs, cancel, line.callback()));
    CANTO_TRY(map, MapProjection::restore(std::move(points), std::move(*places),
                                          {.kind = ProjectionOptions::Kind::Umap}));
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return Made{std::move(*map), Json::object(), seconds};
}

/// Projects latents of an atlas; the map is stored in it, replacing one of the same name.
Result<Json> projectAtlas(const Args& args, const CancelToken& cancel) {
    CANTO_TRY(library, atlas::Atlas::open(args.input, atlas::Access::ReadWrite));
    CANTO_TRY(model, modelRowOf(*library, args.model));
    CANTO_TRY(rows, library->points(model->id));
    const bool moods = args.method == kMoods;
    const auto latents = moods ? *rows : atlas::AtlasPoints();
    CANTO_TRY(points, pointsOf(args, *model, *rows));
    CANTO_TRY(made, moods ? makeMoodMap(args, *model, latents, std::move(*points), cancel)
                          : makeMap(std::move(*points), args.options, cancel));
    atlas::Projection projection;
    projection.name = !args.name.empty() ? args.name
                      : moods            ? "Valence and arousal"
                                         : shownName(args.options);
    projection.model = model->id;
    projection.parameters = made->map.state();
    projection.quality = jsonText(made->quality);
    for (const auto& segment : rows->segments) {
        projection.segments.push_back(segment.id);
    }
    for (const auto& place : made->map.positions()) {
        projection.xy.insert(projection.xy.end(), {place.x, place.y});
    }
    CANTO_CHECK(library->writeProjection(projection));
    Json json = reportOf(*made, args);
    json["atlas"] = args.input;
    json["model"] = model->name;
    json["projection"] = projection.name;
    return json;
}
#endif

Result<int> run(Args args) {
    if (args.method != kMoods) {
        CANTO_TRY(kind, projection::kindNamed(args.method));
        args.options.kind = *kind;
    }
    if (args.start != "pca" && args.start != "spectral") {
        return fail(Error::Code::BadInput, "A map starts from pca or spectral",
                    "--start " + args.start);
    }
    using Start = projection::UmapOptions::Start;
    args.options.umap.start = args.start == "pca" ? Start::Pca : Start::Spectral;
    const CancelToken cancel = interruptToken();
    Result<Json> done = Json();
    if (std::filesystem::path(args.input).extension() == ".safetensors") {
        if (args.method == kMoods) {
            return fail(Error::Code::BadInput, "A map of moods needs an atlas", args.input);
        }
        done = projectTensor(args, cancel);
    } else {
#ifdef CANTO_ATLAS
        done = projectAtlas(args, cancel);
#else
        return fail(Error::Code::BadInput, "This build reads latents from .safetensors only",
                    args.input, "Build with -DCANTO_ATLAS=ON for atlases.");
#endif
    }
    if (!done) {
        return fail(done.error());
    }
    return print(*done);
}

} // namespace

void addProjectCommand(CLI::App& app, Action& action) {
    Command<Args> command(
        app, action, "project",
        "Project the latents of an atlas to a map, and store the map in the atlas", run);
    auto& args = command.args();
    ProjectionOptions& options = args.options;
    command.required("input", args.input, "atlas, or a .safetensors file with latents");
    command.shown("--method", args.method,
                  "umap, pca, plane (two latent dimensions), or in the Emotion space moods "
                  "(predicted valence and arousal)");
    command.option("--name", args.name, "name of the map; default by the method");
    command.option("--model", args.model, "checksum of the model's weights, if there are several");
    command.option("--weights", args.weights,
                   "weights of that model, for latents that are codes (default: those that ship)",
                   CLI::ExistingFile);
    command.shown("--neighbours", options.umap.neighbours, "umap: more keeps more global shape");
    command.shown("--min-distance", options.umap.minDistance, "umap: least distance of points");
    command.shown("--spread", options.umap.spread, "umap: scale");
    command.shown("--epochs", options.umap.epochs, "umap: 0 = by the number of points");
    command.shown("--start", args.start, "umap: from pca, or spectral: smoothed along the graph");
    command.shown("--seed", options.umap.seed);
    command.shown("--x", options.dimensionX, "plane: dimension to the right");
    command.shown("--y", options.dimensionY, "plane: dimension upwards");
    command.option("--threads", options.threads, "0: all of the machine");
    command.shown("--tensor", args.tensor, "safetensors: which tensor");
    command.option("--out", args.out, "safetensors: CSV for the positions");
    command->footer(
        "Examples:\n"
        "  canto project my.atlas\n"
        "  canto project my.atlas --method pca\n"
        "  canto project piano.atlas --method moods\n"
        "  canto project my.atlas --method plane --x 3 --y 7 --name \"tempo, density\"\n"
        "  canto project run/latents.safetensors --tensor mu --out positions.csv\n");
}

} // namespace canto::cli
