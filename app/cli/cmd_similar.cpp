// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/similar_json.h"
#include "app/library/library_notes.h"

#include <algorithm>
#include <cmath>
#include <optional>

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
    std::string by = "latent";
    std::optional<double> duplicates;
};

json phraseJson(const atlas::AtlasPoints& points, std::size_t row) {
    const auto& song = points.songOf(row);
    return {{"title", song.title},
            {"path", song.path},
            {"barIndex", points.segments[row].bar},
            {"split", song.split}};
}

json withShare(json entry, const music::SameNotes& same) {
    entry["sameNotes"] = std::round(same.share * 1e4) / 1e4;
    entry["semitones"] = same.semitones;
    return entry;
}

Result<LibraryNotes> notesOf(const atlas::AtlasPoints& points, const std::string& atlas) {
    return readLibraryNotes(points, libraryFolders(atlas), interruptToken());
}

Result<int> listDuplicates(const atlas::AtlasPoints& points, const SimilarArgs& args) {
    CANTO_TRY(notes, notesOf(points, args.atlas));
    const auto pairs = notes->index.duplicates(*args.duplicates);
    json list = json::array();
    for (std::size_t i = 0; i < std::min(pairs.size(), args.count); ++i) {
        list.push_back(withShare(
            {{"a", phraseJson(points, pairs[i].a)}, {"b", phraseJson(points, pairs[i].b)}},
            pairs[i].same));
    }
    return print({{"phrases", points.count()},
                  {"songsWithoutFile", notes->missing},
                  {"pairs", pairs.size()},
                  {"duplicates", std::move(list)}});
}

Result<int> similarByNotes(const atlas::AtlasPoints& points, std::size_t row,
                           const SimilarArgs& args) {
    CANTO_TRY(notes, notesOf(points, args.atlas));
    const auto& query = notes->index.notes(row);
    if (query.empty()) {
        return fail(Error::Code::NotFound, "The phrase has no notes to compare",
                    args.path + ", clip " + std::to_string(args.clip),
                    "Name the folder with its MIDI file in CANTO_LIBRARY, or choose a phrase that "
                    "is not drums alone");
    }
    json list = json::array();
    for (const auto& match : notes->index.nearest(query, points.count())) {
        const bool wanted =
            args.own || points.segments[match.phrase].song != points.segments[row].song;
        if (match.phrase != row && wanted && list.size() < args.count) {
            list.push_back(withShare(phraseJson(points, match.phrase), match.same));
        }
    }
    return print({{"phrase", phraseJson(points, row)},
                  {"notes", query.size()},
                  {"songsWithoutFile", notes->missing},
                  {"similar", std::move(list)}});
}

Result<int> similar(const SimilarArgs& args) {
    CANTO_TRY(clips, openPoints(args.atlas, args.model));
    const auto* points = &clips->points;
    if (args.duplicates) {
        return listDuplicates(*points, args);
    }
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
    if (args.by == "notes") {
        return similarByNotes(*points, row, args);
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
    Command<SimilarArgs> command(
        app, action, "similar",
        "Nearest neighbours of a clip among those of other composers, or of a "
        "phrase by its notes",
        similar);
    auto& args = command.args();
    command.required("atlas", args.atlas, "Atlas of clips (canto import-clips)");
    auto* path =
        command.option("path", args.path, "The movement or song, by its path in the atlas");
    command.shown("--clip", args.clip,
                  "Which of its clips, from 0; 10 s each. Of phrases: the first bar, from 0",
                  CLI::NonNegativeNumber);
    command.shown("--by", args.by,
                  "latent, or notes: the share of the same notes in whatever key, from the MIDI "
                  "files of the songs",
                  CLI::IsMember({"latent", "notes"}));
    auto* duplicates =
        command.option("--duplicates", args.duplicates,
                       "List pairs of phrases with at least this share of the same notes instead",
                       CLI::Range(0.1, 1.0));
    path->excludes(duplicates);
    command.check([path, duplicates] {
        if (path->count() == 0 && duplicates->count() == 0) {
            throw CLI::RequiredError("path");
        }
    });
    command.option("--model", args.model, "Checksum of the weights, if there are several");
    command.shown("--count", args.count,
                  "Number of clips, at most one of each movement; of phrases or pairs",
                  CLI::Range(1, 10000));
    command.flag("--same-composer-too", args.own,
                 "Include the same composer; by notes: the same song");
    command->footer("Example:\n"
                    "  canto similar orchestra.atlas openscore-orchestra/brahms/symphony-1/1.mid "
                    "--clip 2\n"
                    "  canto similar style.atlas song.mid --clip 8 --by notes\n"
                    "  canto similar style.atlas --duplicates 0.9 --count 100");
}

} // namespace canto::cli
