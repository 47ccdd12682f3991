// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/cli/phrase_argument.h"
#include "app/library/model_store.h"
#include "core/base/random.h"
#include "core/base/text_lists.h"
#include "models/common/filler.h"

#include <algorithm>
#include <cctype>
#include <chrono>

namespace canto::cli {

namespace {

struct FillArgs {
    std::string model;
    std::string file;
    std::string out;
    std::vector<std::string> locks;
    std::string toward;
    std::string label;
    int bar = -1;
    int towardBar = -1;
    models::FillOptions options;
    double bpm = 0;
};

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

/// "drums", "bass:2" (its second bar) or "bar:1" (all tracks).
Result<void> addLock(const std::string& text, const std::vector<std::string>& tracks, int bars,
                     std::vector<bool>& locked) {
    const auto colon = text.find(':');
    const auto name = lower(text.substr(0, colon));
    int bar = 0;
    if (colon != std::string::npos) {
        const auto number = text.substr(colon + 1);
        bar = number.size() == 1 && std::isdigit(static_cast<unsigned char>(number[0])) != 0
                  ? number[0] - '0'
                  : -1;
    }
    bool known = bar >= 0 && bar <= bars && (name != "bar" || bar > 0);
    bool found = false;
    for (std::size_t track = 0; known && track < tracks.size(); ++track) {
        if (name != "bar" && name != lower(tracks[track])) {
            continue;
        }
        found = true;
        for (int one = 0; one < bars; ++one) {
            if (bar == 0 || bar == one + 1) {
                locked[track * static_cast<std::size_t>(bars) + static_cast<std::size_t>(one)] =
                    true;
            }
        }
    }
    if (!found) {
        return fail(Error::Code::BadInput,
                    "There is nothing to lock that is called \"" + text + "\"", "--lock",
                    "Name a track (" + joinedText(tracks, ", ") + "), a track and a bar (" +
                        tracks.front() + ":1) or a bar (bar:1); a phrase has " +
                        std::to_string(bars) + " bars.");
    }
    return {};
}

Result<int> fillPhrase(const FillArgs& args) {
    CANTO_TRY(model, openModelOrShipped(args.model));
    const auto* filler = dynamic_cast<const models::Filler*>(model->get());
    if (filler == nullptr) {
        return fail(Error::Code::BadInput,
                    "The model " + (*model)->info().title + " cannot fill phrases", {},
                    "The model of the Style space can.");
    }
    auto options = args.options;
    options.cancel = interruptToken();
    CANTO_TRY(phrase, phraseOf(**model, args.file, args.bar, options.cancel));
    const auto tracks = filler->fillTracks();
    const int bars = (*model)->info().phraseBars;
    options.locked.assign(tracks.size() * static_cast<std::size_t>(bars), false);
    for (const auto& lock : args.locks) {
        CANTO_CHECK(addLock(lock, tracks, bars, options.locked));
    }
    options.toward = phrase->latent;
    if (!args.toward.empty()) {
        CANTO_TRY(other, phraseOf(**model, args.toward, args.towardBar, options.cancel));
        options.toward = std::move(other->latent);
    } else if (!args.label.empty()) {
        CANTO_TRY(label, labelNamed(**model, args.label));
        Random random(options.seed);
        CANTO_TRY(drawn, (*model)->samplePrior(*label, random));
        options.toward = std::move(*drawn);
    }
    options.bpm = args.bpm > 0 ? args.bpm : std::clamp(phrase->bpm, 10.0, 1000.0);
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    CANTO_TRY(filled, filler->fill(phrase->song, phrase->segment, options));
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    CANTO_CHECK(writeMidi(args.out, filled->song));
    return print({{"out", args.out},
                  {"bar", phrase->segment.bar},
                  {"bars", bars},
                  {"notes", filled->song.notes.size()},
                  {"understood", filled->understood},
                  {"seconds", seconds}});
}

} // namespace

void addFillCommand(CLI::App& app, Action& action) {
    Command<FillArgs> command(app, action, "fill",
                              "Keep parts of a phrase exactly and write the rest again to fit them",
                              fillPhrase);
    auto& args = command.args();
    command.required("file", args.file, "MIDI file", CLI::ExistingFile);
    command.required("--out", args.out, "MIDI file to write");
    command.option("--model", args.model, "Weights (default: those that ship)");
    command.option("--bar", args.bar, "Where the phrase starts, from 0 (default: the first phrase)",
                   CLI::NonNegativeNumber);
    command.option("--lock", args.locks,
                   "What is kept, any number: a track (drums), one bar of it (drums:1) or a bar of "
                   "all tracks (bar:2)");
    auto* toward = command.option("--toward", args.toward,
                                  "MIDI file that the rest should sound like (default: the phrase "
                                  "itself)",
                                  CLI::ExistingFile);
    command
        .option("--toward-bar", args.towardBar, "Where its phrase starts, from 0",
                CLI::NonNegativeNumber)
        ->needs(toward);
    command.option("--label", args.label, "A class that the rest should sound like: jazz")
        ->excludes(toward);
    command.shown("--spread", args.options.spread,
                  "Variation of the goal, in standard deviations; each seed gives another result",
                  CLI::Range(0.0, 3.0));
    command.shown("--seed", args.options.seed, "Seed of the variation and of the class's example");
    command.shown("--steps", args.options.steps, "Steps of the search", CLI::Range(1, 10000));
    command.option("--bpm", args.bpm, "Quarters a minute (default: the phrase's tempo)",
                   CLI::Range(10.0, 1000.0));
    command->footer("\"understood\" is the share of what is kept that the model would have written "
                    "itself.\n\nExamples:\n"
                    "  canto fill song.mid --bar 8 --lock drums --lock bass --label jazz "
                    "--out jazzed.mid\n"
                    "  canto fill song.mid --lock bar:1 --spread 1 --seed 3 --out answer.mid");
}

} // namespace canto::cli
