// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the trainer that makes steps.

#include "models/train/trainer.h"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <cmath>
#include <thread>

namespace canto::models::train {

using torch::Tensor;

namespace {

/// bfloat16 in the products of a step on CUDA; parameters, gradients and losses stay float32.
class Autocast {
  public:
    explicit Autocast(bool on) : m_on(on) {
        if (m_on) {
            at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
            at::autocast::set_enabled(true);
            at::autocast::increment_nesting();
        }
    }
    ~Autocast() {
        if (m_on) {
            if (at::autocast::decrement_nesting() == 0) {
                at::autocast::clear_cache();
            }
            at::autocast::set_enabled(false);
        }
    }
    Autocast(const Autocast&) = delete;
    Autocast& operator=(const Autocast&) = delete;

  private:
    bool m_on;
};

} // namespace

Result<void> Trainer::runPhase(const Phase& phase, StepContext& context) {
    Optimiser* optimiser = nullptr;
    for (auto& one : m_optimisers) {
        one.setTrained(one.name() == phase.group);
        if (one.name() == phase.group) {
            optimiser = &one;
        }
    }
    if (optimiser == nullptr) { // all of it is frozen
        return {};
    }
    for (int repeat = 0; repeat < phase.repeats; ++repeat) {
        optimiser->zeroGradients();
        Tensor total;
        std::vector<std::string> names;
        std::vector<Tensor> figures;
        {
            const Autocast autocast(m_options.device.is_cuda());
            for (const auto& term : m_trainable->losses(phase, context)) {
                names.push_back(term.name);
                figures.push_back(term.value.detach().to(torch::kFloat32).reshape({}));
                if (term.weight != 0) {
                    const auto weighted = term.value * term.weight;
                    total = total.defined() ? total + weighted : weighted;
                }
            }
        }
        total.backward();
        if (auto ok = meanOverAll(optimiser->gradient(), figures); !ok) {
            return ok;
        }
        names.emplace_back("gradient");
        figures.push_back(optimiser->gradientNorm());
        // One transfer from the device for all of them, before anything is updated.
        const auto values = torch::stack(figures).cpu();
        const auto* value = values.data_ptr<float>();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (!std::isfinite(value[i])) {
                return stopNotFinite(i + 1 < names.size() ? "the loss \"" + names[i] + "\""
                                                          : "the gradient",
                                     phase.name);
            }
            auto& mean = m_losses[phase.name + "." + names[i]];
            mean.sum += value[i];
            ++mean.count;
        }
        optimiser->clip(value[names.size() - 1]);
        optimiser->step(Optimiser::rateAt(optimiser->options(), m_step, context.progress));
    }
    return {};
}

Result<void> Trainer::meanOverAll(Tensor& gradient, std::vector<Tensor>& figures) {
    if (!m_options.ranks) {
        return {};
    }
    if (auto ok = m_options.ranks->mean(gradient); !ok) {
        return ok;
    }
    auto all = torch::stack(figures);
    if (auto ok = m_options.ranks->mean(all); !ok) {
        return ok;
    }
    figures = all.unbind();
    return {};
}

Result<void> Trainer::trainStep() {
    const int rank = m_options.ranks ? m_options.ranks->rank() : 0;
    const int world = m_options.ranks ? m_options.ranks->world() : 1;
    StepContext context{m_step, m_progress, m_generator,          m_options.device,
                        rank,   world,      m_options.ranks.get()};
    const auto all = m_order.next();
    std::vector<std::int64_t> rows;
    for (auto i = static_cast<std::size_t>(rank); i < all.size();
         i += static_cast<std::size_t>(world)) {
        rows.push_back(all[i]);
    }
    m_trainable->beginStep(rows, context);
    for (const auto& phase : m_trainable->phases(context.progress)) {
        if (auto ok = runPhase(phase, context); !ok) {
            return ok;
        }
    }
    ++m_step;
    return {};
}

double Trainer::secondsOfSteps(int threads, int steps) {
    at::set_num_threads(threads);
    double least = 1e300;
    for (int i = 0; i < steps; ++i) {
        const auto begin = Clock::now();
        if (!trainStep()) { // the run itself will fail in the same way and report it
            break;
        }
        least = std::min(least, std::chrono::duration<double>(Clock::now() - begin).count());
    }
    return least;
}

void Trainer::chooseThreads(const Observer& observer) {
    std::string why;
    const bool onCpu = m_options.device.is_cpu();
    if (m_options.threads > 0) {
        m_threads = m_options.threads;
        why = "as asked for";
    } else if (m_threads > 0) {
        why = "as the run began";
    } else if (!onCpu || m_options.ranks || (m_options.minutes <= 0 && m_total < 100)) {
        m_threads = 1;
        why = !onCpu ? "the device computes" : m_options.ranks ? "one a process" : "short run";
    } else {
        // Real steps of this model, discarded afterwards. The number of threads is doubled while it
        // pays: with more threads than it can use, a small or recurrent network is slower.
        std::map<std::string, Tensor> before;
        for (const auto& [name, tensor] : stateTensors()) {
            before[name] = tensor.clone();
        }
        const auto step = m_step;
        const auto losses = m_losses;
        m_progress = 0.5;     // a step with all loss terms active
        secondsOfSteps(1, 1); // warms up
        double best = secondsOfSteps(1, 2);
        m_threads = 1;
        char text[96];
        std::snprintf(text, sizeof text, "%.3f s a step with 1", best);
        why = text;
        const int most = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
        for (int threads = 2; threads <= most; threads *= 2) {
            secondsOfSteps(threads, 1);
            const double seconds = secondsOfSteps(threads, 2);
            std::snprintf(text, sizeof text, ", %.3f s with %d", seconds, threads);
            why += text;
            if (seconds > 0.9 * best) {
                break;
            }
            best = seconds;
            m_threads = threads;
        }
        if (auto ok = applyState(before); !ok) {
            TORCH_CHECK(false, ok.error().message());
        }
        m_step = step;
        m_losses = losses;
    }
    at::set_num_threads(m_threads);
    report(observer, RunEvent::Kind::Started,
           "Training on " + m_options.device.str() + ", " + std::to_string(m_threads) +
               (m_threads == 1 ? " thread (" : " threads (") + why + ")");
}

} // namespace canto::models::train
