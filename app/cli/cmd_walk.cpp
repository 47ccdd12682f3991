#ifdef CANTO_SOUND

#include "app/cli/commands.h"
#include "app/service/model_store.h"
#include "app/service/orchestra_sound.h"
#include "app/service/phrase_chain.h"
#include "core/audio/stft.h"
#include "sound/audio_file.h"

#include <cmath>
#include <memory>

namespace canto::cli {

namespace {

struct WalkWords {
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

int walk(const WalkWords& words) {
    std::filesystem::path weights = words.model;
    if (weights.empty()) {
        const auto shipped = shippedWeights("orchestra-ali");
        if (!shipped) {
            return report(shipped.error());
        }
        weights = *shipped;
    }
    const auto model = service::openOrchestra(weights);
    if (!model) {
        return report(model.error());
    }
    const auto stop = interruptToken();
    Random random(words.seed);
    const auto from = endOf(**model, words.from, random, stop);
    const auto to = from ? endOf(**model, words.to, random, stop) : from;
    if (!to) {
        return report(to.error());
    }
    const auto path = straightPath(*from, *to, words.steps);
    const auto made = service::writeWalk(**model, path, words.out, stop);
    if (!made) {
        return report(made.error());
    }
    if (!words.png.empty()) {
        if (auto ok = service::drawSpectrogramRow(made->tiles, words.png); !ok) {
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
    print({{"out", words.out},
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
    auto words = std::make_shared<WalkWords>();
    auto* command = app.add_subcommand(
        "walk", "From one latent of ALI to another: spectrograms in a row, made audible");
    command
        ->add_option("--from", words->from,
                     "origin, ones, random, or a sound file (its first 10 s)")
        ->capture_default_str();
    command->add_option("--to", words->to, "Likewise")->capture_default_str();
    command->add_option("--out", words->out, "WAV or FLAC to write")->required();
    command->add_option("--png", words->png, "The spectrograms in a row");
    command->add_option("--model", words->model, "Weights of ALI (default: those that ship)");
    command->add_option("--steps", words->steps, "Spectrograms of 0.74 s, both ends included")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    command->add_option("--seed", words->seed, "Of random ends")->capture_default_str();
    command->footer("Examples:\n"
                    "  canto walk --out walk.wav --png walk.png\n"
                    "  canto walk --from a.flac --to b.flac --steps 24 --out between.wav");
    command->callback([words, &action] { action = [words] { return walk(*words); }; });
}

} // namespace canto::cli

#endif
