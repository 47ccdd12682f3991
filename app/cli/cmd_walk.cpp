// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "app/library/model_store.h"
#include "app/library/phrase_chain.h"
#include "app/spaces/orchestra/orchestra_sound.h"
#include "core/audio/stft.h"
#include "core/sound/audio_file.h"

#include <cmath>
#include <memory>

namespace canto::cli {

namespace {

struct WalkArgs {
    std::string model;
    std::string from = "origin";
    std::string to = "ones";
    std::string out;
    std::string png;
    std::uint64_t seed = 1;
    int steps = 16;
};

/// "origin", "ones", "random" (a draw from the prior), or the first clip of a sound file.
Result<models::Latent> endOf(const models::orchestra::OrchestraModel& model,
                             const std::string& word, Random& random, const CancelToken& stop) {
    const auto size = static_cast<std::size_t>(model.info().latentSize);
    if (word == "origin" || word == "ones") {
        return models::Latent(size, word == "ones" ? 1.0F : 0.0F);
    }
    if (word == "random") {
        return model.samplePrior({}, random);
    }
    const auto sound = sound::readMono(word, audio::kRate, 10, stop);
    if (!sound) {
        return fail(sound.error());
    }
    auto latents = model.encodeSound(sound->samples, stop);
    if (!latents) {
        return fail(latents.error());
    }
    return std::move(latents->front());
}

int walk(const WalkArgs& args) {
    std::filesystem::path weights = args.model;
    if (weights.empty()) {
        const auto shipped = shippedWeights("orchestra-ali");
        if (!shipped) {
            return report(shipped.error());
        }
        weights = *shipped;
    }
    const auto model = openOrchestra(weights);
    if (!model) {
        return report(model.error());
    }
    const auto stop = interruptToken();
    Random random(args.seed);
    const auto from = endOf(**model, args.from, random, stop);
    const auto to = from ? endOf(**model, args.to, random, stop) : from;
    if (!to) {
        return report(to.error());
    }
    const auto path = straightPath(*from, *to, args.steps);
    const auto made = writeWalk(**model, path, args.out, stop);
    if (!made) {
        return report(made.error());
    }
    if (!args.png.empty()) {
        if (auto ok = drawSpectrogramRow(made->tiles, args.png); !ok) {
            return report(ok.error());
        }
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
    print({{"out", args.out},
           {"seconds", made->seconds},
           {"peakDb", made->peakDb},
           {"rmsDb", made->rmsDb},
           {"spectralConvergence", made->convergence},
           {"levelDb", levels},
           {"changeDb", changes}});
    return kGood;
}

} // namespace

void addWalkCommand(CLI::App& app, Action& action) {
    auto args = std::make_shared<WalkArgs>();
    auto* command = app.add_subcommand(
        "walk", "From one latent of ALI to another: spectrograms in a row, made audible");
    command
        ->add_option("--from", args->from, "origin, ones, random, or a sound file (its first 10 s)")
        ->capture_default_str();
    command->add_option("--to", args->to, "Likewise")->capture_default_str();
    command->add_option("--out", args->out, "WAV or FLAC to write")->required();
    command->add_option("--png", args->png, "The spectrograms in a row");
    command->add_option("--model", args->model, "Weights of ALI (default: those that ship)");
    command->add_option("--steps", args->steps, "Spectrograms of 0.74 s, both ends included")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    command->add_option("--seed", args->seed, "Of random ends")->capture_default_str();
    command->footer("Examples:\n"
                    "  canto walk --out walk.wav --png walk.png\n"
                    "  canto walk --from a.flac --to b.flac --steps 24 --out between.wav");
    command->callback([args, &action] { action = [args] { return walk(*args); }; });
}

} // namespace canto::cli

#endif
