// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "app/spaces/spaces.h"
#include "core/midi/smf_reader.h"
#include "models/common/composer.h"
#include "models/common/mood_path.h"
#include "models/registry/registry.h"

#include <chrono>
#include <memory>

namespace canto::cli {

namespace {

struct GenerateArgs {
    std::string space = "emotion";
    std::string model;
    std::string label;
    std::string path;
    std::string begun;
    std::string out;
    models::ComposeOptions options;
};

Result<std::shared_ptr<models::LatentModel>> modelOf(const GenerateArgs& args) {
    if (!args.model.empty()) {
        // A file, or the name of an architecture whose weights ship.
        if (!std::filesystem::exists(args.model) && models::findArchitecture(args.model)) {
            CANTO_TRY(weights, shippedWeights(args.model));
            return models::openModel(weights->string());
        }
        return models::openModel(args.model);
    }
    std::string known;
    for (const auto& space : shippedSpaces()) {
        if (space.id == args.space) {
            return space.open
                       ? space.open()
                       : fail(Error::Code::NotFound,
                              "The space \"" + space.id + "\" cannot be opened: " + space.whyNot);
        }
        known += (known.empty() ? "" : ", ") + space.id;
    }
    return fail(Error::Code::BadInput, "There is no space \"" + args.space + "\"", {},
                "There are: " + known);
}

Result<int> generate(const GenerateArgs& args) {
    CANTO_TRY(model, modelOf(args));
    const auto* composer = dynamic_cast<const models::Composer*>(model->get());
    if (composer == nullptr) {
        return fail(Error::Code::BadInput,
                    "The model " + (*model)->info().title + " draws single phrases only", {},
                    "canto decode --label draws them");
    }
    auto options = args.options;
    options.cancel = interruptToken();
    if (!args.label.empty()) {
        CANTO_TRY(label, labelNamed(**model, args.label));
        options.label = *label;
    }
    if (!args.path.empty()) {
        if ((*model)->info().classes != std::vector<std::string>{"Q1", "Q2", "Q3", "Q4"}) {
            return fail(Error::Code::BadInput,
                        "--path needs a model with the moods happy, tense, sad and calm");
        }
        CANTO_TRY(points, models::moodPath(args.path));
        options.moods = models::moodsAlong(*points, options.bars);
    }
    music::Song begun;
    if (!args.begun.empty()) {
        CANTO_TRY(read, midi::readSmfFile(args.begun));
        begun = std::move(read->song);
    }
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    double firstBar = 0;
    int bars = 0;
    ProgressLine progress("Writing, bar");
    CANTO_TRY(song, composer->compose(begun, options, [&](const music::Song&, int count) {
        if (bars == 0) {
            firstBar = std::chrono::duration<double>(Clock::now() - start).count();
        }
        bars = count;
        progress.update(static_cast<std::size_t>(count), 0);
        return true;
    }));
    CANTO_CHECK(writeMidi(args.out, *song));
    return print({{"out", args.out},
                  {"bars", bars},
                  {"notes", song->notes.size()},
                  {"secondsToFirstBar", firstBar},
                  {"seconds", std::chrono::duration<double>(Clock::now() - start).count()}});
}

} // namespace

void addGenerateCommand(CLI::App& app, Action& action) {
    Command<GenerateArgs> command(
        app, action, "generate",
        "Generate music of any length from a model's prior, or continue a file", generate);
    auto& args = command.args();
    auto* space = command.shown("--space", args.space, "Use the shipped model of this space");
    command
        .option("--model", args.model,
                "Weights instead of those of the space: a file, or the name of shipped ones, such "
                "as polyphonic")
        ->excludes(space);
    auto* mood =
        command.option("--mood,--quadrant,--label", args.label,
                       "Class of the model: happy, tense, sad or calm (Q1, Q2, Q3, Q4) in the "
                       "Emotion space, a genre in the Style space; none: any");
    command
        .option("--path", args.path,
                "Emotion: a mood that changes bar by bar: moods, or points VALENCE:AROUSAL from -1 "
                "to 1, evenly spaced in time and separated by commas")
        ->excludes(mood);
    command.option("--form", args.options.form,
                   "Letters of sections of equal length, such as AABA: where one returns, its bars "
                   "are varied. Style: the last bar is an ending");
    command.option("--continue", args.begun, "MIDI file to continue", CLI::ExistingFile);
    command.shown("--bars", args.options.bars, "Number of new bars", CLI::Range(1, 512));
    command.shown("--seed", args.options.seed, "Seed of the samples");
    command.shown("--temperature", args.options.temperature, "0: always the most probable value",
                  CLI::Range(0.0, 10.0));
    command.shown("--nucleus", args.options.nucleus,
                  "Sample from the most probable values that together have this probability",
                  CLI::Range(0.01, 1.0));
    command.required("--out", args.out, "MIDI file to write");
    command->footer(
        "Examples:\n"
        "  canto generate --space emotion --mood happy --seed 1 --bars 8 --out happy.mid\n"
        "  canto generate --mood sad --continue song.mid --bars 4 --out longer.mid\n"
        "  canto generate --mood calm --bars 32 --form AABA --out song.mid\n"
        "  canto generate --space style --label jazz --bars 32 --form AABA --out band.mid\n"
        "  canto generate --path calm,tense,happy --bars 32 --out path.mid");
}

} // namespace canto::cli
