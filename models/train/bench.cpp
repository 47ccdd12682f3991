// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/bench.h"

#include "models/common/device.h"
#include "models/train/optimiser.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <chrono>

namespace canto::models::train {

using Clock = std::chrono::steady_clock;

namespace {

void runPhase(Trainable& trainable, const Phase& phase, StepContext& context,
              std::vector<Optimiser>& optimisers) {
    Optimiser* optimiser = nullptr;
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
        optimiser->step(Optimiser::rateAt(optimiser->options(), context.step, context.progress));
    }
}

} // namespace

nlohmann::json benchSteps(Trainable& trainable, const std::vector<std::int64_t>& rows,
                          const StepBench& options) {
    at::set_num_threads(options.threads);
    const KeepMemory keep; // as the trainer does
    std::vector<Optimiser> optimisers;
    for (auto& group : trainable.groups()) {
        optimisers.emplace_back(std::move(group));
    }
    StepContext context{0, options.progress,
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

} // namespace canto::models::train
