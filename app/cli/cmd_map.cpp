// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "core/atlas/latent_export.h"
#include "core/atlas/latent_library.h"

#include <filesystem>
#include <optional>
#include <sys/resource.h>

namespace canto::cli {

namespace {

using nlohmann::json;

struct MapArgs {
    std::string input, out, method = "umap";
    std::vector<std::string> xy;
    bool half = false;
    atlas::LatentMapOptions options;
};

/// Most memory that the process ever had, in MiB.
double peakMemory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

json jsonOf(const atlas::LatentMapReport& report) {
    const auto& findings = report.findings;
    return {{"rows", findings.rows},
            {"points", report.points},
            {"columns", findings.columns},
            {"dimensions", report.dimensions},
            {"constantColumns", findings.constantColumns},
            {"duplicates", findings.duplicates},
            {"badRows", {{"dropped", findings.badRows}, {"first", findings.badRowNumbers}}},
            {"groups", report.songs},
            {"projection", report.projection},
            {"fittedRows", report.fitted},
            {"seconds",
             {{"load", report.loadSeconds},
              {"project", report.projectSeconds},
              {"write", report.writeSeconds}}},
            {"peakMiB", peakMemory()}};
}

Result<int> runMap(MapArgs args) {
    CANTO_TRY(kind, projection::kindNamed(args.method));
    if (*kind == projection::ProjectionOptions::Kind::Plane) {
        return fail(Error::Code::BadInput, "A map of latents is a pca or a umap",
                    "--projection " + args.method, "Name two finished columns with --xy.");
    }
    auto& options = args.options;
    options.projection.kind = *kind;
    options.precision = args.half ? atlas::Precision::Half : atlas::Precision::Float;
    if (args.xy.size() == 2) {
        options.table.x = args.xy[0];
        options.table.y = args.xy[1];
    }
    std::filesystem::path out = args.out;
    if (out.empty()) {
        out = std::filesystem::path(args.input).replace_extension(".atlas");
    }
    std::optional<ProgressLine> line;
    std::string shown;
    const auto progress = [&](const std::string& stage, std::size_t done, std::size_t total) {
        if (stage != shown) {
            shown = stage;
            line.emplace(stage);
        }
        line->update(done, total);
    };
    const auto report =
        atlas::makeLatentLibrary(args.input, out, options, interruptToken(), progress);
    line.reset();
    if (!report) {
        return fail(report.error());
    }
    printWarnings(report->findings.notes);
    json figures = jsonOf(*report);
    figures["atlas"] = out.string();
    return print(figures);
}

struct ExportArgs {
    std::string atlas, out, model;
};

Result<int> runExport(const ExportArgs& args) {
    CANTO_TRY(library, atlas::Atlas::open(args.atlas, atlas::Access::ReadOnly));
    CANTO_TRY(model, modelRowOf(*library, args.model));
    CANTO_TRY(report, withProgress("Writing", [&](const Progress& progress) {
                  return atlas::exportLatents(*library, model->id, args.out, interruptToken(),
                                              progress);
              }));
    return print({{"written", args.out},
                  {"model", model->name},
                  {"points", report->points},
                  {"dimensions", report->dimensions},
                  {"maps", report->maps},
                  {"columns", report->labels},
                  {"peakMiB", peakMemory()}});
}

} // namespace

void addMapCommand(CLI::App& app, Action& action) {
    Command<MapArgs> command(app, action, "map",
                             "Make a library with a map of latents that another program made",
                             runMap);
    auto& args = command.args();
    auto& table = args.options.table;
    auto& projection = args.options.projection;
    command.required("input", args.input, "Latents: .npy, .npz, .safetensors, .csv or .tsv");
    command.option("--labels", table.labels,
                   "Table of labels (.csv, .tsv): a header, then as many rows as latents");
    command
        .option("--label", table.labelColumns,
                "Numeric columns of the input's table that are labels, not dimensions")
        ->delimiter(',');
    command.option("--array", table.array,
                   "Array of .npz and .safetensors; default: the only two-dimensional one");
    command.option("--sound", table.sound,
                   "Column of paths to MIDI or audio files, absolute or from the table's folder");
    command.option("--start", table.start, "Column: where the sound of a row starts, in seconds");
    command.option("--length", table.length, "Column: how long it is, in seconds");
    command.option("--xy", args.xy, "Two columns with the positions of a finished map: X,Y")
        ->delimiter(',')
        ->expected(2);
    command.option("--out", args.out, "Library to make; default: the input's name with .atlas");
    command.flag("--replace", args.options.replace, "Replace a library of that name");
    command.shown("--projection", args.method, "umap or pca");
    command.option("--sample", args.options.sample,
                   "umap: fit to N rows and transform the others to the map; default: all, "
                   "and 20,000 for more than 200,000 rows");
    command.shown("--neighbours", projection.umap.neighbours, "umap: more keeps more global shape");
    command.shown("--min-distance", projection.umap.minDistance, "umap: least distance of points");
    command.shown("--seed", projection.umap.seed);
    command.option("--threads", projection.threads, "0: all of the machine");
    command.flag("--half", args.half, "Keep latents in 16 bits: half the size");
    command.flag("--drop-bad-rows", table.dropBadRows,
                 "Leave out rows with NaN or infinity; otherwise they are an error");
    command->footer(
        "Numeric columns of a table are dimensions, other columns are labels. Constant columns are "
        "left out, and the result says so. Parquet is not read: convert it to .csv with one line "
        "of pandas or duckdb.\n\n"
        "Examples:\n"
        "  canto map embeddings.npy --labels songs.csv --sound file\n"
        "  canto map clips.npz --array mu --sound path --start begin --length seconds\n"
        "  canto map tsne.csv --xy x,y --label year\n");
}

void addExportLatentsCommand(CLI::App& app, Action& action) {
    Command<ExportArgs> command(
        app, action, "export-latents",
        "Write the latents of a library with positions and labels as .npz or .csv", runExport);
    auto& args = command.args();
    command.required("atlas", args.atlas, "Library");
    command.required("--out", args.out, "File to write: .npz or .csv");
    command.option("--model", args.model,
                   "Name of the model or checksum of its weights, if there are several");
    command->footer("Example:\n"
                    "  canto export-latents style.atlas --out style.npz\n");
}

} // namespace canto::cli
