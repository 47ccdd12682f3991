#include "app/cli/alike_json.h"
#include "app/cli/commands.h"
#include "core/atlas/beside.h"

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

json alikeJson(const atlas::AtlasPoints& points, const std::vector<service::AlikeClip>& clips) {
    json list = json::array();
    for (const auto& clip : clips) {
        auto entry = clipJson(points, clip.row);
        entry["similarity"] = std::round(clip.similarity * 1e4) / 1e4;
        list.push_back(std::move(entry));
    }
    return list;
}

namespace {

struct AlikeWords {
    std::string atlas;
    std::string path;
    std::string model;
    int clip = 0;
    std::size_t count = 10;
    bool own = false;
};

int alike(const AlikeWords& words) {
    auto atlas = atlas::Atlas::open(words.atlas, atlas::Access::ReadOnly);
    if (!atlas) {
        return report(atlas.error());
    }
    const auto model = modelRowOf(*atlas, words.model);
    if (!model) {
        return report(model.error());
    }
    const auto points = atlas->points(model->id);
    if (!points) {
        return report(points.error());
    }
    std::size_t row = 0;
    while (row < points->count() &&
           (points->songOf(row).path != words.path || points->segments[row].bar != words.clip)) {
        ++row;
    }
    if (row == points->count()) {
        return report({Error::Code::NotFound, "The atlas has no such clip",
                       words.path + ", clip " + std::to_string(words.clip),
                       "canto info lists the songs of an atlas"});
    }
    const auto& composer = points->songOf(row).composer;
    auto nearest = service::clipsAlike(*points, points->latent(row),
                                       words.own ? std::string() : composer, words.count + 1);
    std::erase_if(nearest, [row](const service::AlikeClip& clip) { return clip.row == row; });
    nearest.resize(std::min(nearest.size(), words.count));
    print({{"clip", clipJson(*points, row)},
           {"otherComposersOnly", !words.own},
           {"alike", alikeJson(*points, nearest)}});
    return kGood;
}

} // namespace

void addAlikeCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<AlikeWords>();
    auto* command = app.add_subcommand(
        "alike", "Who sounds alike: the clips of other composers nearest to one");
    command->add_option("atlas", words->atlas, "Atlas of clips (canto import-clips)")->required();
    command->add_option("path", words->path, "The movement, by its path in the atlas")->required();
    command->add_option("--clip", words->clip, "Which of its clips, from 0; 10 s each")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_option("--model", words->model,
                        "Checksum of the weights, where there are several");
    command->add_option("--count", words->count, "How many, at most one of each movement")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_flag("--same-composer-too", words->own, "Leave no composer out");
    command->footer("Example:\n"
                    "  canto alike orchestra.atlas openscore-orchestra/brahms/symphony-1/1.mid "
                    "--clip 2");
    command->callback([words, &action] { action = [words] { return alike(*words); }; });
}

} // namespace canto::cli
