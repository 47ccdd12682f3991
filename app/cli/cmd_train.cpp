#include "app/cli/commands.h"
#include "models/common/device.h"
#include "models/common/model_card.h"
#include "models/common/registry.h"
#include "models/train/trainer.h"

#include <cstdio>
#include <memory>

namespace canto::cli {

namespace {

struct TrainWords {
    std::string dataset;
    std::string out;
    std::string architecture = "musae";
    std::string preset;
    std::vector<std::string> changes;
    models::train::TrainerOptions options;
    bool resume = false;
};

/// "key=value" with a JSON number.
Result<nlohmann::json> parseChanges(const std::vector<std::string>& words) {
    auto changes = nlohmann::json::object();
    for (const auto& word : words) {
        const auto equals = word.find('=');
        const auto value = equals == std::string::npos
                               ? nlohmann::json(nlohmann::json::value_t::discarded)
                               : nlohmann::json::parse(word.substr(equals + 1), nullptr, false);
        if (!value.is_number()) {
            return fail(Error::Code::BadInput, "--set wants KEY=NUMBER, not \"" + word + "\"");
        }
        changes[word.substr(0, equals)] = value;
    }
    return changes;
}

/// Measures the best weights on songs they have not seen and writes the figures into their card. A
/// dataset without a test split leaves them as they are.
Result<void> measureBest(const models::Architecture& architecture, const TrainWords& words) {
    const auto best = std::filesystem::path(words.out) / "best.safetensors";
    const auto weights = tensorfile::SafeTensors::open(best, tensorfile::OpenOptions::weights());
    if (!weights) {
        return fail(weights.error());
    }
    auto figures = architecture.evaluate(*weights, words.dataset, "test", interruptToken());
    if (!figures) {
        std::fprintf(stderr, "canto: not measured: %s\n", figures.error().message().c_str());
        return {};
    }
    std::fputs(figures->value("table", "").c_str(), stderr);
    figures->erase("table");
    return models::writeCard(best, best, {{"metrics", figures->dump()}});
}

std::string noteOf(const models::train::TrainStatus& status) {
    std::string note;
    for (const auto& [name, value] : status.losses) {
        if (!name.ends_with(".gradient")) {
            char text[96];
            std::snprintf(text, sizeof text, " %s %.4g", name.c_str(), value);
            note += text;
        }
    }
    return note;
}

int train(const TrainWords& words) {
    const auto blas = models::blasReport();
    std::fprintf(stderr, "canto: matrix products at %.0f GFLOP/s a core\n", blas.gflopsPerCore);
    if (blas.slow) {
        std::fprintf(stderr, "canto: %s\n", blas.advice.c_str());
    }
    const auto architecture = models::findArchitecture(words.architecture);
    if (!architecture) {
        return report(architecture.error());
    }
    const auto changes = parseChanges(words.changes);
    if (!changes) {
        return report(changes.error());
    }
    const auto trainable = (*architecture)
                               ->makeTraining({.dataset = words.dataset,
                                               .preset = words.preset,
                                               .changes = *changes,
                                               .seed = words.options.seed});
    if (!trainable) {
        return report(trainable.error());
    }
    models::train::Trainer trainer(*trainable, words.out, words.options);
    if (words.resume) {
        std::vector<std::string> notes;
        const auto resumed = trainer.resume(&notes);
        for (const auto& note : notes) {
            std::fprintf(stderr, "canto: %s\n", note.c_str());
        }
        if (!resumed) {
            return report(resumed.error());
        }
        std::fprintf(stderr, "canto: going on from step %lld\n",
                     static_cast<long long>(trainer.step()));
    }
    ProgressLine progress("Training");
    const auto outcome =
        trainer.run(interruptToken(), [&](const models::train::TrainStatus& status) {
            constexpr std::size_t kParts = 10000;
            progress.update(static_cast<std::size_t>(status.progress * kParts), kParts,
                            noteOf(status));
            if (status.measures) {
                std::fprintf(stderr, "\nstep %lld:", static_cast<long long>(status.step));
                for (const auto& [name, value] : *status.measures) {
                    std::fprintf(stderr, " %s %.4f", name.c_str(), value);
                }
                std::fputc('\n', stderr);
            }
        });
    if (!outcome) {
        return report(outcome.error());
    }
    if (!outcome->cancelled) {
        if (auto ok = measureBest(**architecture, words); !ok) {
            return report(ok.error());
        }
    }
    print({{"run", words.out},
           {"steps", outcome->steps},
           {"cancelled", outcome->cancelled},
           {"weights", words.out + "/best.safetensors"},
           {"validation", outcome->last}});
    return outcome->cancelled ? kFailed : kGood;
}

} // namespace

void addTrainCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<TrainWords>();
    auto* command = app.add_subcommand("train", "Train a model on a prepared dataset");
    command->add_option("--dataset", words->dataset, "Prepared dataset (canto prepare)")
        ->required();
    command->add_option("--out", words->out, "Folder of the run")->required();
    command->add_option("--model", words->architecture, "Architecture")->capture_default_str();
    command->add_option("--preset", words->preset, "Sizes: transformer (default) or recurrent");
    auto* steps = command->add_option("--steps", words->options.steps, "Length in steps")
                      ->check(CLI::PositiveNumber)
                      ->capture_default_str();
    command->add_option("--minutes", words->options.minutes, "Length in minutes")
        ->check(CLI::PositiveNumber)
        ->excludes(steps);
    command->add_option("--seed", words->options.seed, "Seed of everything that chance decides")
        ->capture_default_str();
    command->add_option("--threads", words->options.threads, "0: what a short timing finds faster")
        ->check(CLI::Range(0, 256));
    command
        ->add_option("--validate-minutes", words->options.validateMinutes,
                     "Between validations and checkpoints")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--set", words->changes, "KEY=NUMBER of the training configuration");
    command->add_flag("--resume", words->resume, "Go on from the newest whole checkpoint in --out");
    command->footer("Examples:\n"
                    "  canto train --dataset songs.safetensors --out run --minutes 45\n"
                    "  canto train --dataset songs.safetensors --out run --minutes 45 --resume\n"
                    "  canto train --dataset songs.safetensors --out run --preset recurrent "
                    "--steps 5000 --set latentNoise=0.1");
    command->callback([words, &action] { action = [words] { return train(*words); }; });
}

} // namespace canto::cli
