#include "app/cli/commands.h"
#include "app/service/compare_models.h"
#include "app/service/model_store.h"
#include "app/service/own_music.h"
#include "app/service/user_models.h"
#include "core/base/path_text.h"
#include "models/common/registry.h"

#include <cstdio>
#include <memory>

namespace canto::cli {

namespace {

namespace fs = std::filesystem;
namespace train = models::train;
using nlohmann::json;

struct Words {
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

json toJson(const service::OwnMusic& music) {
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

/// Figures of a model on the songs held out, or why there are none.
json measured(const fs::path& weights, const fs::path& dataset) {
    const auto model = models::openModel(weights.string());
    if (!model) {
        return {{"error", model.error().message()}};
    }
    const auto figures = service::heldOutFigures(**model, dataset, {}, interruptToken());
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

Result<train::TrainOutcome> fineTune(const train::RunRequest& request) {
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

int personalise(const Words& words) {
    const auto files = words.labels.empty()
                           ? service::filesByFolder(words.folder)
                           : service::filesByCsv(words.folder, words.labels, words.column);
    if (!files) {
        return report(files.error());
    }
    Result<service::OwnMusic> music;
    {
        ProgressLine line("Reading files");
        music = service::surveyOwnMusic(*files, words.seed, interruptToken(), line.callback());
    }
    if (!music) {
        return report(music.error());
    }
    json told = toJson(*music);
    printWarnings(music->warnings);
    if (words.look) {
        print(told);
        return kGood;
    }
    // The data of a run that is already there must not be overwritten.
    if (auto ok = train::checkNoRun(words.out); !ok) {
        return report(ok.error());
    }
    const auto weights = words.weights.empty() ? shippedWeights() : Result<fs::path>(words.weights);
    if (!weights) {
        return report(weights.error());
    }
    const auto dataset = service::writeOwnDataset(*music, words.out, interruptToken(), {});
    if (!dataset) {
        return report(dataset.error());
    }
    auto request =
        service::fineTuneRequest(*dataset, *weights, words.out, words.minutes, music->trainPhrases);
    request.seed = words.seed;
    const auto outcome = fineTune(request);
    if (!outcome) {
        return report(outcome.error());
    }
    told["end"] = train::nameOf(outcome->end);
    told["steps"] = outcome->steps;
    if (outcome->end == train::End::Cancelled) {
        print(told);
        return kFailed;
    }
    told["before"] = measured(*weights, *dataset);
    told["after"] = measured(outcome->weights, *dataset);
    told["weights"] = outcome->weights.string();
    told["bestScore"] = outcome->bestScore ? json(*outcome->bestScore) : json();
    if (!words.models.empty()) {
        const auto kept = service::addModel(
            outcome->weights, words.models,
            words.title.empty() ? words.folder.filename().string() : words.title,
            {{"dataset", pathText(*dataset)}, {"fineTunedFrom", weights->filename().string()}});
        if (!kept) {
            return report(kept.error());
        }
        told["weights"] = kept->path.string();
    }
    print(told);
    return kGood;
}

} // namespace

void addPersonaliseCommand(CLI::App& app, Action& action) {
    const auto words = std::make_shared<Words>();
    auto* command =
        app.add_subcommand("personalise", "Fine-tune a model on a folder of one's own music");
    command->add_option("folder", words->folder, "MIDI files, and folders whose names are labels")
        ->required();
    command->add_option("--labels", words->labels, "CSV with the columns path and --class-column");
    command->add_option("--class-column", words->column, "Column of the CSV with the labels")
        ->capture_default_str();
    auto* look = command->add_flag("--look", words->look,
                                   "Only say what is there: songs, split, what is left out");
    command->add_option("--out", words->out, "Folder of the run; the data are written there too")
        ->excludes(look);
    command->add_option("--from", words->weights, "Weights to begin with; the shipped ones")
        ->check(CLI::ExistingFile);
    command->add_option("--minutes", words->minutes, "Length of the training")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--models", words->models,
                        "Folder of models the result is added to; nothing there is replaced");
    command->add_option("--title", words->title, "Name of the model");
    command->add_option("--seed", words->seed, "Of the split and the training")
        ->capture_default_str();
    command->footer("Examples:\n"
                    "  canto personalise Music/MIDI --look\n"
                    "  canto personalise Music/MIDI --out run --minutes 10\n"
                    "  canto personalise Music/MIDI --labels labels.csv --out run --models mine");
    command->callback([words, &action] {
        if (!words->look && words->out.empty()) {
            throw CLI::RequiredError("--out");
        }
        action = [words] { return personalise(*words); };
    });
}

} // namespace canto::cli
