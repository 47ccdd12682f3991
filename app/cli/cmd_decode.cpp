// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/library/model_store.h"
#include "app/library/phrase_chain.h"

#include <algorithm>
#include <memory>

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
        const auto& classes = model.info().classes;
        const auto found = std::find(classes.begin(), classes.end(), args.label);
        if (found == classes.end()) {
            std::string known;
            for (const auto& name : classes) {
                known += (known.empty() ? "" : ", ") + name;
            }
            return fail(Error::Code::BadInput,
                        "The model does not know the label \"" + args.label + "\"", {},
                        "Its labels: " + known);
        }
        label = static_cast<int>(found - classes.begin());
    }
    Random random(args.seed);
    std::vector<models::Latent> latents;
    for (int i = 0; i < args.count; ++i) {
        auto latent = model.samplePrior(label, random);
        if (!latent) {
            return fail(latent.error());
        }
        latents.push_back(std::move(*latent));
    }
    return latents;
}

int decode(const DecodeArgs& args) {
    const auto model = openModelOrShipped(args.model);
    if (!model) {
        return report(model.error());
    }
    const auto latents = wanted(args, **model);
    if (!latents) {
        return report(latents.error());
    }
    const auto stop = interruptToken();
    std::vector<music::Song> phrases;
    for (const auto& latent : *latents) {
        auto phrase = (*model)->decode(latent, {.seed = args.seed, .bpm = args.bpm},
                                       [&](const music::Song&, int) { return !stop.cancelled(); });
        if (!phrase) {
            return report(phrase.error());
        }
        phrases.push_back(std::move(*phrase));
    }
    const int bars = (*model)->info().phraseBars;
    const auto song = chainPhrases(phrases, bars);
    if (auto ok = writeMidi(args.out, song); !ok) {
        return report(ok.error());
    }
    print({{"out", args.out},
           {"phrases", phrases.size()},
           {"bars", bars * static_cast<int>(phrases.size())},
           {"notes", song.notes.size()}});
    return kGood;
}

} // namespace

void addDecodeCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<DecodeArgs>();
    auto* command =
        app.add_subcommand("decode", "Decode latents, or samples of the prior, to a MIDI file");
    command->add_option("--model", args->model, "Weights (default: those that ship)");
    auto* latents = command->add_option("--latents", args->latents, "Output of canto encode");
    command->add_option("--phrase", args->phrase, "Only this phrase of it, from 0")
        ->needs(latents)
        ->check(CLI::NonNegativeNumber);
    auto* label = command->add_option("--label", args->label, "Sample the prior of this label")
                      ->excludes(latents);
    auto* none =
        command->add_flag("--unlabelled", args->unlabelled, "Sample the prior without a label")
            ->excludes(latents)
            ->excludes(label);
    command->add_option("--count", args->count, "Number of samples, one after the other")
        ->check(CLI::Range(1, 1000))
        ->excludes(latents)
        ->capture_default_str();
    command->add_option("--seed", args->seed, "Seed of the samples")->capture_default_str();
    command->add_option("--bpm", args->bpm, "Quarters a minute")
        ->check(CLI::Range(10.0, 1000.0))
        ->capture_default_str();
    command->add_option("--out", args->out, "MIDI file to write")->required();
    command->footer("Examples:\n"
                    "  canto decode --label rock --seed 3 --out rock.mid\n"
                    "  canto encode song.mid > song.json && canto decode --latents song.json "
                    "--phrase 4 --out again.mid");
    command->callback([args, latents, label, none, &action] {
        if (latents->count() + label->count() + none->count() == 0) {
            throw CLI::RequiredError("--latents, --label or --unlabelled");
        }
        action = [args] { return decode(*args); };
    });
}

} // namespace canto::cli
