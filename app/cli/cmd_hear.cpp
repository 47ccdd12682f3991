#if defined(CANTO_SOUND) && defined(CANTO_ATLAS)

#include "app/cli/alike_json.h"
#include "app/cli/commands.h"
#include "app/service/clip_sounds.h"
#include "app/service/model_store.h"
#include "app/service/orchestra_sound.h"
#include "core/project/map_projection.h"

#include <memory>

namespace canto::cli {

using nlohmann::json;

namespace {

struct HearWords {
    std::string file;
    std::string model;
    std::string atlas;
    double seconds = 600;
    std::size_t count = 5;
};

/// Null: a composer is named.
json reasonJson(service::NoComposer named) {
    switch (named) {
    case service::NoComposer::TooShort:
        return "too short";
    case service::NoComposer::FarFromKnown:
        return "far from known music";
    case service::NoComposer::Named:
        break;
    }
    return nullptr;
}

/// The composer that is named, the reason where there is none, and what the model gives each.
json predictionJson(const models::LatentModel& model, const service::ComposerVerdict& verdict,
                    service::NoComposer named) {
    json shares = json::object();
    for (std::size_t i = 0; i < verdict.shares.size(); ++i) {
        shares[model.info().classes[i]] = verdict.shares[i];
    }
    const bool yes = named == service::NoComposer::Named;
    return {{"composer", yes ? json(verdict.composer) : json(nullptr)},
            {"noComposerBecause", reasonJson(named)},
            {"mostLikely", verdict.composer},
            {"share", verdict.share},
            {"shares", shares}};
}

/// What the name is worth: figures of rendered clips, of real recordings, and of the refusal.
json figuresJson(const service::PlacedRecording& placed, const json& heldOut) {
    json figures = {
        {"renderedClips", heldOut}, {"realRecordings", nullptr}, {"noneOfThese", nullptr}};
    if (placed.known) {
        if (!heldOut.is_null()) {
            figures["renderedClips"]["font"] = placed.known->font();
        }
        if (const auto& accuracy = placed.known->recordingsAccuracy()) {
            figures["realRecordings"] = service::toJson(*accuracy);
        }
        figures["noneOfThese"] = placed.known->rates();
    }
    return figures;
}

json heldOutJson(const models::ModelInfo& info) {
    const auto held = service::heldOutAccuracy(info);
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

/// Where latents lie on the maps of an atlas.
Result<json> placesOf(atlas::Atlas& atlas, const atlas::AtlasPoints& points,
                      const std::vector<models::Latent>& latents) {
    auto known = std::make_shared<project::Points>();
    known->values = points.latents;
    known->count = points.count();
    known->dimensions = static_cast<std::size_t>(points.model.latentSize);
    json maps = json::object();
    const auto projections = atlas.projections(points.model.id);
    if (!projections) {
        return fail(projections.error());
    }
    for (const auto& about : *projections) {
        const auto stored = atlas.readProjection(points.model.id, about.name);
        if (!stored) {
            return fail(stored.error());
        }
        const auto state = json::parse(stored->parameters, nullptr, false);
        if (stored->segments.size() != points.count() || !state.is_object() ||
            !state.contains("kind") || !state["kind"].is_string()) {
            continue; // a map of some of the clips, or of another program
        }
        const auto kind = project::kindNamed(state["kind"].get<std::string>());
        if (!kind) {
            continue;
        }
        std::vector<project::MapPoint> positions;
        for (std::size_t i = 0; i < points.count(); ++i) {
            positions.push_back({stored->xy[2 * i], stored->xy[2 * i + 1]});
        }
        project::ProjectionOptions options;
        options.kind = *kind;
        const auto map = project::MapProjection::restore(known, std::move(positions), options,
                                                         stored->parameters);
        if (!map) {
            return fail(map.error());
        }
        json places = json::array();
        for (const auto& z : latents) {
            const auto place = map->place(z);
            if (!place) {
                return fail(place.error());
            }
            places.push_back({place->x, place->y});
        }
        maps[about.name] = std::move(places);
    }
    return maps;
}

Result<json> heard(const HearWords& words) {
    const auto stop = interruptToken();
    std::filesystem::path weights = words.model;
    std::filesystem::path library = words.atlas;
    if (weights.empty()) {
        const auto shipped = shippedWeights("orchestra");
        if (!shipped) {
            return fail(shipped.error());
        }
        weights = *shipped;
    }
    if (library.empty()) {
        const auto shipped = findAsset("atlas/orchestra.atlas");
        if (!shipped) {
            return fail(shipped.error());
        }
        library = *shipped;
    }
    const auto model = service::openOrchestra(weights);
    if (!model) {
        return fail(model.error());
    }
    const auto placed = service::placeRecording(**model, words.file, stop, words.seconds);
    if (!placed) {
        return fail(placed.error());
    }
    const auto& latents = placed->latents;
    json result = {{"file", words.file},
                   {"seconds", placed->seconds},
                   {"prediction", nullptr},
                   {"noComposerBecause", reasonJson(placed->named)},
                   {"clips", json::array()}};
    if (placed->verdict) {
        result["prediction"] = predictionJson(**model, *placed->verdict, placed->named);
        result["accuracy"] = figuresJson(*placed, heldOutJson((*model)->info()));
    }
    if (placed->verdict && placed->known) {
        result["prediction"]["distance"] = placed->known->distanceOfRecording(latents);
        result["prediction"]["threshold"] = placed->known->recordingThreshold();
    }
    auto atlas = atlas::Atlas::open(library, atlas::Access::ReadOnly);
    if (!atlas) {
        return fail(atlas.error());
    }
    const auto row = modelRowOf(*atlas, (*model)->info().version);
    if (!row) {
        return fail(row.error());
    }
    const auto points = atlas->points(row->id);
    if (!points) {
        return fail(points.error());
    }
    const auto places = placesOf(*atlas, *points, latents);
    if (!places) {
        return fail(places.error());
    }
    for (std::size_t i = 0; i < latents.size(); ++i) {
        json clip = {{"seconds", 10.0 * static_cast<double>(i)}, {"places", json::object()}};
        for (const auto& [name, list] : places->items()) {
            clip["places"][name] = list[i];
        }
        if (i < placed->verdicts.size()) {
            clip["prediction"] = predictionJson(**model, placed->verdicts[i], placed->clipNamed[i]);
        }
        if (placed->verdict && placed->known) {
            clip["prediction"]["distance"] = placed->known->distance(latents[i]);
            clip["prediction"]["threshold"] = placed->known->clipThreshold();
        }
        clip["alike"] =
            alikeJson(*points, service::clipsAlike(*points, latents[i], {}, words.count));
        result["clips"].push_back(std::move(clip));
    }
    return result;
}

} // namespace

void addHearCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<HearWords>();
    auto* command = app.add_subcommand(
        "hear",
        "Where a recording lies among the clips of an atlas: its places on the maps, the clips "
        "that sound alike, and which composer the model predicts or why none; with the accuracy on "
        "rendered clips and on real recordings, and how well unknown music is refused");
    command->add_option("file", words->file, "WAV, FLAC, Ogg, MP3")->required();
    command->add_option("--model", words->model, "Weights (default: those that ship)");
    command->add_option("--atlas", words->atlas, "Atlas of clips (default: the one that ships)");
    command->add_option("--seconds", words->seconds, "Analyse so much of it")
        ->check(CLI::Range(1.0, 5400.0))
        ->capture_default_str();
    command->add_option("--count", words->count, "How many clips that sound alike")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    command->footer("Example:\n  canto hear concert.flac --seconds 60");
    command->callback([words, &action] {
        action = [words] {
            const auto result = heard(*words);
            if (!result) {
                return report(result.error());
            }
            print(*result);
            return kGood;
        };
    });
}

} // namespace canto::cli

#endif
