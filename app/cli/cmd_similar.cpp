// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/similar_json.h"

#include <algorithm>
#include <cmath>

namespace canto::cli {

using nlohmann::json;

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

Result<int> similar(const SimilarArgs& args) {
    CANTO_TRY(clips, openPoints(args.atlas, args.model));
    const auto* points = &clips->points;
    std::size_t row = 0;
    while (row < points->count() &&
           (points->songOf(row).path != args.path || points->segments[row].bar != args.clip)) {
        ++row;
    }
    if (row == points->count()) {
        return fail(Error::Code::NotFound, "The atlas has no such clip",
                    args.path + ", clip " + std::to_string(args.clip),
                    "canto info lists the songs of an atlas");
    }
    const auto& composer = points->songOf(row).composer;
    auto nearest = similarClips(*points, points->latent(row), args.own ? std::string() : composer,
                                args.count + 1);
    std::erase_if(nearest, [row](const SimilarClip& clip) { return clip.row == row; });
    nearest.resize(std::min(nearest.size(), args.count));
    return print({{"clip", clipJson(*points, row)},
                  {"otherComposersOnly", !args.own},
                  {"similar", similarJson(*points, nearest)}});
}

} // namespace

void addSimilarCommand(CLI::App& app, Action& action) {
    Command<SimilarArgs> command(app, action, "similar",
                                 "Nearest neighbours of a clip among those of other composers",
                                 similar);
    auto& args = command.args();
    command.required("atlas", args.atlas, "Atlas of clips (canto import-clips)");
    command.required("path", args.path, "The movement, by its path in the atlas");
    command.shown("--clip", args.clip, "Which of its clips, from 0; 10 s each",
                  CLI::NonNegativeNumber);
    command.option("--model", args.model, "Checksum of the weights, if there are several");
    command.shown("--count", args.count, "Number of clips, at most one of each movement",
                  CLI::Range(1, 10000));
    command.flag("--same-composer-too", args.own, "Include the same composer");
    command->footer("Example:\n"
                    "  canto similar orchestra.atlas openscore-orchestra/brahms/symphony-1/1.mid "
                    "--clip 2");
}

} // namespace canto::cli
