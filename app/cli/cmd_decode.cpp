// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "app/library/phrase_chain.h"

#include <optional>

namespace canto::cli {

namespace {

struct DecodeArgs {
    std::string model;
    std::string latents;
    std::string label;
    std::string out;
    int phrase = -1;
    int count = 1;
    bool unlabelled = false;
    std::uint64_t seed = 1;
    double bpm = 120;
};

/// The requested latents: read from a file, or sampled from the prior.
Result<std::vector<models::Latent>> wanted(const DecodeArgs& args,
                                           const models::LatentModel& model) {
    if (!args.latents.empty()) {
        auto latents = readLatents(args.latents, model);
        if (latents && args.phrase >= 0) {
            if (static_cast<std::size_t>(args.phrase) >= latents->size()) {
                return fail(Error::Code::BadInput,
                            "The file holds " + std::to_string(latents->size()) + " phrases only",
                            args.latents);
            }
            return std::vector<models::Latent>(1,
                                               (*latents)[static_cast<std::size_t>(args.phrase)]);
        }
        return latents;
    }
    std::optional<int> label;
    if (!args.label.empty()) {
        CANTO_TRY(found, labelNamed(model, args.label));
        label = *found;
    }
    Random random(args.seed);
    std::vector<models::Latent> latents;
    for (int i = 0; i < args.count; ++i) {
        CANTO_TRY(latent, model.samplePrior(label, random));
        latents.push_back(std::move(*latent));
    }
    return latents;
}

Result<int> decode(const DecodeArgs& args) {
    CANTO_TRY(model, openModelOrShipped(args.model));
    CANTO_TRY(latents, wanted(args, **model));
    const auto stop = interruptToken();
    std::vector<music::Song> phrases;
    for (const auto& latent : *latents) {
        CANTO_TRY(phrase,
                  (*model)->decode(latent, {.seed = args.seed, .bpm = args.bpm},
                                   [&](const music::Song&, int) { return !stop.cancelled(); }));
        phrases.push_back(std::move(*phrase));
    }
    const int bars = (*model)->info().phraseBars;
    // A whole song, as it was encoded: every bar once, at its tempo, in its metre.
    const auto places =
        args.latents.empty() || args.phrase >= 0 ? std::nullopt : readPlaces(args.latents);
    const auto song = places ? placePhrases(phrases, places->places, places->tempo, places->metre)
                             : chainPhrases(phrases, bars);
    CANTO_CHECK(writeMidi(args.out, song));
    return print({{"out", args.out},
                  {"phrases", phrases.size()},
                  {"bars", places ? song.bars() : bars * static_cast<int>(phrases.size())},
                  {"notes", song.notes.size()}});
}

} // namespace

void addDecodeCommand(CLI::App& app, Action& action) {
    Command<DecodeArgs> command(app, action, "decode",
                                "Decode latents, or samples of the prior, to a MIDI file", decode);
    auto& args = command.args();
    command.option("--model", args.model, "Weights (default: those that ship)");
    auto* latents = command.option("--latents", args.latents, "Output of canto encode");
    command
        .option("--phrase", args.phrase, "Only this phrase of it, from 0", CLI::NonNegativeNumber)
        ->needs(latents);
    auto* label =
        command.option("--label", args.label, "Sample the prior of this label")->excludes(latents);
    auto* none = command.flag("--unlabelled", args.unlabelled, "Sample the prior without a label")
                     ->excludes(latents)
                     ->excludes(label);
    command
        .shown("--count", args.count, "Number of samples, one after the other", CLI::Range(1, 1000))
        ->excludes(latents);
    command.shown("--seed", args.seed, "Seed of the samples");
    command.shown("--bpm", args.bpm, "Quarters a minute; a whole encoded song keeps its own",
                  CLI::Range(10.0, 1000.0));
    command.required("--out", args.out, "MIDI file to write");
    command->footer("Examples:\n"
                    "  canto decode --label rock --seed 3 --out rock.mid\n"
                    "  canto encode song.mid > song.json && canto decode --latents song.json "
                    "--out again.mid\n"
                    "  canto decode --latents song.json --phrase 4 --out phrase.mid");
    command.check([=] {
        if (latents->count() + label->count() + none->count() == 0) {
            throw CLI::RequiredError("--latents, --label or --unlabelled");
        }
    });
}

} // namespace canto::cli
