// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/library/user_models.h"
#include "app/runs/compare_models.h"
#include "app/runs/own_music.h"
#include "core/base/path_text.h"
#include "models/registry/registry.h"

#include <cstdio>
#include <memory>

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

Result<train::TrainResult> fineTune(const train::RunRequest& request) {
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

int fineTune(const Args& args) {
    const auto files = args.labels.empty() ? filesByFolder(args.folder)
                                           : filesByCsv(args.folder, args.labels, args.column);
    if (!files) {
        return report(files.error());
    }
    Result<OwnMusic> music;
    {
        ProgressLine line("Reading files");
        music = surveyOwnMusic(*files, args.seed, interruptToken(), line.callback());
    }
    if (!music) {
        return report(music.error());
    }
    json reported = toJson(*music);
    printWarnings(music->warnings);
    if (args.look) {
        print(reported);
        return kGood;
    }
    // The data of an existing run must not be overwritten.
    if (auto ok = train::checkNoRun(args.out); !ok) {
        return report(ok.error());
    }
    const auto weights = args.weights.empty() ? shippedWeights() : Result<fs::path>(args.weights);
    if (!weights) {
        return report(weights.error());
    }
    const auto dataset = writeOwnDataset(*music, args.out, interruptToken(), {});
    if (!dataset) {
        return report(dataset.error());
    }
    auto request = fineTuneRequest(*dataset, *weights, args.out, args.minutes, music->trainPhrases);
    request.seed = args.seed;
    const auto result = fineTune(request);
    if (!result) {
        return report(result.error());
    }
    reported["end"] = train::nameOf(result->end);
    reported["steps"] = result->steps;
    if (result->end == train::End::Cancelled) {
        print(reported);
        return kFailed;
    }
    reported["before"] = measured(*weights, *dataset);
    reported["after"] = measured(result->weights, *dataset);
    reported["weights"] = result->weights.string();
    reported["bestScore"] = result->bestScore ? json(*result->bestScore) : json();
    if (!args.models.empty()) {
        const auto kept = addModel(
            result->weights, args.models,
            args.title.empty() ? args.folder.filename().string() : args.title,
            {{"dataset", pathText(*dataset)}, {"fineTunedFrom", weights->filename().string()}});
        if (!kept) {
            return report(kept.error());
        }
        reported["weights"] = kept->path.string();
    }
    print(reported);
    return kGood;
}

} // namespace

void addFineTuneCommand(CLI::App& app, Action& action) {
    const auto args = std::make_shared<Args>();
    auto* command =
        app.add_subcommand("fine-tune", "Fine-tune a model on a folder of your own music");
    command->add_option("folder", args->folder, "MIDI files, and folders whose names are labels")
        ->required();
    command->add_option("--labels", args->labels, "CSV with the columns path and --class-column");
    command->add_option("--class-column", args->column, "Column of the CSV with the labels")
        ->capture_default_str();
    auto* look = command->add_flag("--look", args->look,
                                   "Only report the songs, their split and what is left out");
    command->add_option("--out", args->out, "Folder of the run; the data are written there too")
        ->excludes(look);
    command->add_option("--from", args->weights, "Initial weights (default: those that ship)")
        ->check(CLI::ExistingFile);
    command->add_option("--minutes", args->minutes, "Length of the training")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--models", args->models,
                        "Folder of models the result is added to; nothing there is replaced");
    command->add_option("--title", args->title, "Name of the model");
    command->add_option("--seed", args->seed, "Seed of the split and the training")
        ->capture_default_str();
    command->footer("Examples:\n"
                    "  canto fine-tune Music/MIDI --look\n"
                    "  canto fine-tune Music/MIDI --out run --minutes 10\n"
                    "  canto fine-tune Music/MIDI --labels labels.csv --out run --models mine");
    command->callback([args, &action] {
        if (!args->look && args->out.empty()) {
            throw CLI::RequiredError("--out");
        }
        action = [args] { return fineTune(*args); };
    });
}

} // namespace canto::cli
