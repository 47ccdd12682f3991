#if defined(CANTO_SOUND) && defined(CANTO_ATLAS)

#include "app/cli/alike_json.h"
#include "app/cli/commands.h"
#include "app/service/composer_verdict.h"
#include "app/service/model_store.h"
#include "app/service/orchestra_sound.h"
#include "core/audio/stft.h"
#include "core/project/map_projection.h"
#include "sound/audio_file.h"

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

json verdictJson(const models::LatentModel& model, const service::ComposerVerdict& verdict) {
    json shares = json::object();
    for (std::size_t i = 0; i < verdict.shares.size(); ++i) {
        shares[model.info().classes[i]] = verdict.shares[i];
    }
    return {{"composer", verdict.composer}, {"share", verdict.share}, {"shares", shares}};
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
    const auto sound = sound::readMono(words.file, audio::kRate, words.seconds, stop);
    if (!sound) {
        return fail(sound.error());
    }
    const auto latents = (*model)->encodeSound(sound->samples, stop);
    if (!latents) {
        return fail(latents.error());
    }
    json result = {{"file", words.file}, {"clips", json::array()}};
    const auto held = heldOutJson((*model)->info());
    if (const auto verdict = service::verdictOn(**model, *latents)) {
        result["verdict"] = verdictJson(**model, *verdict);
        result["heldOut"] = held;
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
    const auto places = placesOf(*atlas, *points, *latents);
    if (!places) {
        return fail(places.error());
    }
    for (std::size_t i = 0; i < latents->size(); ++i) {
        const std::span<const models::Latent> one(&(*latents)[i], 1);
        json clip = {{"seconds", 10.0 * static_cast<double>(i)}, {"places", json::object()}};
        for (const auto& [name, list] : places->items()) {
            clip["places"][name] = list[i];
        }
        if (const auto verdict = service::verdictOn(**model, one)) {
            clip["composer"] = verdict->composer;
            clip["share"] = verdict->share;
        }
        clip["alike"] =
            alikeJson(*points, service::clipsAlike(*points, (*latents)[i], {}, words.count));
        result["clips"].push_back(std::move(clip));
    }
    return result;
}

} // namespace

void addHearCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<HearWords>();
    auto* command = app.add_subcommand(
        "hear", "Where a recording lies among the clips of an atlas: its places on the maps, the "
                "clips that sound alike, whose music the model takes it for and how often it is "
                "right on works it has not heard");
    command->add_option("file", words->file, "WAV, FLAC, Ogg, MP3")->required();
    command->add_option("--model", words->model, "Weights (default: those that ship)");
    command->add_option("--atlas", words->atlas, "Atlas of clips (default: the one that ships)");
    command->add_option("--seconds", words->seconds, "Listen to so much of it")
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
