// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/file_notes_report.h"
#include "app/spaces/space_report.h"
#include "core/base/json_text.h"
#include "models/common/model_card.h"
#include "models/registry/registry.h"

#include <algorithm>
#include <cstdio>
#include <memory>

namespace canto::cli {

namespace {

struct EvaluateArgs {
    std::string model;
    std::string dataset;
    std::string split = "test";
    std::string card;
    std::vector<std::string> notes;
    bool ship = false;
    std::string space;
    std::string out;
    std::vector<std::string> others;
    std::string second;
    std::string recordings;
    std::string scores;
    std::string files;
    std::string labels;
    std::string by = "genre";
    std::size_t songs = 0;
    int draws = 0;
};

Result<Space> spaceNamed(const std::string& id) {
    std::string known;
    for (auto& space : shippedSpaces()) {
        if (space.id == id) {
            return std::move(space);
        }
        known += (known.empty() ? "" : ", ") + space.id;
    }
    return fail(Error::Code::BadInput, "There is no space \"" + id + "\"", {},
                "There are: " + known);
}

/// Writes the report of a whole space into a folder.
Result<void> writeReport(const EvaluateArgs& args) {
    CANTO_TRY(space, spaceNamed(args.space));
    SpaceReportRequest request;
    request.weights = args.model;
    request.dataset = args.dataset;
    request.split = args.split;
    request.secondDataset = args.second;
    request.recordings = args.recordings;
    request.scores = args.scores;
    request.folder = args.out;
    if (args.draws > 0) {
        if (args.space != "emotion") {
            return fail(Error::Code::BadInput, "--draws is for the Emotion space");
        }
        request.part = "draws";
        request.draws = args.draws;
    }
    CANTO_TRY(others, namedValues("--beside", "NAME=WEIGHTS", args.others));
    request.others.assign(others->begin(), others->end());
    ProgressLine line("Recordings");
    return writeSpaceReport(*space, request, interruptToken(), line.callback());
}

/// Entries of the card: the figures, and those that the user passes.
Result<std::map<std::string, std::string>> cardEntries(const EvaluateArgs& args,
                                                       const nlohmann::json& figures) {
    std::map<std::string, std::string> entries{{"metrics", jsonText(figures)}};
    CANTO_TRY(notes, namedValues("--note", "KEY=TEXT", args.notes));
    for (const auto& [key, text] : *notes) {
        entries[key] = text;
    }
    return entries;
}

/// All notes of files, through the model and back.
Result<int> evaluateFiles(const EvaluateArgs& args) {
    CANTO_TRY(model, models::openModel(args.model));
    FileNotesRequest request;
    request.midi = args.files;
    request.labels = args.labels;
    request.split = args.labels.empty() || args.split == "all" ? "" : args.split;
    request.by = args.by;
    request.songs = args.songs;
    ProgressLine line("Songs");
    CANTO_TRY(figures, fileNotesReport(**model, request, interruptToken(), line.callback()));
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    return print(*figures);
}

Result<int> evaluate(const EvaluateArgs& args) {
    if (args.files.empty() == args.dataset.empty()) {
        return fail(Error::Code::BadInput,
                    "Evaluate with --dataset or with --files, one of the two");
    }
    if (!args.files.empty()) {
        return evaluateFiles(args);
    }
    if (!args.space.empty()) {
        CANTO_CHECK(writeReport(args));
        return print({{"report", args.out + "/report.md"}, {"figures", args.out + "/report.json"}});
    }
    CANTO_TRY(weights, tensors::SafeTensors::open(args.model, tensors::OpenOptions::weights()));
    CANTO_TRY(architecture, models::findArchitecture(weights->metadata("architecture")));
    CANTO_TRY(figures,
              (*architecture)->evaluate(*weights, args.dataset, args.split, interruptToken()));
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    // What the model keeps in its card besides figures.
    const auto own = figures->value("card", nlohmann::json::object());
    figures->erase("card");
    if (!args.card.empty()) {
        CANTO_TRY(entries, cardEntries(args, *figures));
        for (const auto& [key, text] : own.items()) {
            entries->emplace(key, text.get<std::string>());
        }
        models::Slimming slimming;
        if (args.ship) {
            slimming = {true, (*architecture)->trainingOnly};
        }
        CANTO_CHECK(models::writeCard(args.model, args.card, *entries, slimming));
    }
    return print(*figures);
}

} // namespace

void addEvaluateCommand(CLI::App& app, Action& action) {
    Command<EvaluateArgs> command(
        app, action, "evaluate",
        "Evaluate a model on a split of a prepared dataset, beside simple baselines", evaluate);
    auto& args = command.args();
    command.required("--model", args.model, "Weights");
    auto* dataset = command.option("--dataset", args.dataset, "Prepared dataset");
    command.shown("--split", args.split, "train, valid or test; with --files also all");
    auto* files = command.option(
        "--files", args.files,
        "Instead of a dataset, a folder of MIDI files: how many of all their notes come back");
    command.option("--labels", args.labels, "CSV of these files, for --split and --by")
        ->needs(files);
    command.shown("--by", args.by, "With --labels: the column with the classes")->needs(files);
    command
        .shown("--at-most", args.songs,
               "With --files: greatest number of songs, evenly spread; 0: all")
        ->needs(files);
    auto* card = command.option("--card", args.card,
                                "Write the weights to this file with the figures in their card");
    command.option("--note", args.notes, "KEY=TEXT to put into the card")->needs(card);
    command
        .flag("--ship", args.ship,
              "Write 16-bit weights without tensors that only training needs (the critic of ALI)")
        ->needs(card);
    std::string spaces;
    for (const auto& space : shippedSpaces()) {
        spaces += (spaces.empty() ? "" : ", ") + space.id;
    }
    auto* space =
        command.option("--space", args.space, "Write the whole report on a space: " + spaces);
    files->excludes(dataset)->excludes(space)->excludes(card);
    auto* out = command.option("--out", args.out, "Folder of the report")->needs(space);
    space->needs(out)->excludes(card);
    command
        .option("--beside", args.others,
                "NAME=WEIGHTS to compare with, for example a baseline of equal budget")
        ->needs(space);
    command
        .option("--second", args.second,
                "Orchestra: clips of the same music rendered with another SoundFont")
        ->needs(space);
    command
        .option("--draws", args.draws,
                "Emotion: report on draws alone, this many phrases of each mood, with fewer "
                "candidates beside")
        ->needs(space);
    auto* recordings = command.option("--songs", args.recordings,
                                      "Arrangement: a folder of held-out recordings, NAME.flac "
                                      "..., to be arranged whole");
    auto* scores = command.option("--scores", args.scores,
                                  "Their scores: folders NAME in the format of POP909");
    recordings->needs(scores)->needs(space);
    scores->needs(recordings);
    command->footer("Examples:\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--space style --out report --beside KL-VAE=kl/best.safetensors\n"
                    "  canto evaluate --model clip/last.safetensors --dataset clips.safetensors "
                    "--space orchestra --out report --second second-font.safetensors --beside "
                    "ali=ali/last.safetensors --beside ff-mfcc=ff/last.safetensors\n"
                    "  canto evaluate --model a2s/last.safetensors --dataset arrange.safetensors "
                    "--space arrangement --out report --beside chord-only=chords/last.safetensors "
                    "--songs recordings --scores POP909\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--split test > figures.json\n"
                    "  canto evaluate --model run/best.safetensors --files music --labels "
                    "music/labels.csv --split test > notes.json\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--card mine.safetensors --note licence=CC0-1.0");
}

} // namespace canto::cli
