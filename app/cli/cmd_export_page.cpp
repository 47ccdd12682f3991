// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "app/library/model_store.h"
#include "app/library/originals.h"
#include "app/library/web_page.h"

#include <cmath>
#include <map>

namespace canto::cli {

namespace {

struct PageArgs {
    std::string atlas, out, model, map, weights, title;
    std::size_t points = 20000, phrases = 400;
};

/// Where the points are on the map of this name, or on the first.
Result<std::vector<projection::MapPoint>> positionsOf(OpenPoints& open, const std::string& map) {
    CANTO_TRY(maps, open.atlas.projections(open.points.model.id));
    if (maps->empty()) {
        return fail(Error::Code::NotFound, "The library has no map", open.atlas.path().string(),
                    "Make one with canto project");
    }
    CANTO_TRY(found, open.atlas.readProjection(open.points.model.id,
                                               map.empty() ? maps->front().name : map));
    std::map<atlas::RowId, projection::MapPoint> places;
    for (std::size_t i = 0; i < found->segments.size(); ++i) {
        places[found->segments[i]] = {found->xy[2 * i], found->xy[2 * i + 1]};
    }
    std::vector<projection::MapPoint> positions;
    for (const atlas::SegmentRow& segment : open.points.segments) {
        const auto place = places.find(segment.id);
        positions.push_back(place != places.end() ? place->second : projection::MapPoint{NAN, NAN});
    }
    return positions;
}

Result<int> exportPage(const PageArgs& args) {
    CANTO_TRY(open, openPoints(args.atlas, args.model));
    CANTO_TRY(positions, positionsOf(*open, args.map));
    CANTO_TRY(columns, open->atlas.labelColumns());
    std::shared_ptr<const models::LatentModel> model;
    if (!args.weights.empty()) {
        CANTO_TRY(opened, models::openModel(args.weights));
        model = *opened;
    }
    WebPage page;
    page.title =
        args.title.empty() ? std::filesystem::path(args.atlas).stem().string() : args.title;
    page.mostPoints = args.points;
    page.mostPhrases = args.phrases;
    for (const std::string& column : *columns) {
        page.columns.emplace_back(column, column);
    }
    const auto phraseOf = webPagePhrases(open->points, libraryFolders(args.atlas), model);
    CANTO_TRY(report, withProgress("Music", [&](const Progress& progress) {
                  return writeWebPage(open->points, *positions, page, phraseOf, args.out,
                                      interruptToken(), progress);
              }));
    return print({{"written", args.out},
                  {"points", report->points},
                  {"of", report->total},
                  {"phrases", report->phrases},
                  {"notes", report->notes},
                  {"bytes", report->bytes}});
}

} // namespace

void addExportPageCommand(CLI::App& app, Action& action) {
    Command<PageArgs> command(app, action, "export-page",
                              "Write a map as one web page with music, which needs nothing else",
                              exportPage);
    auto& args = command.args();
    command.required("atlas", args.atlas, "Library with a map");
    command.required("--out", args.out, "File to write: .html");
    command.option("--map", args.map, "Name of the map; default: the first");
    command.option("--model", args.model,
                   "Name of the model or checksum of its weights, if there are several");
    command.option("--weights", args.weights,
                   "Decode phrases whose files are not found with these weights");
    command.option("--title", args.title, "Default: the name of the library");
    command.shown("--points", args.points, "Most points in the page", CLI::Range(1, 200000));
    command.shown("--phrases", args.phrases, "Most phrases with music", CLI::Range(0, 5000));
    command->footer("The music is that of the original files as far as they are found. The page "
                    "loads nothing from elsewhere.\n\n"
                    "Example:\n"
                    "  canto export-page style.atlas --out style.html --phrases 200\n");
}

} // namespace canto::cli
