// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "core/base/json_text.h"
#include "models/common/device.h"
#include "models/common/model_card.h"
#include "models/registry/registry.h"
#include "models/train/run.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace canto::cli {

namespace {

namespace train = models::train;

struct TrainArgs {
    train::RunRequest request;
    std::vector<std::string> changes;
    std::string resume; ///< folder of a run
    bool changedData = false;
    const CLI::App* command = nullptr; ///< says which options were given
};

/// "key=value" with a number, true or false, or a name.
Result<nlohmann::json> parseChanges(const std::vector<std::string>& args) {
    auto changes = nlohmann::json::object();
    CANTO_TRY(named, namedValues("--set", "KEY=VALUE", args));
    for (const auto& [key, text] : *named) {
        if (text.empty()) {
            return fail(Error::Code::BadInput, "--set wants KEY=VALUE, not \"" + key + "=\"");
        }
        auto value = nlohmann::json::parse(text, nullptr, false);
        if (!value.is_number() && !value.is_boolean()) {
            value = text; // a name: the model checks it
        }
        changes[key] = value;
    }
    return changes;
}

/// Evaluates the resulting weights on the test split and writes the figures into their card.
/// Without a test split the card stays unchanged.
Result<void> measureResult(const train::RunRequest& request, const std::filesystem::path& result) {
    CANTO_TRY(architecture, models::findArchitecture(request.architecture));
    CANTO_TRY(weights, tensors::SafeTensors::open(result, tensors::OpenOptions::weights()));
    auto figures = (*architecture)->evaluate(*weights, request.dataset, "test", interruptToken());
    if (!figures) {
        std::fprintf(stderr, "canto: not measured: %s\n", figures.error().message().c_str());
        return {};
    }
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    return models::writeCard(result, result, {{"metrics", jsonText(*figures)}});
}

/// "40 s", "3 min", "2.5 h".
std::string spanText(double seconds) {
    char text[32];
    if (seconds < 120) {
        std::snprintf(text, sizeof text, "%.0f s", seconds);
    } else if (seconds < 7200) {
        std::snprintf(text, sizeof text, "%.0f min", seconds / 60);
    } else {
        std::snprintf(text, sizeof text, "%.1f h", seconds / 3600);
    }
    return text;
}

std::string noteOf(const train::StepReport& report) {
    char text[96];
    std::snprintf(text, sizeof text, "%.1f %%, epoch %d", 100 * report.progress, report.epoch);
    std::string note = text;
    if (report.left) {
        std::snprintf(text, sizeof text, ", %s to %s left", spanText(report.left->least).c_str(),
                      spanText(report.left->most).c_str());
        note += text;
    }
    for (const auto& [name, value] : report.losses) {
        if (!name.ends_with(".gradient")) {
            std::snprintf(text, sizeof text, ", %s %.4g", name.c_str(), value);
            note += text;
        }
    }
    return note;
}

void printEpoch(const train::EpochReport& epoch) {
    std::fprintf(stderr, "%sepoch %d, step %lld:", isatty(STDERR_FILENO) != 0 ? "\n" : "",
                 epoch.epoch, static_cast<long long>(epoch.step));
    for (const auto& [name, value] : epoch.measures) {
        std::fprintf(stderr, " %s %.4f", name.c_str(), value);
    }
    std::fputs(epoch.best ? " (best)\n" : "\n", stderr);
}

/// The requested run: the options, or the folder's request with the given options applied to it.
Result<train::RunRequest> requestOf(const TrainArgs& args) {
    auto request = args.request;
    CANTO_TRY(changes, parseChanges(args.changes));
    request.changes = *changes;
    if (args.resume.empty()) {
        if (request.dataset.empty() || request.out.empty()) {
            return fail(Error::Code::BadInput, "A new run wants --dataset and --out", {},
                        "canto train --resume DIR goes on with an old one");
        }
        return request;
    }
    auto kept = train::readRequest(args.resume);
    if (!kept) {
        return kept;
    }
    const auto given = [&](const char* name) { return args.command->count(name) > 0; };
    if (given("--steps") || given("--minutes") || given("--epochs")) {
        kept->steps = request.steps;
        kept->minutes = request.minutes;
        kept->epochs = request.epochs;
    }
    if (given("--threads")) {
        kept->threads = request.threads;
    }
    if (given("--device")) {
        kept->device = request.device;
    }
    if (given("--batch")) {
        kept->batch = request.batch;
    }
    return kept;
}

Result<int> trainModel(const TrainArgs& args) {
    const auto blas = models::blasReport();
    if (blas.slow) {
        std::fprintf(stderr, "canto: %s\n", blas.advice.c_str());
    }
    CANTO_TRY(request, requestOf(args));
    ProgressLine progress("Training, step");
    train::Observer observer;
    // Under torchrun the first process reports progress; every process reports its own errors.
    const char* rank = std::getenv("RANK");
    const bool speaks = rank == nullptr || std::string_view(rank) == "0";
    int halfBatch = 0;
    if (speaks) {
        observer.onStep = [&](const train::StepReport& step) {
            progress.update(static_cast<std::size_t>(step.step), 0, noteOf(step));
        };
        observer.onEpoch = printEpoch;
    }
    observer.onEvent = [&](const train::RunEvent& event) {
        if (event.kind == train::RunEvent::Kind::OutOfMemory) {
            halfBatch = event.halfBatch;
        } else if (speaks && event.kind != train::RunEvent::Kind::NotFinite) {
            std::fprintf(stderr, "canto: %s\n", event.text.c_str());
        }
    };
    const auto start = args.resume.empty() ? train::Start::Fresh
                       : args.changedData  ? train::Start::ResumeWithOtherData
                                           : train::Start::Resume;
    auto result = train::runTraining(*request, start, interruptToken(), observer);
    if (!result && result.error().code == Error::Code::NoMemory && halfBatch > 0 &&
        rank == nullptr) {
        std::fprintf(stderr, "canto: once more with %d in a batch\n", halfBatch);
        request->batch = std::exchange(halfBatch, 0);
        result = train::runTraining(*request, train::Start::Resume, interruptToken(), observer);
    }
    if (!result) {
        return fail(result.error());
    }
    const bool cancelled = result->end == train::End::Cancelled;
    if (!speaks) {
        return cancelled ? kFailed : kGood;
    }
    if (!cancelled) {
        CANTO_CHECK(measureResult(*request, result->weights));
    }
    return print(
        {{"run", request->out.string()},
         {"steps", result->steps},
         {"epochs", result->epochs},
         {"end", train::nameOf(result->end)},
         {"weights",
          result->weights.empty() ? nlohmann::json() : nlohmann::json(result->weights.string())},
         {"bestScore", result->bestScore ? nlohmann::json(*result->bestScore) : nlohmann::json()},
         {"validation", result->last}},
        cancelled ? kFailed : kGood);
}

} // namespace

