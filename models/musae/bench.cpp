#include "models/musae/bench.h"

#include "core/codec/compound_words.h"
#include "models/common/device.h"
#include "models/common/latent_model.h"
#include "models/common/torch_edge.h"
#include "models/common/weights_io.h"
#include "models/musae/training.h"
#include "models/train/optimiser.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>
#include <numeric>

namespace canto::models::musae {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

namespace {

double secondsSince(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// Songs of random tokens, enough for a batch.
std::shared_ptr<Dataset> randomPhrases(int count) {
    tensorfile::PreparedDataset prepared;
    Random random(1);
    const codec::PhraseWindow window{0, 0, 8 * 480, true};
    for (int i = 0; i < count; ++i) {
        std::vector<codec::Token> tokens(codec::kPhraseTokens);
        for (auto& token : tokens) {
            token = static_cast<codec::Token>(random.below(codec::kClasses));
        }
        prepared.addSong({"", "", "", std::string(1, static_cast<char>('a' + i % 5)), "train"},
                         {&window, 1}, tokens);
    }
    prepared.finish("genre");
    return std::make_shared<Dataset>(prepared);
}

} // namespace

Result<json> benchTrainStep(const TrainBench& options) {
    return torchEdge([&]() -> Result<json> {
        at::set_num_threads(options.threads);
        auto preset = NetConfig::preset(options.preset);
        if (!preset) {
            return fail(preset.error());
        }
        const KeepMemory keep; // as the trainer does
        auto& netConfig = *preset;
        const auto dataset = randomPhrases(options.batch);
        netConfig.labels = dataset->labels();
        TrainConfig config;
        config.batch = options.batch;
        config.transpose = 0; // the peer has random tokens too, and nothing to move
        // The peer has the published losses and Adam alone.
        config.momentWeight = 0;
        config.labelWeight = 0;
        config.turnWeight = 0;
        config.matrixRate = 0;
        torch::manual_seed(1);
        MusaeTraining training(Net(netConfig), config, dataset);
        std::vector<train::Optimiser> optimisers;
        for (auto& group : training.groups()) {
            optimisers.emplace_back(std::move(group));
        }
        const auto rows = dataset->rows("train", Dataset::Which::All);
        auto generator = at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(1));
        std::vector<double> seconds;
        for (int step = -3; step < options.steps; ++step) {
            const auto begin = Clock::now();
            train::StepContext context{step, 1.0, generator};
            training.beginStep(rows, context);
            for (const auto& phase : training.phases(1.0)) {
                auto& optimiser = optimisers[phase.group == "critic" ? 1 : 0];
                for (auto& one : optimisers) {
                    one.setTrained(one.name() == phase.group);
                }
                for (int repeat = 0; repeat < phase.repeats; ++repeat) {
                    optimiser.zeroGradients();
                    torch::Tensor total;
                    for (const auto& term : training.losses(phase, context)) {
                        const auto part = term.value * term.weight;
                        total = total.defined() ? total + part : part;
                    }
                    total.backward();
                    optimiser.clip(optimiser.gradientNorm().item<double>());
                    optimiser.step(1e-3);
                }
            }
            if (step >= 0) {
                seconds.push_back(secondsSince(begin));
            }
        }
        return json{{"program", "canto"},
                    {"preset", options.preset},
                    {"batch", options.batch},
                    {"threads", options.threads},
                    {"steps", options.steps},
                    {"medianSeconds", quantile(seconds, 0.5)},
                    {"bestSeconds", quantile(seconds, 0.0)}};
    });
}

Result<json> benchDecode(const std::string& weights, int draws) {
    prepareInferenceThread();
    const auto begin = Clock::now();
    const auto model = openModel(weights);
    if (!model) {
        return fail(model.error());
    }
    const double open = secondsSince(begin);
    Random random(1);
    std::vector<double> first;
    std::vector<double> whole;
    std::size_t words = 0;
    for (int draw = 0; draw < draws; ++draw) {
        const auto z = (*model)->samplePrior({}, random);
        if (!z) {
            return fail(z.error());
        }
        const auto start = Clock::now();
        double firstBar = -1;
        const auto song = (*model)->decode(*z, {}, [&](const music::Song&, int) {
            firstBar = firstBar < 0 ? secondsSince(start) : firstBar;
            return true;
        });
        if (!song) {
            return fail(song.error());
        }
        first.push_back(1000 * firstBar);
        whole.push_back(1000 * secondsSince(start));
        words += codec::wordsOf(*song).words.size();
    }
    const double total = std::accumulate(whole.begin(), whole.end(), 0.0) / 1000;
    const auto figures = [](const std::vector<double>& ms) {
        return json{{"median", quantile(ms, 0.5)},
                    {"p95", quantile(ms, 0.95)},
                    {"largest", quantile(ms, 1.0)}};
    };
    return json{{"model", (*model)->info().id},
                {"draws", draws},
                {"threads", 1},
                {"openMs", 1000 * open},
                {"wordsASecond", static_cast<double>(words) / total},
                {"firstBarMs", figures(first)},
                {"wholeMs", figures(whole)}};
}

} // namespace canto::models::musae
