// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/latent_json.h"
#include "app/cli/phrase_argument.h"
#include "app/library/model_store.h"
#include "app/library/phrase_chain.h"

#ifdef CANTO_SOUND
#include "app/spaces/orchestra/orchestra_sound.h"
#include "core/audio/stft.h"
#include "core/sound/audio_file.h"
#endif

#include <algorithm>
#include <cmath>

namespace canto::cli {

namespace {

struct InterpolateArgs {
    bool audio = false;
    std::string model;
    std::string from;
    std::string to;
    std::string out;
    std::string png;
    int fromBar = -1;
    int toBar = -1;
    int steps = 0; ///< 0: kPhrases or kAudioSteps
    double bpm = 0;
    std::uint64_t seed = 1;
};

constexpr int kPhrases = 7;
constexpr int kAudioSteps = 16;

Result<int> interpolate(const InterpolateArgs& args) {
    CANTO_TRY(model, openModelOrShipped(args.model));
    const auto stop = interruptToken();
    CANTO_TRY(from, phraseOf(**model, args.from, args.fromBar, stop));
    CANTO_TRY(to, phraseOf(**model, args.to, args.toBar, stop));
    const double first = args.bpm > 0 ? args.bpm : std::clamp(from->bpm, 10.0, 1000.0);
    const double last = args.bpm > 0 ? args.bpm : std::clamp(to->bpm, 10.0, 1000.0);
    const int count = args.steps > 0 ? args.steps : kPhrases;
    std::vector<music::Song> phrases;
    nlohmann::json steps = nlohmann::json::array();
    for (const auto& latent : straightPath(from->latent, to->latent, count)) {
        const double bpm =
            tempoBetween(first, last, static_cast<double>(phrases.size()) / (count - 1));
        CANTO_TRY(phrase, (*model)->decode(latent, {.bpm = bpm}, [&](const music::Song&, int) {
            return !stop.cancelled();
        }));
        steps.push_back({{"notes", phrase->notes.size()}, {"bpm", bpm}});
        phrases.push_back(std::move(*phrase));
    }
    const int bars = (*model)->info().phraseBars;
    CANTO_CHECK(writeMidi(args.out, chainPhrases(phrases, bars)));
    return print({{"out", args.out},
                  {"fromBar", from->segment.bar},
                  {"toBar", to->segment.bar},
                  {"bars", bars * count},
                  {"steps", steps}});
}

#ifdef CANTO_SOUND
/// "origin", "ones", "random" (a draw from the prior), or the first clip of a sound file.
Result<models::Latent> audioEnd(const models::orchestra::OrchestraModel& model,
                                const std::string& word, Random& random, const CancelToken& stop) {
    const auto size = static_cast<std::size_t>(model.info().latentSize);
    if (word == "origin" || word == "ones") {
        return models::Latent(size, word == "ones" ? 1.0F : 0.0F);
    }
    if (word == "random") {
        return model.samplePrior({}, random);
    }
    CANTO_TRY(sound, sound::readMono(word, audio::kRate, 10, stop));
    CANTO_TRY(latents, model.encodeSound(sound->samples, stop));
    return std::move(latents->front());
}

Result<int> interpolateAudio(const InterpolateArgs& args) {
    CANTO_TRY(weights, weightsOrShipped(args.model, "orchestra-ali"));
    CANTO_TRY(model, openOrchestra(*weights));
    const auto stop = interruptToken();
    Random random(args.seed);
    const auto from = audioEnd(**model, args.from.empty() ? "origin" : args.from, random, stop);
    CANTO_TRY(to,
              from ? audioEnd(**model, args.to.empty() ? "ones" : args.to, random, stop) : from);
    const auto path = straightPath(*from, *to, args.steps > 0 ? args.steps : kAudioSteps);
    CANTO_TRY(made, writeWalk(**model, path, args.out, stop));
    if (!args.png.empty()) {
        CANTO_CHECK(drawSpectrogramRow(made->tiles, args.png));
    }
    // How loud each step is, and how far from the one before, in dB of the picture.
    nlohmann::json levels = nlohmann::json::array();
    nlohmann::json changes = nlohmann::json::array();
    for (std::size_t step = 0; step < made->tiles.size(); ++step) {
        const auto& here = made->tiles[step].decibels;
        double level = 0;
        double change = 0;
        for (std::size_t i = 0; i < here.size(); ++i) {
            level += static_cast<double>(here[i]);
            change += step == 0 ? 0 : std::fabs(here[i] - made->tiles[step - 1].decibels[i]);
        }
        levels.push_back(level / static_cast<double>(here.size()));
        if (step > 0) {
            changes.push_back(change / static_cast<double>(here.size()));
        }
    }
    return print({{"out", args.out},
                  {"seconds", made->seconds},
                  {"peakDb", made->peakDb},
                  {"rmsDb", made->rmsDb},
                  {"spectralConvergence", made->convergence},
                  {"levelDb", levels},
                  {"changeDb", changes}});
}
#endif

} // namespace

void addInterpolateCommand(CLI::App& app, Action& action) {
    Command<InterpolateArgs> command(
        app, action, "interpolate",
        "Interpolate from a phrase of one song to a phrase of another, as one MIDI file, or "
        "between two latents of ALI, as sound",
        [](const InterpolateArgs& args) {
#ifdef CANTO_SOUND
            if (args.audio) {
                return interpolateAudio(args);
            }
#endif
            return interpolate(args);
        });
    auto& args = command.args();
    command.option("from", args.from,
                   "MIDI file; with --audio: origin, ones, random, or a sound file (its first "
                   "10 s), default origin");
    command.option("to", args.to,
                   "MIDI file (may be the same); with --audio as the first, default ones");
    command.required("--out", args.out, "MIDI file to write; with --audio a WAV or FLAC file");
    command.option("--model", args.model, "Weights (default: those that ship)");
    [[maybe_unused]] auto* fromBar =
        command.option("--from-bar", args.fromBar, "Where the first phrase starts, from 0",
                       CLI::NonNegativeNumber);
    [[maybe_unused]] auto* toBar = command.option(
        "--to-bar", args.toBar, "Where the second phrase starts, from 0", CLI::NonNegativeNumber);
    command.option("--steps", args.steps,
                   "Phrases, both ends included (default: 7); with --audio spectrograms of 0.74 "
                   "s (default: 16)",
                   CLI::Range(2, 1000));
    [[maybe_unused]] auto* bpm =
        command.option("--bpm", args.bpm,
                       "Quarters a minute (default: from the first phrase's tempo to the second's)",
                       CLI::Range(10.0, 1000.0));
#ifdef CANTO_SOUND
    auto* audio = command
                      .flag("--audio", args.audio,
                            "Interpolate between latents of ALI: spectrograms in a row, "
                            "made audible")
                      ->excludes(fromBar)
                      ->excludes(toBar)
                      ->excludes(bpm);
    command.option("--png", args.png, "Picture of the spectrograms in a row")->needs(audio);
    command.shown("--seed", args.seed, "Seed of random ends")->needs(audio);
#endif
    command->footer("Examples:\n"
                    "  canto interpolate ballad.mid samba.mid --from-bar 8 --steps 9 "
                    "--out between.mid\n"
                    "  canto interpolate --audio --out between.wav --png between.png\n"
                    "  canto interpolate --audio a.flac b.flac --steps 24 --out between.wav");
    command.check([&args] {
        if (!args.audio && (args.from.empty() || args.to.empty())) {
            throw CLI::RequiredError("from and to");
        }
    });
}

} // namespace canto::cli
