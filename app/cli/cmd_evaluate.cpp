#include "app/cli/commands.h"
#include "models/common/registry.h"

#include <cstdio>
#include <memory>

namespace canto::cli {

namespace {

struct EvaluateWords {
    std::string model;
    std::string dataset;
    std::string split = "test";
};

int evaluate(const EvaluateWords& words) {
    const auto weights =
        tensorfile::SafeTensors::open(words.model, tensorfile::OpenOptions::weights());
    if (!weights) {
        return report(weights.error());
    }
    const auto architecture = models::findArchitecture(weights->metadata("architecture"));
    if (!architecture) {
        return report(architecture.error());
    }
    auto figures =
        (*architecture)->evaluate(*weights, words.dataset, words.split, interruptToken());
    if (!figures) {
        return report(figures.error());
    }
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    print(*figures);
    return kGood;
}

} // namespace

void addEvaluateCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<EvaluateWords>();
    auto* command = app.add_subcommand(
        "evaluate", "Measure a model on a split of a prepared dataset, beside simple guesses");
    command->add_option("--model", words->model, "Weights")->required();
    command->add_option("--dataset", words->dataset, "Prepared dataset")->required();
    command->add_option("--split", words->split, "train, valid or test")->capture_default_str();
    command->footer("Example:\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--split test > figures.json");
    command->callback([words, &action] { action = [words] { return evaluate(*words); }; });
}

} // namespace canto::cli
