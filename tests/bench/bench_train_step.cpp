// SPDX-License-Identifier: GPL-3.0-or-later
// A training step of a model in C++, on random data; peer_train_step.py is the same in Python.
// Prints JSON. What the published losses and Adam alone do not have is switched off: the peer has
// neither matrices moved along orthogonalised momentum nor running means of the weights.

#include "core/base/random.h"
#include "models/common/device.h"
#include "models/musae/training.h"
#include "models/muser/training.h"
#include "models/nn/torch_edge.h"
#include "models/orchestra/training.h"
#include "models/train/optimiser.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>

namespace {

using namespace canto;
using namespace canto::models;

using Clock = std::chrono::steady_clock;

struct StepBench {
    int steps = 20; ///< timed ones, after three to warm up
    int threads = 1;
    double progress = 1.0; ///< point of the run at which the steps are, 0 to 1
};

struct Options {
    std::string model = "musae";
    std::string preset; ///< empty: the model's first
    int batch = 0;      ///< 0: what the model is trained with
    bool prior = false; ///< of MusER: a step of its prior
    StepBench steps;
};

using Training = std::unique_ptr<train::Trainable>;

Result<Training> musaeTraining(const Options& options) {
    auto net = musae::NetConfig::preset(options.preset);
    if (!net) {
        return fail(net.error());
    }
    musae::TrainConfig config;
    config.batch = options.batch > 0 ? options.batch : 128;
    config.transpose = 0; // the peer has random tokens too, and nothing to move
    config.momentWeight = 0;
    config.labelWeight = 0;
    config.controlConsistencyWeight = 0;
    config.matrixRate = 0;
    config.averaging = 0;
    tensors::PreparedDataset prepared;
    Random random(1);
    const codec::PhraseWindow window{0, 0, 8 * 480, true};
    for (int i = 0; i < config.batch; ++i) {
        std::vector<codec::Token> tokens(codec::kPhraseTokens);
        for (auto& token : tokens) {
            token = static_cast<codec::Token>(random.below(codec::kClasses));
        }
        const std::vector<codec::Expression> expressions(codec::kPhraseTokens,
                                                         codec::kPlainExpression);
        prepared.addSong({"", "", "", std::string(1, static_cast<char>('a' + i % 5)), "train"},
                         {&window, 1}, tokens, expressions);
    }
    prepared.finish("genre");
    auto dataset = std::make_shared<musae::Dataset>(prepared);
    net->labels = dataset->labels();
    return std::make_unique<musae::MusaeTraining>(musae::Net(*net), config, std::move(dataset));
}

/// Phrases as long as they may be.
Result<Training> muserTraining(const Options& options) {
    auto net = muser::NetConfig::preset(options.preset);
    if (!net) {
        return fail(net.error());
    }
    muser::TrainConfig config;
    config.batch = options.batch > 0 ? options.batch : config.batch;
    config.transpose = 0;
    config.matrixRate = 0;
    config.shortShare = 0;
    config.restartEvery = 0;
    tensors::PreparedWords prepared;
    Random random(1);
    for (int i = 0; i < config.batch; ++i) {
        codec::WordSong song;
        song.bars.resize(static_cast<std::size_t>(net->bars));
        std::iota(song.bars.begin(), song.bars.end(), std::size_t(0));
        song.words.resize(static_cast<std::size_t>(net->places) - 1);
        for (auto& word : song.words) {
            for (std::size_t field = 0; field < codec::kElements; ++field) {
                const auto values = static_cast<std::uint64_t>(codec::kVocabulary[field]);
                word.values[field] = static_cast<std::uint8_t>(random.below(values));
            }
        }
        prepared.addSong({"", "", "", std::string(1, static_cast<char>('1' + i % 4)), "train"},
                         song);
    }
    prepared.finish("emotion");
    auto dataset = std::make_shared<muser::Dataset>(std::move(prepared), net->bars, net->places);
    net->labels = dataset->labels();
    return std::make_unique<muser::MuserTraining>(muser::Net(*net), config, std::move(dataset));
}

Result<Training> orchestraTraining(const Options& options) {
    auto net = orchestra::NetConfig::preset(options.preset);
    if (!net) {
        return fail(net.error());
    }
    auto config = orchestra::TrainConfig::of(*net);
    config.batch = options.batch > 0 ? options.batch : config.batch;
    config.averaging = 0;
    tensors::PreparedClips prepared;
    Random random(1);
    for (int i = 0; i < config.batch; ++i) {
        tensors::PackedClip clip;
        const auto frames = static_cast<std::size_t>(orchestra::kFrames);
        clip.mel.resize(tensors::kClipMels * frames);
        clip.mfcc.resize(tensors::kClipCoefficients * frames);
        clip.chroma.resize(tensors::kClipChroma * frames);
        for (auto& value : clip.mel) {
            value = static_cast<std::uint8_t>(random.below(256));
        }
        const int number = 0;
        tensors::PreparedMovement movement;
        movement.composer = std::string(1, static_cast<char>('a' + i % 7));
        movement.split = "train";
        prepared.addMovement(std::move(movement), {&clip, 1}, {&number, 1});
    }
    prepared.finish();
    auto clips = std::make_shared<orchestra::Clips>(prepared);
    clips->describe(*net, clips->rows(orchestra::Split::Work, orchestra::Clips::Side::Train));
    return std::make_unique<orchestra::OrchestraTraining>(orchestra::makeNet(*net), config,
                                                          std::move(clips));
}

void runPhase(train::Trainable& trainable, const train::Phase& phase, train::StepContext& context,
              std::vector<train::Optimiser>& optimisers) {
    train::Optimiser* optimiser = nullptr;
    for (auto& one : optimisers) {
        one.setTrained(one.name() == phase.group);
        optimiser = one.name() == phase.group ? &one : optimiser;
    }
    TORCH_CHECK(optimiser != nullptr, "phase ", phase.name, " moves no group");
    for (int repeat = 0; repeat < phase.repeats; ++repeat) {
        optimiser->zeroGradients();
        torch::Tensor total;
        std::vector<torch::Tensor> figures;
        for (const auto& term : trainable.losses(phase, context)) {
            figures.push_back(term.value.detach().reshape({}));
            if (term.weight != 0) {
                const auto weighted = term.value * term.weight;
                total = total.defined() ? total + weighted : weighted;
            }
        }
        total.backward();
        figures.push_back(optimiser->gradientNorm());
        const auto values = torch::stack(figures);
        TORCH_CHECK(torch::isfinite(values).all().item<bool>(), "a loss is not finite");
        optimiser->clip(values[-1].item<double>());
        optimiser->step(
            train::Optimiser::rateAt(optimiser->options(), context.step, context.progress));
    }
}

/// Seconds of a training step ("medianSeconds", "bestSeconds"): everything that the trainer does in
/// one, on the CPU, with the same rows each time. Changes the parameters. Throws LibTorch's
/// exceptions.
nlohmann::json benchSteps(train::Trainable& trainable, const std::vector<std::int64_t>& rows,
                          const StepBench& options) {
    at::set_num_threads(options.threads);
    const KeepMemory keep; // as the trainer does
    std::vector<train::Optimiser> optimisers;
    for (auto& group : trainable.groups()) {
        optimisers.emplace_back(std::move(group));
    }
    train::StepContext context{0, options.progress,
                               at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(1))};
    constexpr int kWarmup = 3;
    std::vector<double> seconds;
    for (; context.step < kWarmup + options.steps; ++context.step) {
        const auto begin = Clock::now();
        trainable.beginStep(rows, context);
        for (const auto& phase : trainable.phases(context.progress)) {
            runPhase(trainable, phase, context, optimisers);
        }
        if (context.step >= kWarmup) {
            seconds.push_back(std::chrono::duration<double>(Clock::now() - begin).count());
        }
    }
    std::sort(seconds.begin(), seconds.end());
    return {{"batch", rows.size()},
            {"threads", options.threads},
            {"steps", options.steps},
            {"medianSeconds", seconds[seconds.size() / 2]},
            {"bestSeconds", seconds.front()}};
}

