#include "app/cli/commands.h"
#include "app/cli/library_commands.h"
#include "app/service/importer.h"
#include "app/service/model_store.h"

#include <memory>

namespace canto::cli {

namespace {

struct ImportWords {
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

struct Gathered {
    std::vector<ImportFile> files;
    std::size_t strayLabels = 0;
    std::size_t macMetadata = 0;
};

Result<Gathered> gather(const ImportWords& words) {
    Gathered gathered;
    auto files = findMidiFiles(words.paths, words.relative ? Naming::Relative : Naming::Absolute,
                               &gathered.macMetadata);
    if (!files) {
        return fail(files.error());
    }
    gathered.files = std::move(*files);
    if (!words.labels.empty()) {
        const auto table = atlas::readLabels(words.labels);
        if (!table) {
            return fail(table.error());
        }
        std::vector<std::filesystem::path> bases(words.paths.begin(), words.paths.end());
        bases.insert(bases.begin(), std::filesystem::path(words.labels).parent_path());
        gathered.strayLabels = attachLabels(gathered.files, *table, bases);
    }
    if (words.labelledOnly) {
        std::erase_if(gathered.files, [](const ImportFile& file) { return !file.labelled; });
    }
    if (words.limit > 0 && gathered.files.size() > words.limit) {
        gathered.files.resize(words.limit);
    }
    return gathered;
}

int import(const ImportWords& words) {
    const auto gathered = gather(words);
    if (!gathered) {
        return report(gathered.error());
    }
    if (gathered->files.empty()) {
        return report({Error::Code::NotFound,
                       "There is no MIDI file to import",
                       words.paths.front().string(),
                       {}});
    }
    const auto model = openModelOrShipped(words.model);
    if (!model) {
        return report(model.error());
    }
    auto atlas = atlas::Atlas::open(words.atlas, atlas::Access::Create);
    if (!atlas) {
        return report(atlas.error());
    }
    ImportOptions options = words.options;
    options.precision = words.half ? atlas::Precision::Half : atlas::Precision::Float;
    ProgressLine line("importing");
    const auto done =
        importFiles(*atlas, **model, gathered->files, options, line.callback(), interruptToken());
    if (!done) {
        return report(done.error());
    }
    nlohmann::json failed = nlohmann::json::array();
    for (const atlas::FailedFile& file : done->failed) {
        failed.push_back({{"path", file.path}, {"reason", file.reason}});
    }
    const int code = finishLibrary(
        *atlas, words.ship && !done->cancelled,
        {{"atlas", words.atlas},
         {"model", {{"name", (*model)->info().id}, {"version", (*model)->info().version}}},
         {"files", gathered->files.size()},
         {"imported", done->imported},
         {"kept", done->kept},
         {"leftOut", done->leftOut},
         {"segments", done->segments},
         {"reduced", {{"songs", done->reduced}, {"first", done->reduction}}},
         {"labelsWithoutFile", gathered->strayLabels},
         {"macMetadataFiles", gathered->macMetadata},
         {"cancelled", done->cancelled},
         {"failed", failed}});
    return done->cancelled ? kFailed : code;
}

} // namespace

void addImportCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<ImportWords>();
    auto* command = app.add_subcommand(
        "import", "Put MIDI files into an atlas: read, encode, keep with their labels.\n"
                  "Files that cannot be read are listed and skipped. Run it again after an "
                  "interruption: it goes on where it ended.");
    command->add_option("paths", words->paths, "Folders and MIDI files")->required();
    command->add_option("--atlas", words->atlas, "Atlas to fill; made when it is not there")
        ->required();
    command->add_option("--labels", words->labels,
                        "labels.csv: path (from its own folder or one given here), title, artist, "
                        "composer, genre, emotion, split, others");
    command->add_option("--model", words->model, "Weights; the shipped ones without it");
    command->add_option("--hop", words->options.hop, "Take every N-th segment of a song")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    command
        ->add_option("--max-segments", words->options.maxSegments,
                     "At most N segments a song, spread over it; 0: all")
        ->check(CLI::Range(0, 1'000'000));
    command->add_option("--limit", words->limit, "At most N files, by name; 0: all");
    command->add_option("--only-split", words->options.splits, "Only files of these splits")
        ->delimiter(',');
    command->add_option("--split", words->options.split, "Split of files without a label for it")
        ->capture_default_str();
    command->add_option("--source", words->options.source, "Name of the collection");
    command->add_flag("--labelled-only", words->labelledOnly, "Leave out files without labels");
    command->add_flag("--relative", words->relative,
                      "Name songs by their path below the folder, for an atlas to be shared");
    command->add_flag("--half", words->half, "Keep latents in 16 bits: half the size");
    command->add_flag("--again", words->options.again, "Encode what is in the atlas already");
    command->add_flag("--ship", words->ship, "At the end make the file fit for a read-only folder");
    command->footer("Examples:\n"
                    "  canto import ~/midi --atlas mine.atlas\n"
                    "  canto import songs --labels songs/labels.csv --atlas songs.atlas --hop 4 "
                    "--only-split valid,test");
    command->callback([words, &action] { action = [words] { return import(*words); }; });
}

} // namespace canto::cli
