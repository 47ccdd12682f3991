// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "app/library/importer.h"
#include "app/library/model_store.h"

namespace canto::cli {

namespace {

struct ImportArgs {
    std::vector<std::filesystem::path> paths;
    std::string atlas;
    std::string labels;
    std::string model;
    std::size_t limit = 0;
    bool relative = false;
    bool labelledOnly = false;
    bool half = false;
    bool ship = false;
    ImportOptions options;
};

struct Collected {
    std::vector<ImportFile> files;
    std::size_t strayLabels = 0;
    std::size_t macMetadata = 0;
};

Result<Collected> collect(const ImportArgs& args) {
    Collected collected;
    CANTO_TRY(files, findMidiFiles(args.paths, args.relative ? Naming::Relative : Naming::Absolute,
                                   &collected.macMetadata));
    collected.files = std::move(*files);
    if (!args.labels.empty()) {
        CANTO_TRY(table, atlas::readLabels(args.labels));
        std::vector<std::filesystem::path> bases(args.paths.begin(), args.paths.end());
        bases.insert(bases.begin(), std::filesystem::path(args.labels).parent_path());
        collected.strayLabels = attachLabels(collected.files, *table, bases);
    }
    if (args.labelledOnly) {
        std::erase_if(collected.files, [](const ImportFile& file) { return !file.labelled; });
    }
    if (args.limit > 0 && collected.files.size() > args.limit) {
        collected.files.resize(args.limit);
    }
    return collected;
}

Result<int> import(const ImportArgs& args) {
    CANTO_TRY(collected, collect(args));
    if (collected->files.empty()) {
        return fail(Error::Code::NotFound, "There is no MIDI file to import",
                    args.paths.front().string());
    }
    CANTO_TRY(model, openModelOrShipped(args.model));
    CANTO_TRY(atlas, atlas::Atlas::open(args.atlas, atlas::Access::Create));
    ImportOptions options = args.options;
    options.precision = args.half ? atlas::Precision::Half : atlas::Precision::Float;
    ProgressLine line("importing");
    CANTO_TRY(done, importFiles(*atlas, **model, collected->files, options, line.callback(),
                                interruptToken()));
    nlohmann::json failed = nlohmann::json::array();
    for (const atlas::FailedFile& file : done->failed) {
        failed.push_back({{"path", file.path}, {"reason", file.reason}});
    }
    return finishLibrary(
        *atlas, args.ship && !done->cancelled,
        {{"atlas", args.atlas},
         {"model", {{"name", (*model)->info().id}, {"version", (*model)->info().version}}},
         {"files", collected->files.size()},
         {"imported", done->imported},
         {"kept", done->kept},
         {"leftOut", done->leftOut},
         {"segments", done->segments},
         {"reduced", {{"songs", done->reduced}, {"first", done->reduction}}},
         {"labelsWithoutFile", collected->strayLabels},
         {"macMetadataFiles", collected->macMetadata},
         {"cancelled", done->cancelled},
         {"failed", failed}},
        done->cancelled ? kFailed : kGood);
}

} // namespace

void addImportCommand(CLI::App& app, Action& action) {
    Command<ImportArgs> command(
        app, action, "import",
        "Import MIDI files into an atlas: read, encode, store with their labels.\n"
        "Files that cannot be read are listed and skipped. Run it again after an "
        "interruption: it continues where it ended.",
        import);
    auto& args = command.args();
    command.required("paths", args.paths, "Folders and MIDI files");
    command.required("--atlas", args.atlas, "Atlas to fill; created if it does not exist");
    command.option("--labels", args.labels,
                   "labels.csv: path (from its own folder or one given here), title, artist, "
                   "composer, genre, emotion, split, others");
    command.option("--model", args.model, "Weights (default: those that ship)");
    command.shown("--hop", args.options.hop, "Take every N-th segment of a song",
                  CLI::Range(1, 1024));
    command.option("--max-segments", args.options.maxSegments,
                   "At most N segments a song, spread over it; 0: all", CLI::Range(0, 1'000'000));
    command.option("--limit", args.limit, "At most N files, by name; 0: all");
    command.option("--only-split", args.options.splits, "Only files of these splits")
        ->delimiter(',');
    command.shown("--split", args.options.split, "Split of files without a label for it");
    command.option("--source", args.options.source, "Name of the collection");
    command.flag("--labelled-only", args.labelledOnly, "Leave out files without labels");
    command.flag("--relative", args.relative,
                 "Name songs by their path below the folder, for an atlas to be shared");
    command.flag("--half", args.half, "Keep latents in 16 bits: half the size");
    command.flag("--again", args.options.again, "Encode again what is in the atlas already");
    command.flag("--ship", args.ship, "At the end, prepare the file for a read-only folder");
    command->footer("Examples:\n"
                    "  canto import ~/midi --atlas mine.atlas\n"
                    "  canto import songs --labels songs/labels.csv --atlas songs.atlas --hop 4 "
                    "--only-split valid,test");
}

} // namespace canto::cli
