// SPDX-License-Identifier: GPL-3.0-or-later
#if defined(CANTO_SOUND) && defined(CANTO_ATLAS)

#include "app/cli/commands.h"
#include "app/cli/similar_json.h"
#include "app/spaces/orchestra/clip_sounds.h"
#include "app/spaces/orchestra/orchestra_sound.h"
#include "core/projection/map_projection.h"

#include <memory>

namespace canto::cli {

using nlohmann::json;

namespace {

struct LocateArgs {
    std::string file;
    std::string model;
    std::string atlas;
    double seconds = 600;
    std::size_t count = 5;
};

/// Null if a composer is named.
json reasonJson(NoComposer named) {
    switch (named) {
    case NoComposer::TooShort:
        return "too short";
    case NoComposer::FarFromKnown:
        return "far from known music";
    case NoComposer::Named:
        break;
    }
    return nullptr;
}

/// The named composer, the reason if there is none, and the model's probabilities.
json predictionJson(const models::LatentModel& model, const ComposerPrediction& prediction,
                    NoComposer named) {
    json shares = json::object();
    for (std::size_t i = 0; i < prediction.shares.size(); ++i) {
        shares[model.info().classes[i]] = prediction.shares[i];
    }
    const bool yes = named == NoComposer::Named;
    return {{"composer", yes ? json(prediction.composer) : json(nullptr)},
            {"noComposerBecause", reasonJson(named)},
            {"mostLikely", prediction.composer},
            {"share", prediction.share},
            {"shares", shares}};
}

/// The reliability of the prediction: figures on rendered clips, on real recordings, and of the
/// rejection.
json figuresJson(const PlacedRecording& placed, const json& heldOut) {
    json figures = {{"renderedClips", heldOut},
                    {"unseenSounds", nullptr},
                    {"realRecordings", nullptr},
                    {"noneOfThese", nullptr}};
    if (placed.known) {
        if (!heldOut.is_null()) {
            figures["renderedClips"]["font"] = placed.known->font();
        }
        if (const auto& accuracy = placed.known->recordingsAccuracy()) {
            figures["realRecordings"] = toJson(*accuracy);
        }
        figures["noneOfThese"] = placed.known->rates();
        figures["unseenSounds"] = placed.known->rates().value("unseenSounds", json());
    }
    return figures;
}

json heldOutJson(const models::ModelInfo& info) {
    const auto held = heldOutAccuracy(info);
    if (!held) {
        return nullptr;
    }
    return {{"accuracy", held->accuracy},
            {"nineInTenDraws", {held->low, held->high}},
            {"largestClass", held->largestClass},
            {"clips", held->clips},
            {"works", held->works},
            {"split", held->split}};
}

/// Positions of latents on the maps of an atlas.
Result<json> placesOf(atlas::Atlas& atlas, const atlas::AtlasPoints& points,
                      const std::vector<models::Latent>& latents) {
    auto known = std::make_shared<projection::Points>();
    known->values = points.latents;
    known->count = points.count();
    known->dimensions = static_cast<std::size_t>(points.model.latentSize);
    json maps = json::object();
    CANTO_TRY(projections, atlas.projections(points.model.id));
    for (const auto& about : *projections) {
        CANTO_TRY(stored, atlas.readProjection(points.model.id, about.name));
        const auto state = json::parse(stored->parameters, nullptr, false);
        if (stored->segments.size() != points.count() || !state.is_object() ||
            !state.contains("kind") || !state["kind"].is_string()) {
            continue; // a map of some of the clips, or of another program
        }
        const auto kind = projection::kindNamed(state["kind"].get<std::string>());
        if (!kind) {
            continue;
        }
        std::vector<projection::MapPoint> positions;
        for (std::size_t i = 0; i < points.count(); ++i) {
            positions.push_back({stored->xy[2 * i], stored->xy[2 * i + 1]});
        }
        projection::ProjectionOptions options;
        options.kind = *kind;
        CANTO_TRY(map, projection::MapProjection::restore(known, std::move(positions), options,
                                                          stored->parameters));
        json places = json::array();
        for (const auto& z : latents) {
            CANTO_TRY(place, map->place(z));
            places.push_back({place->x, place->y});
        }
        maps[about.name] = std::move(places);
    }
    return maps;
}

Result<int> locate(const LocateArgs& args) {
    const auto stop = interruptToken();
    CANTO_TRY(weights, weightsOrShipped(args.model, "orchestra"));
    CANTO_TRY(model, openOrchestra(*weights));
    CANTO_TRY(library, args.atlas.empty() ? findAsset("atlas/orchestra.atlas")
                                          : Result<std::filesystem::path>(args.atlas));
    CANTO_TRY(placed, placeRecording(**model, args.file, stop, args.seconds));
    const auto& latents = placed->latents;
    json result = {{"file", args.file},
                   {"seconds", placed->seconds},
                   {"prediction", nullptr},
                   {"noComposerBecause", reasonJson(placed->named)},
                   {"clips", json::array()}};
    if (placed->prediction) {
        result["prediction"] = predictionJson(**model, *placed->prediction, placed->named);
        result["accuracy"] = figuresJson(*placed, heldOutJson((*model)->info()));
    }
    if (placed->prediction && placed->known) {
        result["prediction"]["distance"] = placed->known->distanceOfRecording(latents);
        result["prediction"]["threshold"] = placed->known->recordingThreshold();
    }
    CANTO_TRY(clips, openPoints(*library, (*model)->info().version));
    const auto& points = clips->points;
    CANTO_TRY(places, placesOf(clips->atlas, points, latents));
    for (std::size_t i = 0; i < latents.size(); ++i) {
        json clip = {{"seconds", 10.0 * static_cast<double>(i)}, {"places", json::object()}};
        for (const auto& [name, list] : places->items()) {
            clip["places"][name] = list[i];
        }
        if (i < placed->predictions.size()) {
            clip["prediction"] =
                predictionJson(**model, placed->predictions[i], placed->clipNamed[i]);
        }
        if (placed->prediction && placed->known) {
            clip["prediction"]["distance"] = placed->known->distance(latents[i]);
            clip["prediction"]["threshold"] = placed->known->clipThreshold();
        }
        clip["similar"] = similarJson(points, similarClips(points, latents[i], {}, args.count));
        result["clips"].push_back(std::move(clip));
    }
    return print(result);
}

} // namespace

void addLocateCommand(CLI::App& app, Action& action) {
    Command<LocateArgs> command(
        app, action, "locate",
        "Locate a recording among the clips of an atlas: its positions on the maps, similar "
        "clips, and which composer the model predicts or why none; with the accuracy on "
        "rendered clips and on real recordings, and how well unknown music is rejected",
        locate);
    auto& args = command.args();
    command.required("file", args.file, "WAV, FLAC, Ogg, MP3");
    command.option("--model", args.model, "Weights (default: those that ship)");
    command.option("--atlas", args.atlas, "Atlas of clips (default: the one that ships)");
    command.shown("--seconds", args.seconds, "Analyse only this many seconds",
                  CLI::Range(1.0, 5400.0));
    command.shown("--count", args.count, "Number of similar clips", CLI::Range(0, 1000));
    command->footer("Example:\n  canto locate concert.flac --seconds 60");
}

} // namespace canto::cli

#endif
