// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/similar_json.h"
#include "core/atlas/segment_attributes.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace canto::cli {

using nlohmann::json;

Result<atlas::ModelRow> modelRowOf(atlas::Atlas& atlas, const std::string& version) {
    const auto models = atlas.models();
    if (!models) {
        return fail(models.error());
    }
    std::vector<atlas::ModelRow> rows;
    std::copy_if(models->begin(), models->end(), std::back_inserter(rows),
                 [](const atlas::ModelRow& row) { return atlas::makesMaps(row); });
    if (version.empty() && rows.size() == 1) {
        return rows.front();
    }
    std::string known;
    for (const auto& row : rows) {
        if (row.version == version) {
            return row;
        }
        known += (known.empty() ? "" : ", ") + row.version;
    }
    return fail(version.empty() && !rows.empty() ? Error::Code::BadInput : Error::Code::NotFound,
                version.empty() ? "The atlas has latents of several models, or of none"
                                : "The atlas has no latents of these weights",
                atlas.path().string(), known.empty() ? known : "It has: " + known);
}

json clipJson(const atlas::AtlasPoints& points, std::size_t row) {
    const auto& song = points.songOf(row);
    const auto number = points.segments[row].bar;
    return {{"composer", song.composer}, {"title", song.title},
            {"path", song.path},         {"clip", number},
            {"seconds", 10.0 * number},  {"split", song.split}};
}

json similarJson(const atlas::AtlasPoints& points, const std::vector<SimilarClip>& clips) {
    json list = json::array();
    for (const auto& clip : clips) {
        auto entry = clipJson(points, clip.row);
        entry["similarity"] = std::round(clip.similarity * 1e4) / 1e4;
        list.push_back(std::move(entry));
    }
    return list;
}

namespace {

struct SimilarArgs {
    std::string atlas;
    std::string path;
    std::string model;
    int clip = 0;
    std::size_t count = 10;
    bool own = false;
};

int similar(const SimilarArgs& args) {
    auto atlas = atlas::Atlas::open(args.atlas, atlas::Access::ReadOnly);
    if (!atlas) {
        return report(atlas.error());
    }
    const auto model = modelRowOf(*atlas, args.model);
    if (!model) {
        return report(model.error());
    }
    const auto points = atlas->points(model->id);
    if (!points) {
        return report(points.error());
    }
    std::size_t row = 0;
    while (row < points->count() &&
           (points->songOf(row).path != args.path || points->segments[row].bar != args.clip)) {
        ++row;
    }
    if (row == points->count()) {
        return report({Error::Code::NotFound, "The atlas has no such clip",
                       args.path + ", clip " + std::to_string(args.clip),
                       "canto info lists the songs of an atlas"});
    }
    const auto& composer = points->songOf(row).composer;
    auto nearest = similarClips(*points, points->latent(row), args.own ? std::string() : composer,
                                args.count + 1);
    std::erase_if(nearest, [row](const SimilarClip& clip) { return clip.row == row; });
    nearest.resize(std::min(nearest.size(), args.count));
    print({{"clip", clipJson(*points, row)},
           {"otherComposersOnly", !args.own},
           {"similar", similarJson(*points, nearest)}});
    return kGood;
}

} // namespace

void addSimilarCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<SimilarArgs>();
    auto* command = app.add_subcommand(
        "similar", "Nearest neighbours of a clip among those of other composers");
    command->add_option("atlas", args->atlas, "Atlas of clips (canto import-clips)")->required();
    command->add_option("path", args->path, "The movement, by its path in the atlas")->required();
    command->add_option("--clip", args->clip, "Which of its clips, from 0; 10 s each")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--model", args->model, "Checksum of the weights, if there are several");
    command->add_option("--count", args->count, "Number of clips, at most one of each movement")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_flag("--same-composer-too", args->own, "Include the same composer");
    command->footer("Example:\n"
                    "  canto similar orchestra.atlas openscore-orchestra/brahms/symphony-1/1.mid "
                    "--clip 2");
    command->callback([args, &action] { action = [args] { return similar(*args); }; });
}

} // namespace canto::cli
