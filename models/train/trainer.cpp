#include "models/train/trainer.h"

#include "core/base/atomic_file.h"
#include "models/common/torch_edge.h"
#include "models/common/weights_io.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <fstream>

namespace canto::models::train {

using nlohmann::json;

namespace fs = std::filesystem;

Trainer::Trainer(std::shared_ptr<Trainable> trainable, fs::path folder, TrainerOptions options)
    : m_trainable(std::move(trainable)), m_folder(std::move(folder)), m_options(options),
      m_order(m_trainable->sources(), m_trainable->batchSize(), options.seed),
      m_generator(at::make_generator<at::CPUGeneratorImpl>(options.seed)) {
    for (auto& group : m_trainable->groups()) {
        m_optimisers.emplace_back(std::move(group));
    }
}

double Trainer::progress() const {
    if (m_options.minutes > 0) {
        const std::chrono::duration<double> here = Clock::now() - m_start;
        return std::min(1.0, (m_seconds + here.count()) / (60 * m_options.minutes));
    }
    return std::min(1.0, static_cast<double>(m_step) / static_cast<double>(m_options.steps));
}

bool Trainer::finished() const {
    return m_options.minutes > 0 ? progress() >= 1.0 : m_step >= m_options.steps;
}

Result<void> Trainer::log(const json& line) {
    std::ofstream out(m_folder / "metrics.jsonl", std::ios::app);
    out << line.dump() << '\n';
    out.flush();
    if (!out) {
        return fail(Error::Code::Io, "The log of the run cannot be written",
                    (m_folder / "metrics.jsonl").string());
    }
    return {};
}

Result<void> Trainer::runPhase(const Phase& phase, StepContext& context) {
    Optimiser* optimiser = nullptr;
    for (auto& one : m_optimisers) {
        one.setTrained(one.name() == phase.group);
        if (one.name() == phase.group) {
            optimiser = &one;
        }
    }
    TORCH_CHECK(optimiser != nullptr, "phase ", phase.name, " names no group");
    for (int repeat = 0; repeat < phase.repeats; ++repeat) {
        optimiser->zeroGradients();
        torch::Tensor total;
        for (const auto& term : m_trainable->losses(phase, context)) {
            const double value = term.value.item<double>();
            if (!std::isfinite(value)) {
                return fail(Error::Code::Model,
                            "Training stopped: the loss \"" + term.name + "\" is not finite",
                            "step " + std::to_string(m_step),
                            "The last checkpoint is good; resume from it with a lower rate");
            }
            auto& mean = m_losses[phase.name + "." + term.name];
            mean.sum += value;
            ++mean.count;
            if (term.weight != 0) {
                const auto weighted = term.value * term.weight;
                total = total.defined() ? total + weighted : weighted;
            }
        }
        total.backward();
        const double norm = optimiser->clip();
        if (!std::isfinite(norm)) {
            return fail(Error::Code::Model, "Training stopped: the gradient is not finite",
                        "step " + std::to_string(m_step) + ", " + phase.name,
                        "The last checkpoint is good; resume from it with a lower rate");
        }
        auto& mean = m_losses[phase.name + ".gradient"];
        mean.sum += norm;
        ++mean.count;
        optimiser->step(Optimiser::rateAt(optimiser->options(), m_step, context.progress));
    }
    return {};
}

Result<void> Trainer::trainStep() {
    StepContext context{m_step, progress(), m_generator};
    m_trainable->beginStep(m_order.next(), context);
    for (const auto& phase : m_trainable->phases(context.progress)) {
        if (auto ok = runPhase(phase, context); !ok) {
            return ok;
        }
    }
    ++m_step;
    return {};
}

Result<Measures> Trainer::validate(const CancelToken& cancel) {
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
    m_trainable->module().eval();
    auto measures = m_trainable->validate(cancel);
    Result<void> saved;
    if (measures) {
        m_last = *measures;
        saved = writeWeights("last.safetensors", *measures);
        const auto score = measures->find("score");
        if (saved && score != measures->end() && score->second > m_bestScore) {
            m_bestScore = score->second;
            saved = writeWeights("best.safetensors", *measures);
        }
    }
    m_trainable->module().train();
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
    if (!saved) {
        return fail(saved.error());
    }
    return measures;
}

Result<void> Trainer::writeWeights(const std::string& name, const Measures& measures) {
    auto metadata = m_trainable->card();
    metadata["architecture"] = m_trainable->architecture();
    metadata["config"] = m_trainable->netConfig().dump();
    metadata["training"] = m_trainable->trainConfig().dump();
    metadata["steps"] = std::to_string(m_step);
    metadata["seed"] = std::to_string(m_options.seed);
    metadata["validation"] = json(measures).dump();
    return saveWeights(m_trainable->module(), m_folder / name, std::move(metadata),
                       Precision::Half);
}

void Trainer::chooseThreads() {
    // Two threads wait for each other at every small operation: on a busy machine one is faster.
    // Timed on a matrix product and an element-wise operation of the size of a step's.
    at::set_num_threads(1);
    m_threads = 1;
    if (m_options.threads > 0) {
        m_threads = m_options.threads;
    } else if (m_options.minutes > 0 || m_options.steps >= 200) {
        const auto x = torch::rand({4096, 128});
        const auto w = torch::rand({128, 384});
        double best = 0;
        for (const int threads : {1, 2}) {
            at::set_num_threads(threads);
            double least = 1e9;
            for (int repeat = 0; repeat < 5; ++repeat) {
                const auto begin = Clock::now();
                for (int i = 0; i < 10; ++i) {
                    torch::relu(x.mm(w)).mm(w.t()).softmax(1);
                }
                least =
                    std::min(least, std::chrono::duration<double>(Clock::now() - begin).count());
            }
            if (threads == 1 || least < 0.8 * best) {
                best = least;
                m_threads = threads;
            }
        }
    }
    at::set_num_threads(m_threads);
}

Result<void> Trainer::writeConfig() {
    const json config = {{"architecture", m_trainable->architecture()},
                         {"net", m_trainable->netConfig()},
                         {"training", m_trainable->trainConfig()},
                         {"seed", m_options.seed},
                         {"steps", m_options.minutes > 0 ? json() : json(m_options.steps)},
                         {"minutes", m_options.minutes},
                         {"threads", m_threads}};
    return writeFileAtomically(m_folder / "config.json", config.dump(2) + "\n");
}

Result<void> Trainer::logLosses(TrainStatus& status) {
    const auto now = Clock::now();
    status.secondsPerStep = std::chrono::duration<double>(now - m_logged.at).count() /
                            static_cast<double>(std::max<std::int64_t>(1, m_step - m_logged.step));
    for (const auto& [name, mean] : m_losses) {
        status.losses[name] = mean.sum / static_cast<double>(mean.count);
    }
    m_losses.clear();
    m_logged = {m_step, now};
    return log({{"step", m_step},
                {"progress", status.progress},
                {"secondsPerStep", status.secondsPerStep},
                {"losses", status.losses}});
}

Result<void> Trainer::saveAndValidate(TrainStatus& status, const CancelToken& cancel) {
    if (auto ok = checkpoint(); !ok) {
        return ok;
    }
    auto measures = validate(cancel);
    m_validated = {m_step, Clock::now()};
    if (!measures) {
        return measures.error().code == Error::Code::Cancelled ? Result<void>()
                                                               : fail(measures.error());
    }
    status.measures = *measures;
    return log({{"step", m_step}, {"validation", *measures}});
}

bool Trainer::validationDue() const {
    if (m_options.validateEvery > 0) {
        return m_step - m_validated.step >= m_options.validateEvery;
    }
    const std::chrono::duration<double> since = Clock::now() - m_validated.at;
    return since.count() >= 60 * m_options.validateMinutes;
}

Result<TrainOutcome> Trainer::run(const CancelToken& cancel, const OnStatus& onStatus) {
    return torchEdge([&]() -> Result<TrainOutcome> {
        std::error_code problem;
        fs::create_directories(m_folder, problem);
        if (problem) {
            return fail(Error::Code::Io,
                        "The folder of the run cannot be made: " + problem.message(),
                        m_folder.string());
        }
        chooseThreads();
        if (auto ok = writeConfig(); !ok) {
            return fail(ok.error());
        }
        m_start = Clock::now();
        m_logged = m_validated = {m_step, m_start};
        while (!finished() && !cancel.cancelled()) {
            if (auto ok = trainStep(); !ok) {
                return fail(ok.error());
            }
            TrainStatus status{m_step, progress(), 0, {}, {}};
            const bool end = finished();
            if (end || m_step - m_logged.step >= m_options.logEvery) {
                if (auto ok = logLosses(status); !ok) {
                    return fail(ok.error());
                }
            }
            if (end || validationDue()) {
                if (auto ok = saveAndValidate(status, cancel); !ok) {
                    return fail(ok.error());
                }
            }
            if (onStatus && (!status.losses.empty() || status.measures)) {
                onStatus(status);
            }
        }
        // Time may run out between two looks at the clock; a stop comes at any step.
        if (m_validated.step != m_step) {
            TrainStatus status{m_step, progress(), 0, {}, {}};
            if (auto ok = finished() ? saveAndValidate(status, cancel) : checkpoint(); !ok) {
                return fail(ok.error());
            }
        }
        const bool stopped = !finished();
        m_seconds += std::chrono::duration<double>(Clock::now() - m_start).count();
        return TrainOutcome{m_step, stopped, m_bestScore, m_last};
    });
}

} // namespace canto::models::train
