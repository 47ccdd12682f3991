// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/library/user_models.h"
#include "app/runs/compare_models.h"
#include "app/runs/own_music.h"
#include "core/base/path_text.h"
#include "models/registry/registry.h"

#include <cstdio>

namespace canto::cli {

namespace {

namespace fs = std::filesystem;
namespace train = models::train;
using nlohmann::json;

struct Args {
    fs::path folder;
    fs::path labels;
    std::string column = "genre";
    fs::path weights;
    fs::path out;
    fs::path models;
    std::string title;
    double minutes = 10;
    std::uint64_t seed = 1;
    bool look = false;
};

json toJson(const OwnMusic& music) {
    json labels = json::array(), leftOut = json::array();
    for (const auto& label : music.labels) {
        labels.push_back({{"label", label.label},
                          {"songs", label.songs},
                          {"phrases", label.phrases},
                          {"train", label.train},
                          {"valid", label.valid},
                          {"test", label.test}});
    }
    for (const auto& song : music.songs) {
        if (!song.skipped.empty()) {
            leftOut.push_back({{"file", song.file.file.string()}, {"why", song.skipped}});
        }
    }
    return {{"labels", std::move(labels)},
            {"leftOut", std::move(leftOut)},
            {"trainPhrases", music.trainPhrases},
            {"heldOutPhrases", music.heldOutPhrases},
            {"warnings", music.warnings}};
}

/// Figures of a model on the held-out songs, or why there are none.
json measured(const fs::path& weights, const fs::path& dataset) {
    const auto file = tensors::SafeTensors::open(weights, tensors::OpenOptions::weights());
    if (file && file->metadata("architecture") == "polyphonic") {
        const auto architecture = models::findArchitecture("polyphonic");
        for (const char* split : {"test", "valid"}) {
            if (auto figures = (*architecture)->evaluate(*file, dataset, split, interruptToken())) {
                figures->erase("table");
                return {{"weights", weights.string()}, {"split", split}, {"figures", *figures}};
            }
        }
    }
    const auto model = models::openModel(weights.string());
    if (!model) {
        return {{"error", model.error().message()}};
    }
    const auto figures = heldOutFigures(**model, dataset, {}, interruptToken());
    if (!figures) {
        return {{"error", figures.error().message()}};
    }
    return {{"weights", weights.string()},
            {"split", figures->split},
            {"phrases", figures->phrases},
            {"accuracy", figures->accuracy},
            {"accuracyWithoutHolds", figures->accuracyWithoutHolds},
            {"onsetF1", figures->onsetF1}};
}

Result<train::TrainResult> trainShowing(const train::RunRequest& request) {
    ProgressLine progress("Training");
    train::Observer observer;
    observer.onStep = [&](const train::StepReport& step) {
        constexpr std::size_t kParts = 10000;
        progress.update(static_cast<std::size_t>(step.progress * kParts), kParts,
                        "step " + std::to_string(step.step));
    };
    observer.onEvent = [](const train::RunEvent& event) {
        if (event.kind == train::RunEvent::Kind::Note) {
            std::fprintf(stderr, "canto: %s\n", event.text.c_str());
        }
    };
    return train::runTraining(request, train::Start::Fresh, interruptToken(), observer);
}

Result<int> fineTune(const Args& args) {
    CANTO_TRY(files, args.labels.empty() ? filesByFolder(args.folder)
                                         : filesByCsv(args.folder, args.labels, args.column));
    CANTO_TRY(music, withProgress("Reading files", [&](const Progress& progress) {
                  return surveyOwnMusic(*files, args.seed, interruptToken(), progress);
              }));
    json reported = toJson(*music);
    printWarnings(music->warnings);
    if (args.look) {
        return print(reported);
    }
    // The data of an existing run must not be overwritten.
    CANTO_CHECK(train::checkNoRun(args.out));
    CANTO_TRY(weights, weightsOrShipped(args.weights));
    CANTO_TRY(dataset, writeOwnDataset(*music, args.out, interruptToken(), {}, *weights));
    auto request = fineTuneRequest(*dataset, *weights, args.out, args.minutes, music->trainPhrases);
    CANTO_TRY(start, tensors::SafeTensors::open(*weights, tensors::OpenOptions::weights()));
    request.architecture = start->metadata("architecture");
    request.seed = args.seed;
    CANTO_TRY(result, trainShowing(request));
    reported["end"] = train::nameOf(result->end);
    reported["steps"] = result->steps;
    if (result->end == train::End::Cancelled) {
        return print(reported, kFailed);
    }
    reported["before"] = measured(*weights, *dataset);
    reported["after"] = measured(result->weights, *dataset);
    reported["weights"] = result->weights.string();
    reported["bestScore"] = result->bestScore ? json(*result->bestScore) : json();
    if (!args.models.empty()) {
        CANTO_TRY(kept, addModel(result->weights, args.models,
                                 args.title.empty() ? args.folder.filename().string() : args.title,
                                 {{"dataset", pathText(*dataset)},
                                  {"fineTunedFrom", weights->filename().string()}}));
        reported["weights"] = kept->path.string();
    }
    return print(reported);
}

} // namespace

void addFineTuneCommand(CLI::App& app, Action& action) {
    Command<Args> command(app, action, "fine-tune",
                          "Fine-tune a model on a folder of your own music", fineTune);
    auto& args = command.args();
    command.required("folder", args.folder, "MIDI files, and folders whose names are labels");
    command.option("--labels", args.labels, "CSV with the columns path and --class-column");
    command.shown("--class-column", args.column, "Column of the CSV with the labels");
    auto* look = command.flag("--look", args.look,
                              "Only report the songs, their split and what is left out");
    command.option("--out", args.out, "Folder of the run; the data are written there too")
        ->excludes(look);
    command.option("--from", args.weights, "Initial weights (default: those that ship)",
                   CLI::ExistingFile);
    command.shown("--minutes", args.minutes, "Length of the training", CLI::PositiveNumber);
    command.option("--models", args.models,
                   "Folder of models the result is added to; nothing there is replaced");
    command.option("--title", args.title, "Name of the model");
    command.shown("--seed", args.seed, "Seed of the split and the training");
    command->footer("Examples:\n"
                    "  canto fine-tune Music/MIDI --look\n"
                    "  canto fine-tune Music/MIDI --out run --minutes 10\n"
                    "  canto fine-tune Music/MIDI --labels labels.csv --out run --models mine");
    command.check([&args] {
        if (!args.look && args.out.empty()) {
            throw CLI::RequiredError("--out");
        }
    });
}

} // namespace canto::cli
