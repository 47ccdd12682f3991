// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "models/datasets/prepare.h"
#include "models/datasets/prepare_polyphonic.h"
#include "models/datasets/prepare_words.h"

#include <algorithm>

namespace canto {

using nlohmann::json;

// Found by the JSON library, which needs them beside the types.
static void to_json(json& document, const PhraseCounts& counts) {
    document = {{"songs", counts.songs},
                {"phrases", counts.phrases},
                {"strict", counts.strict},
                {"songsWithStrict", counts.strictSongs}};
}

/// Songs that comply with the published rule, and why the others do not.
static void to_json(json& document, const RuleCounts& counts) {
    json reasons = {{"notFourFour", counts.otherMetre}};
    json only = {{"notFourFour", counts.only[0]}};
    for (std::size_t track = 0; track < codec::kTracks; ++track) {
        const std::string name = "no " + std::string(codec::kTrackNames[track]);
        reasons[name] = counts.missing[track];
        only[name] = counts.only[track + 1];
    }
    document = {{"songs", counts.songs},
                {"pass", counts.pass},
                {"failBecause", std::move(reasons)},
                {"failOnlyBecause", std::move(only)}};
}

static void to_json(json& document, const WordCounts& counts) {
    const auto out = static_cast<double>(counts.merged + counts.outOfRange);
    document = {
        {"songs", counts.songs},
        {"bars", counts.bars},
        {"words", counts.words},
        {"notes", counts.notes},
        {"notesKept", counts.notes == 0 ? 1.0 : 1.0 - out / static_cast<double>(counts.notes)},
        {"merged", counts.merged},
        {"outOfRange", counts.outOfRange},
        {"reducedToPiano", counts.reduced},
        {"beatsEstimated", counts.estimated},
        {"barsEstimated", counts.rebarred}};
}

static void to_json(json& document, const PolyphonicCounts& counts) {
    document = {{"songs", counts.songs},
                {"bars", counts.bars},
                {"notes", counts.notes},
                {"strict", counts.strict},
                {"songsWithLead", counts.leads}};
}

} // namespace canto

namespace canto::cli {

namespace {

struct Args {
    PrepareOptions options;
    std::string repeats = "hold";
    std::string space = "style";
    std::string codec = "tokens";
    std::string folders = "auto";
};

template <class Counts>
json toJson(const FilesReport<Counts>& report, const PrepareOptions& options) {
    json document = report.all;
    document["out"] = options.out.string();
    document["files"] = report.files;
    document["drawnSplits"] = report.drawnSplits;
    document["bySplit"] = report.bySplit;
    document["byClass"] = report.byClass;
    document["bad"] = report.bad;
    document["warnings"] = report.warnings;
    return document;
}

/// The report of a space's preparation, as JSON.
Result<json> prepareFor(const std::string& space, const std::string& codec,
                        const PrepareOptions& options) {
    ProgressLine line("Reading files");
    if (codec == "polyphonic") {
        if (space != "style") {
            return fail(Error::Code::BadInput, "--codec polyphonic is for the space \"style\"");
        }
        return preparePolyphonic(options, interruptToken(), line.callback())
            .map([&](const auto& report) { return toJson(report, options); });
    }
    if (space == "emotion") {
        return prepareWords(options, interruptToken(), line.callback())
            .map([&](const auto& report) { return toJson(report, options); });
    }
    return prepare(options, interruptToken(), line.callback()).map([&](const auto& report) {
        auto document = toJson<PhraseCounts>(report, options);
        document["mendedFiles"] = report.mended;
        document["songRule"] = report.rule;
        return document;
    });
}

Result<int> run(Args args) {
    PrepareOptions& options = args.options;
    if (options.labels.empty() && options.midi.empty()) {
        return fail(Error::Code::BadInput, "Nothing to prepare", {},
                    "Name labels with --labels or a folder with --midi");
    }
    if (options.midi.empty()) {
        options.midi = options.labels.parent_path();
    }
    using Folders = PrepareOptions::Folders;
    options.folders = args.folders == "artist"  ? Folders::Artist
                      : args.folders == "class" ? Folders::Class
                                                : Folders::Auto;
    options.repeats = args.repeats == "onset" ? codec::RepeatRule::Onset : codec::RepeatRule::Hold;
    std::transform(options.classColumn.begin(), options.classColumn.end(),
                   options.classColumn.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    CANTO_TRY(report, prepareFor(args.space, args.codec, options));
    printWarnings((*report)["warnings"]);
    return print(*report);
}

} // namespace

void addPrepareCommand(CLI::App& app, Action& action) {
    Command<Args> command(
        app, action, "prepare",
        "Labelled MIDI files into one file for training: two-bar phrases, or words", run);
    auto& args = command.args();
    PrepareOptions& options = args.options;
    command.option("--labels", options.labels,
                   "CSV: path, title, artist, genre, split, ...; without it every file below "
                   "--midi is read, without classes");
    command.option("--midi", options.midi,
                   "Folder the paths are relative to (default: that of the CSV)");
    command.required("--out", options.out, "The safetensors file to write");
    command.shown("--space", args.space,
                  "Purpose: \"style\" (phrases of a band) or \"emotion\" (compound words of a "
                  "piano part; --hop, --limit and --repeats do not apply)",
                  CLI::IsMember({"style", "emotion"}));
    command.shown("--codec", args.codec,
                  "Style: \"tokens\", one voice on each of four tracks, or \"polyphonic\", all "
                  "notes on six tracks, for the model of that name (--hop, --limit and --repeats "
                  "do not apply)",
                  CLI::IsMember({"tokens", "polyphonic"}));
    command.shown("--folders", args.folders,
                  "Without --labels: what the folders below --midi mean. \"artist\": the "
                  "songs of a folder are in one split; \"class\": its name is the label of its "
                  "songs; \"auto\": class when one holds more than a twentieth of the songs",
                  CLI::IsMember({"auto", "artist", "class"}));
    command.shown("--class-column", options.classColumn, "Column with the classes");
    command.shown("--hop", options.hop, "Keep phrases from every n-th bar of a song",
                  CLI::Range(1, 1024));
    command.shown("--limit", options.limit, "Phrases of a song at most, spread evenly; 0: all");
    command.shown("--repeats", args.repeats,
                  "A repeated note: \"hold\" as published, or \"onset\" to encode it as a new note",
                  CLI::IsMember({"hold", "onset"}));
    command.shown("--seed", options.seed, "Seed of the split of rows without one");
    command.shown("--threads", options.threads, "0: all of the machine", CLI::Range(0, 256));
    command->footer("Examples:\n"
                    "  canto prepare --labels music/labels.csv --out music.safetensors\n"
                    "  canto prepare --labels labels.csv --midi music --out quick.safetensors "
                    "--limit 20\n"
                    "  canto prepare --midi lpd_5_cleansed --out lpd5.safetensors --limit 8\n"
                    "  canto prepare --codec polyphonic --labels labels.csv --midi music --out "
                    "polyphonic.safetensors\n"
                    "  canto prepare --space emotion --labels clips.csv --class-column emotion "
                    "--out clips.safetensors\n"
                    "Beside MIDI files, piano rolls of the Lakh Pianoroll Dataset (.npz) are "
                    "read.\n"
                    "The same input gives the same bytes. Files that cannot be read are listed "
                    "and left out, and so are copies: files with the same bytes as another.");
}

} // namespace canto::cli