void addTrainCommand(CLI::App& app, Action& action) {
    Command<TrainArgs> command(app, action, "train", "Train a model on a prepared dataset",
                               trainModel);
    auto& args = command.args();
    args.command = command.app();
    auto& request = args.request;
    command.option("--dataset", request.dataset, "Prepared dataset (canto prepare)");
    command.option("--out", request.out, "Folder of the run");
    auto* resume = command.option(
        "--resume", args.resume,
        "Resume the run in this folder from its newest complete checkpoint; its other options are "
        "kept, but the length, --threads, --device and --batch can be changed");
    command
        .flag("--changed-data", args.changedData,
              "Resume although the dataset has changed since the run began: its scores start "
              "again, and the best weights so far are kept under another name")
        ->needs(resume);
    command.shown("--model", request.architecture, "Architecture");
    command.option(
        "--preset", request.preset,
        "Network and prior: transformer (default), expressive, styles, kl, sixteen, recurrent, "
        "paper; of --model muser: cpu (default), medium, paper");
    auto* steps = command.shown("--steps", request.steps, "Length in steps", CLI::PositiveNumber);
    auto* minutes =
        command.option("--minutes", request.minutes, "Length in minutes", CLI::PositiveNumber)
            ->excludes(steps);
    command.option("--epochs", request.epochs, "Length in epochs", CLI::PositiveNumber)
        ->excludes(steps)
        ->excludes(minutes);
    command.shown("--epoch-minutes", request.epochMinutes,
                  "An epoch ends with validation, weights and checkpoint: after this time "
                  "(0, or --epochs: a pass through the data)",
                  CLI::NonNegativeNumber);
    command.option("--epoch-steps", request.epochSteps, "... or after this many steps",
                   CLI::PositiveNumber);
    command.flag("--keep-epochs", request.keepEpochs, "Keep the weights of every epoch");
    command.shown("--patience", request.patience,
                  "End after this many epochs without a better score (0: never); needs validation "
                  "songs in the dataset",
                  CLI::NonNegativeNumber);
    command.shown("--seed", request.seed, "Seed of all random numbers");
    command.option("--batch", request.batch, "Phrases in a batch (0: the model's)",
                   CLI::NonNegativeNumber);
    command.shown("--device", request.device, "auto, cpu, cuda, cuda:N");
    command.option("--threads", request.threads, "0: the faster choice in a short timing",
                   CLI::Range(0, 256));
    command.option("--set", args.changes, "KEY=VALUE of the training configuration");
    command.option("--from", request.initialWeights, "Initial weights (fine-tuning)",
                   CLI::ExistingFile);
    command.option("--freeze", request.frozen,
                   "Do not train parameters whose name begins with this: encoder. decoder.");
    command.shown("--rate-factor", request.rateFactor, "Factor of every learning rate",
                  CLI::PositiveNumber);
    command.shown("--log-steps", request.logEvery, "Steps between two lines of figures",
                  CLI::PositiveNumber);
    for (const char* decided : {"--dataset", "--out", "--model", "--preset", "--seed", "--set",
                                "--from", "--freeze", "--rate-factor"}) {
        resume->excludes(command->get_option(decided)); // run.json in the folder defines them
    }
    command->footer(
        "Examples:\n"
        "  canto train --dataset songs.safetensors --out run --minutes 45\n"
        "  canto train --resume run\n"
        "  canto train --dataset songs.safetensors --out run --preset recurrent --epochs 20 "
        "--patience 3 --set latentNoise=0.1\n"
        "  canto train --dataset mine.safetensors --out tuned --from best.safetensors "
        "--rate-factor 0.1 --freeze encoder. --epochs 5\n"
        "  torchrun --nproc-per-node 2 --no-python canto train --dataset songs.safetensors --out "
        "run "
        "--minutes 45\n\n"
        "The folder of a run holds run.json, config.json, metrics.jsonl, checkpoints, and "
        "best.safetensors and last.safetensors, which every command accepts as a model. Without "
        "validation songs there is no best.safetensors; \"weights\" in the output and in run.json "
        "names the result.");
}

} // namespace canto::cli
