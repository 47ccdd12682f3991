#include "app/cli/commands.h"
#include "models/common/model_card.h"
#include "models/common/registry.h"

#include <cstdio>
#include <memory>

namespace canto::cli {

namespace {

struct EvaluateWords {
    std::string model;
    std::string dataset;
    std::string split = "test";
    std::string card;
    std::vector<std::string> notes;
};

/// Entries of the card: the figures, and what the user wants to have in it.
Result<std::map<std::string, std::string>> cardEntries(const EvaluateWords& words,
                                                       const nlohmann::json& figures) {
    std::map<std::string, std::string> entries{{"metrics", figures.dump()}};
    for (const auto& note : words.notes) {
        const auto equals = note.find('=');
        if (equals == std::string::npos || equals == 0) {
            return fail(Error::Code::BadInput, "--note wants KEY=TEXT, not \"" + note + "\"");
        }
        entries[note.substr(0, equals)] = note.substr(equals + 1);
    }
    return entries;
}

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
    if (!words.card.empty()) {
        const auto entries = cardEntries(words, *figures);
        if (!entries) {
            return report(entries.error());
        }
        if (auto ok = models::writeCard(words.model, words.card, *entries); !ok) {
            return report(ok.error());
        }
    }
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
    auto* card = command->add_option(
        "--card", words->card, "Write the weights to this file with the figures in their card");
    command->add_option("--note", words->notes, "KEY=TEXT to put into the card")->needs(card);
    command->footer("Examples:\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--split test > figures.json\n"
                    "  canto evaluate --model run/best.safetensors --dataset songs.safetensors "
                    "--card mine.safetensors --note licence=CC0-1.0");
    command->callback([words, &action] { action = [words] { return evaluate(*words); }; });
}

} // namespace canto::cli
