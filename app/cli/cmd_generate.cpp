// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "core/midi/smf_reader.h"
#include "models/common/composer.h"
#include "models/registry/registry.h"

#include <algorithm>
#include <chrono>
#include <memory>

namespace canto::cli {

namespace {

struct GenerateArgs {
    std::string space = "emotion";
    std::string model;
    std::string label;
    std::string begun;
    std::string out;
    models::ComposeOptions options;
};

Result<std::shared_ptr<models::LatentModel>> modelOf(const GenerateArgs& args) {
    if (!args.model.empty()) {
        return models::openModel(args.model);
    }
    std::string known;
    for (const auto& architecture : models::architectures()) {
        if (architecture.space == args.space) {
            const auto weights = shippedWeights(architecture.id);
            if (!weights) {
                return fail(weights.error());
            }
            return models::openModel(weights->string());
        }
        known += (known.empty() ? "" : ", ") + architecture.space;
    }
    return fail(Error::Code::BadInput, "There is no space \"" + args.space + "\"", {},
                "There are: " + known);
}

int generate(const GenerateArgs& args) {
    const auto model = modelOf(args);
    if (!model) {
        return report(model.error());
    }
    const auto* composer = dynamic_cast<const models::Composer*>(model->get());
    if (composer == nullptr) {
        return report(Error{Error::Code::BadInput,
                            "The model " + (*model)->info().title + " draws single phrases only",
                            {},
                            "canto decode --label draws them"});
    }
    auto options = args.options;
    options.cancel = interruptToken();
    const auto& classes = (*model)->info().classes;
    if (!args.label.empty()) {
        const auto found = std::find(classes.begin(), classes.end(), args.label);
        if (found == classes.end()) {
            std::string known;
            for (const auto& name : classes) {
                known += (known.empty() ? "" : ", ") + name;
            }
            return report(Error{Error::Code::BadInput,
                                "The model does not know the label \"" + args.label + "\"",
                                {},
                                "Its labels: " + known});
        }
        options.label = static_cast<int>(found - classes.begin());
    }
    music::Song begun;
    if (!args.begun.empty()) {
        auto read = midi::readSmfFile(args.begun);
        if (!read) {
            return report(read.error());
        }
        begun = std::move(read->song);
    }
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    double firstBar = 0;
    int bars = 0;
    ProgressLine progress("Writing, bar");
    const auto song = composer->compose(begun, options, [&](const music::Song&, int count) {
        if (bars == 0) {
            firstBar = std::chrono::duration<double>(Clock::now() - start).count();
        }
        bars = count;
        progress.update(static_cast<std::size_t>(count), 0);
        return true;
    });
    if (!song) {
        return report(song.error());
    }
    if (auto ok = writeMidi(args.out, *song); !ok) {
        return report(ok.error());
    }
    print({{"out", args.out},
           {"bars", bars},
           {"notes", song->notes.size()},
           {"secondsToFirstBar", firstBar},
           {"seconds", std::chrono::duration<double>(Clock::now() - start).count()}});
    return kGood;
}

} // namespace

void addGenerateCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<GenerateArgs>();
    auto* command = app.add_subcommand(
        "generate", "Generate music of any length from a model's prior, or continue a file");
    auto* space = command->add_option("--space", args->space, "Use the shipped model of this space")
                      ->capture_default_str();
    command->add_option("--model", args->model, "Weights instead of those that ship")
        ->excludes(space);
    command->add_option("--quadrant,--label", args->label,
                        "Emotion: Q1 (lively, glad), Q2 (lively, dark), Q3 (calm, dark), "
                        "Q4 (calm, glad); none: any");
    command->add_option("--continue", args->begun, "MIDI file to continue")
        ->check(CLI::ExistingFile);
    command->add_option("--bars", args->options.bars, "Number of new bars")
        ->check(CLI::Range(1, 512))
        ->capture_default_str();
    command->add_option("--seed", args->options.seed, "Seed of the samples")->capture_default_str();
    command
        ->add_option("--temperature", args->options.temperature,
                     "0: always the most probable value")
        ->check(CLI::Range(0.0, 10.0))
        ->capture_default_str();
    command
        ->add_option("--nucleus", args->options.nucleus,
                     "Sample from the most probable values that together have this probability")
        ->check(CLI::Range(0.01, 1.0))
        ->capture_default_str();
    command->add_option("--out", args->out, "MIDI file to write")->required();
    command->footer(
        "Examples:\n"
        "  canto generate --space emotion --quadrant Q1 --seed 1 --bars 8 --out q1.mid\n"
        "  canto generate --quadrant Q3 --continue song.mid --bars 4 --out longer.mid");
    command->callback([args, &action] { action = [args] { return generate(*args); }; });
}

} // namespace canto::cli
