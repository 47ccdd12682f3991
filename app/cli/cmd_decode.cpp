#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/service/model_store.h"
#include "app/service/phrase_chain.h"

#include <algorithm>
#include <memory>

namespace canto::cli {

namespace {

struct DecodeWords {
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

/// The latents that the words ask for: read, or drawn from the prior.
Result<std::vector<models::Latent>> wanted(const DecodeWords& words,
                                           const models::LatentModel& model) {
    if (!words.latents.empty()) {
        auto latents = readLatents(words.latents, model);
        if (latents && words.phrase >= 0) {
            if (static_cast<std::size_t>(words.phrase) >= latents->size()) {
                return fail(Error::Code::BadInput,
                            "The file holds " + std::to_string(latents->size()) + " phrases only",
                            words.latents);
            }
            return std::vector<models::Latent>(1,
                                               (*latents)[static_cast<std::size_t>(words.phrase)]);
        }
        return latents;
    }
    std::optional<int> label;
    if (!words.label.empty()) {
        const auto& classes = model.info().classes;
        const auto found = std::find(classes.begin(), classes.end(), words.label);
        if (found == classes.end()) {
            std::string known;
            for (const auto& name : classes) {
                known += (known.empty() ? "" : ", ") + name;
            }
            return fail(Error::Code::BadInput,
                        "The model does not know the label \"" + words.label + "\"", {},
                        "It knows: " + known);
        }
        label = static_cast<int>(found - classes.begin());
    }
    Random random(words.seed);
    std::vector<models::Latent> latents;
    for (int i = 0; i < words.count; ++i) {
        auto latent = model.samplePrior(label, random);
        if (!latent) {
            return fail(latent.error());
        }
        latents.push_back(std::move(*latent));
    }
    return latents;
}

int decode(const DecodeWords& words) {
    const auto model = openModelOrShipped(words.model);
    if (!model) {
        return report(model.error());
    }
    const auto latents = wanted(words, **model);
    if (!latents) {
        return report(latents.error());
    }
    const auto stop = interruptToken();
    std::vector<music::Song> phrases;
    for (const auto& latent : *latents) {
        auto phrase = (*model)->decode(latent, {.seed = words.seed, .bpm = words.bpm},
                                       [&](const music::Song&, int) { return !stop.cancelled(); });
        if (!phrase) {
            return report(phrase.error());
        }
        phrases.push_back(std::move(*phrase));
    }
    const int bars = (*model)->info().phraseBars;
    const auto song = chainPhrases(phrases, bars);
    if (auto ok = writeMidi(words.out, song); !ok) {
        return report(ok.error());
    }
    print({{"out", words.out},
           {"phrases", phrases.size()},
           {"bars", bars * static_cast<int>(phrases.size())},
           {"notes", song.notes.size()}});
    return kGood;
}

} // namespace

void addDecodeCommand(CLI::App& app, Action& action) {
    auto words = std::make_shared<DecodeWords>();
    auto* command =
        app.add_subcommand("decode", "Latents, or draws from the prior, to a MIDI file");
    command->add_option("--model", words->model, "Weights (default: those that ship)");
    auto* latents = command->add_option("--latents", words->latents, "What canto encode printed");
    command->add_option("--phrase", words->phrase, "Only this phrase of it, from 0")
        ->needs(latents)
        ->check(CLI::NonNegativeNumber);
    auto* label = command->add_option("--label", words->label, "Draw from the prior of this label")
                      ->excludes(latents);
    auto* none = command
                     ->add_flag("--unlabelled", words->unlabelled,
                                "Draw from the prior of music without a label")
                     ->excludes(latents)
                     ->excludes(label);
    command->add_option("--count", words->count, "How many draws, one after the other")
        ->check(CLI::Range(1, 1000))
        ->excludes(latents)
        ->capture_default_str();
    command->add_option("--seed", words->seed, "Of the draws")->capture_default_str();
    command->add_option("--bpm", words->bpm, "Quarters a minute")
        ->check(CLI::Range(10.0, 1000.0))
        ->capture_default_str();
    command->add_option("--out", words->out, "MIDI file to write")->required();
    command->footer("Examples:\n"
                    "  canto decode --label rock --seed 3 --out rock.mid\n"
                    "  canto encode song.mid > song.json && canto decode --latents song.json "
                    "--phrase 4 --out again.mid");
    command->callback([words, latents, label, none, &action] {
        if (latents->count() + label->count() + none->count() == 0) {
            throw CLI::RequiredError("--latents, --label or --unlabelled");
        }
        action = [words] { return decode(*words); };
    });
}

} // namespace canto::cli