Result<nlohmann::json> figuresOf(Options options) {
    torch::manual_seed(1);
    if (options.preset.empty()) {
        options.preset = options.model == "muser"       ? muser::NetConfig::presets().front()
                         : options.model == "orchestra" ? orchestra::NetConfig::presets().front()
                                                        : "transformer"; // the peer's
    }
    auto training = options.model == "muser"       ? muserTraining(options)
                    : options.model == "orchestra" ? orchestraTraining(options)
                                                   : musaeTraining(options);
    if (!training) {
        return fail(training.error());
    }
    // MusER's prior learns at the end of the run, alone; MusAE's critic is in full force there.
    options.steps.progress = options.model == "musae" || options.prior ? 1 : 0;
    std::vector<std::int64_t> rows(static_cast<std::size_t>((*training)->batchSize()));
    std::iota(rows.begin(), rows.end(), std::int64_t(0));
    auto figures = benchSteps(**training, rows, options.steps);
    figures["program"] = "canto";
    figures["model"] = options.model;
    figures["preset"] = options.preset;
    return figures;
}

} // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Seconds of a training step", "bench_train_step"};
    app.add_option("--model", options.model)->check(CLI::IsMember({"musae", "muser", "orchestra"}));
    app.add_option("--preset", options.preset);
    app.add_option("--batch", options.batch)->check(CLI::Range(1, 65536));
    app.add_option("--steps", options.steps.steps)->check(CLI::Range(1, 100000));
    app.add_option("--threads", options.steps.threads)->check(CLI::Range(1, 256));
    app.add_flag("--prior", options.prior, "muser: a step of its prior");
    CLI11_PARSE(app, argc, argv);
    const auto figures = torchEdge([&] { return figuresOf(options); });
    if (!figures) {
        std::fprintf(stderr, "%s\n", figures.error().message().c_str());
        return 1;
    }
    std::printf("%s\n", figures->dump(2).c_str());
    return 0;
}
