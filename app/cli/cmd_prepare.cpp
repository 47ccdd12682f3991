// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "models/datasets/prepare.h"
#include "models/datasets/prepare_words.h"

#include <algorithm>
#include <memory>

namespace canto::cli {

namespace {

struct Args {
    PrepareOptions options;
    std::string repeats = "hold";
    std::string space = "style";
    std::string folders = "auto";
};

nlohmann::json toJson(const PhraseCounts& counts) {
    return {{"songs", counts.songs},
            {"phrases", counts.phrases},
            {"strict", counts.strict},
            {"songsWithStrict", counts.strictSongs}};
}

nlohmann::json toJson(const std::map<std::string, PhraseCounts>& map) {
    auto json = nlohmann::json::object();
    for (const auto& [name, counts] : map) {
        json[name] = toJson(counts);
    }
    return json;
}

/// Songs that comply with the published rule, and why the others do not.
nlohmann::json toJson(const RuleCounts& counts) {
    nlohmann::json reasons = {{"notFourFour", counts.otherMetre}};
    nlohmann::json only = {{"notFourFour", counts.only[0]}};
    for (std::size_t track = 0; track < codec::kTracks; ++track) {
        const std::string name = "no " + std::string(codec::kTrackNames[track]);
        reasons[name] = counts.missing[track];
        only[name] = counts.only[track + 1];
    }
    return {{"songs", counts.songs},
            {"pass", counts.pass},
            {"failBecause", std::move(reasons)},
            {"failOnlyBecause", std::move(only)}};
}

nlohmann::json toJson(const PrepareReport& report, const PrepareOptions& options) {
    auto rule = nlohmann::json::object();
    for (const auto& [name, counts] : report.rule) {
        rule[name] = toJson(counts);
    }
    auto bad = nlohmann::json::array();
    for (const auto& file : report.bad) {
        bad.push_back({{"path", file.path}, {"reason", file.reason}});
    }
    nlohmann::json json = toJson(report.all);
    json["out"] = options.out.string();
    json["files"] = report.files;
    json["mendedFiles"] = report.mended;
    json["drawnSplits"] = report.drawnSplits;
    json["bySplit"] = toJson(report.bySplit);
    json["byClass"] = toJson(report.byClass);
    json["songRule"] = std::move(rule);
    json["bad"] = std::move(bad);
    json["warnings"] = report.warnings;
    return json;
}

nlohmann::json toJson(const WordCounts& counts) {
    const auto out = counts.merged + counts.outOfRange;
    return {{"songs", counts.songs},
            {"bars", counts.bars},
            {"words", counts.words},
            {"notes", counts.notes},
            {"notesKept", counts.notes == 0
                              ? 1.0
                              : 1.0 - static_cast<double>(out) / static_cast<double>(counts.notes)},
            {"merged", counts.merged},
            {"outOfRange", counts.outOfRange},
            {"reducedToPiano", counts.reduced},
            {"beatsEstimated", counts.estimated},
            {"barsEstimated", counts.rebarred}};
}

nlohmann::json toJson(const PrepareWordsReport& report, const PrepareOptions& options) {
    auto json = toJson(report.all);
    json["out"] = options.out.string();
    json["files"] = report.files;
    json["drawnSplits"] = report.drawnSplits;
    for (const auto& [key, map] :
         {std::pair{"bySplit", &report.bySplit}, {"byClass", &report.byClass}}) {
        json[key] = nlohmann::json::object();
        for (const auto& [name, counts] : *map) {
            json[key][name] = toJson(counts);
        }
    }
    json["bad"] = nlohmann::json::array();
    for (const auto& file : report.bad) {
        json["bad"].push_back({{"path", file.path}, {"reason", file.reason}});
    }
    json["warnings"] = report.warnings;
    return json;
}

/// The report of a space's preparation, as JSON.
Result<nlohmann::json> prepareFor(const std::string& space, const PrepareOptions& options) {
    ProgressLine line("Reading files");
    const auto asJson = [&](const auto& report) { return toJson(report, options); };
    return space == "emotion" ? prepareWords(options, interruptToken(), line.callback()).map(asJson)
                              : prepare(options, interruptToken(), line.callback()).map(asJson);
}

int run(Args args) {
    PrepareOptions& options = args.options;
    if (options.labels.empty() && options.midi.empty()) {
        return cli::report({Error::Code::BadInput,
                            "Nothing to prepare",
                            {},
                            "Name labels with --labels or a folder with --midi"});
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
    const auto report = prepareFor(args.space, options);
    if (!report) {
        return cli::report(report.error());
    }
    printWarnings((*report)["warnings"]);
    print(*report);
    return kGood;
}

} // namespace

void addPrepareCommand(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "prepare", "Labelled MIDI files into one file for training: two-bar phrases, or words");
    const auto args = std::make_shared<Args>();
    PrepareOptions& options = args->options;
    command->add_option("--labels", options.labels,
                        "CSV: path, title, artist, genre, split, ...; without it every file below "
                        "--midi is read, without classes");
    command->add_option("--midi", options.midi,
                        "Folder the paths are relative to (default: that of the CSV)");
    command->add_option("--out", options.out, "The safetensors file to write")->required();
    command
        ->add_option("--space", args->space,
                     "Purpose: \"style\" (phrases of a band) or \"emotion\" (compound words of a "
                     "piano part; --hop, --limit and --repeats do not apply)")
        ->check(CLI::IsMember({"style", "emotion"}))
        ->capture_default_str();
    command
        ->add_option("--folders", args->folders,
                     "Without --labels: what the folders below --midi mean. \"artist\": the "
                     "songs of a folder are in one split; \"class\": its name is the label of its "
                     "songs; \"auto\": class when one holds more than a twentieth of the songs")
        ->check(CLI::IsMember({"auto", "artist", "class"}))
        ->capture_default_str();
    command->add_option("--class-column", options.classColumn, "Column with the classes")
        ->capture_default_str();
    command->add_option("--hop", options.hop, "Keep phrases from every n-th bar of a song")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    command
        ->add_option("--limit", options.limit, "Phrases of a song at most, spread evenly; 0: all")
        ->capture_default_str();
    command
        ->add_option(
            "--repeats", args->repeats,
            "A repeated note: \"hold\" as published, or \"onset\" to encode it as a new note")
        ->check(CLI::IsMember({"hold", "onset"}))
        ->capture_default_str();
    command->add_option("--seed", options.seed, "Seed of the split of rows without one")
        ->capture_default_str();
    command->add_option("--threads", options.threads, "0: all of the machine")
        ->check(CLI::Range(0, 256))
        ->capture_default_str();
    command->footer("Examples:\n"
                    "  canto prepare --labels music/labels.csv --out music.safetensors\n"
                    "  canto prepare --labels labels.csv --midi music --out quick.safetensors "
                    "--limit 20\n"
                    "  canto prepare --midi lpd_5_cleansed --out lpd5.safetensors --limit 8\n"
                    "  canto prepare --space emotion --labels clips.csv --class-column emotion "
                    "--out clips.safetensors\n"
                    "Beside MIDI files, piano rolls of the Lakh Pianoroll Dataset (.npz) are "
                    "read.\n"
                    "The same input gives the same bytes. Files that cannot be read are listed "
                    "and left out, and so are copies: files with the same bytes as another.");
    command->callback([&action, args] { action = [args] { return run(*args); }; });
}

} // namespace canto::cli
