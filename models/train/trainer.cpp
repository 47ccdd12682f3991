#include "models/train/trainer.h"

#include "models/common/torch_edge.h"

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cmath>

namespace canto::models::train {

using nlohmann::json;

namespace fs = std::filesystem;

namespace {

bool hasPrefix(const std::string& name, const std::vector<std::string>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const std::string& prefix) { return name.starts_with(prefix); });
}

} // namespace

Trainer::Trainer(std::shared_ptr<Trainable> trainable, fs::path folder, TrainerOptions options)
    : m_trainable(std::move(trainable)), m_folder(std::move(folder)), m_options(std::move(options)),
      m_order(m_trainable->sources(), m_trainable->batchSize(), m_options.seed),
      m_generator(at::make_generator<at::CPUGeneratorImpl>(m_options.seed)) {
    m_trainable->to(m_options.device);
    for (auto& group : m_trainable->groups()) {
        auto& parameters = group.parameters;
        const auto moved =
            std::stable_partition(parameters.begin(), parameters.end(), [&](const NamedTensor& p) {
                return !hasPrefix(p.name, m_options.frozen);
            });
        for (auto it = moved; it != parameters.end(); ++it) {
            it->tensor.set_requires_grad(false);
            m_unmoved.push_back(*it);
        }
        parameters.erase(moved, parameters.end());
        group.options.rate *= m_options.rateFactor;
        group.options.lastRate *= m_options.rateFactor;
        if (!parameters.empty()) {
            m_optimisers.emplace_back(std::move(group));
        }
    }
    for (const auto& buffer : m_trainable->module().named_buffers()) {
        m_unmoved.push_back({buffer.key(), buffer.value()});
    }
    if (m_options.epochs > 0) {
        m_options.minutes = 0;
        m_options.epochMinutes = 0;
    }
    if (m_options.epochSteps > 0 || m_options.epochMinutes <= 0) {
        m_epochSteps = m_options.epochSteps > 0 ? m_options.epochSteps : m_order.stepsOfAPass();
    }
    m_total = m_options.epochs > 0 ? m_options.epochs * m_epochSteps : m_options.steps;
}

double Trainer::progress() const {
    if (m_options.minutes > 0) {
        const std::chrono::duration<double> here = Clock::now() - m_start;
        return std::min(1.0, (m_seconds + here.count()) / (60 * m_options.minutes));
    }
    return std::min(1.0, static_cast<double>(m_step) / static_cast<double>(m_total));
}

bool Trainer::finished() const {
    return m_options.minutes > 0 ? progress() >= 1.0 : m_step >= m_total;
}

double Trainer::epochShare() const {
    if (m_epochSteps > 0) {
        return static_cast<double>(m_step - m_validated.step) / static_cast<double>(m_epochSteps);
    }
    const std::chrono::duration<double> since = Clock::now() - m_validated.at;
    return since.count() / (60 * m_options.epochMinutes);
}

bool Trainer::epochDue() const {
    return m_step > m_validated.step && (epochShare() >= 1.0 || finished());
}

std::optional<TimeLeft> Trainer::timeLeft() const {
    const double step = std::max(1e-9, m_eta.secondsPerStep());
    const double share = progress();
    const double steps = m_options.minutes > 0
                             ? (1.0 - share) * 60 * m_options.minutes / step
                             : static_cast<double>(std::max<std::int64_t>(0, m_total - m_step));
    const double perEpoch =
        m_epochSteps > 0 ? static_cast<double>(m_epochSteps) : 60 * m_options.epochMinutes / step;
    auto left = m_eta.left(steps, std::max(1.0, std::ceil(steps / perEpoch)));
    if (left && m_options.minutes > 0) {
        // The clock ends such a run; only the last validation comes after it.
        const double clock = (1.0 - share) * 60 * m_options.minutes;
        const auto last = m_eta.left(1, 1);
        left = TimeLeft{clock, clock + last->most};
    }
    return left;
}

void Trainer::tell(const Observer& observer, RunEvent event) const {
    event.step = m_step;
    if (observer.onEvent) {
        observer.onEvent(event);
    }
}

Result<void> Trainer::report(const Observer& observer) {
    StepReport status;
    status.step = m_step;
    status.epoch = m_epoch + 1;
    status.progress = progress();
    status.epochShare = std::min(1.0, epochShare());
    status.secondsPerStep = m_stepSeconds.sum / static_cast<double>(m_stepSeconds.count);
    status.left = timeLeft();
    for (const auto& [name, mean] : m_losses) {
        status.losses[name] = mean.sum / static_cast<double>(mean.count);
    }
    m_losses.clear();
    m_stepSeconds = {};
    m_logged = m_step;
    if (auto ok = log({{"step", m_step},
                       {"epoch", status.epoch},
                       {"progress", status.progress},
                       {"secondsPerStep", status.secondsPerStep},
                       {"losses", status.losses}});
        !ok) {
        return ok;
    }
    if (observer.onStep) {
        observer.onStep(status);
    }
    return {};
}

Result<Trainer::Epoch> Trainer::endEpoch(const RunControl& control, const Observer& observer) {
    const auto begin = Clock::now();
    if (auto ok = checkFinite(); !ok) {
        return fail(ok.error());
    }
    const auto stop = [&] {
        const auto wish = control.wish();
        return wish == Wish::Cancel || wish == Wish::Pause;
    };
    EpochReport epoch;
    epoch.epoch = m_epoch + 1;
    epoch.step = m_step;
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
    m_trainable->module().eval();
    auto measures = m_trainable->validate(stop);
    Result<void> saved;
    if (measures) {
        epoch.measures = *measures;
        const auto score = measures->find("score");
        epoch.best = score != measures->end() && score->second > m_bestScore;
        epoch.weights = m_folder / "last.safetensors";
        saved = writeWeights("last.safetensors", *measures);
        if (saved && epoch.best) {
            saved = writeWeights("best.safetensors", *measures);
        }
        if (saved && m_options.keepEpochs) {
            char name[64];
            std::snprintf(name, sizeof name, "epoch-%04d.safetensors", epoch.epoch);
            epoch.weights = m_folder / name;
            saved = writeWeights(name, *measures);
        }
    }
    m_trainable->module().train();
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
    if (!measures) {
        if (measures.error().code == Error::Code::Cancelled) {
            return Epoch::Interrupted;
        }
        return fail(measures.error());
    }
    if (!saved) {
        return fail(saved.error());
    }
    m_last = *measures;
    m_worse = epoch.best ? 0 : m_worse + 1;
    m_bestScore = epoch.best ? measures->at("score") : m_bestScore;
    m_epoch = epoch.epoch;
    m_validated = {m_step, Clock::now()};
    m_eta.addValidation(std::chrono::duration<double>(m_validated.at - begin).count());
    if (auto ok = log({{"step", m_step},
                       {"epoch", epoch.epoch},
                       {"best", epoch.best},
                       {"validation", *measures}});
        !ok) {
        return fail(ok.error());
    }
    if (auto ok = checkpoint(); !ok) {
        return fail(ok.error());
    }
    if (observer.onEpoch) {
        observer.onEpoch(epoch);
    }
    return Epoch::Done;
}

Result<void> Trainer::pause(const RunControl& control, const Observer& observer) {
    const auto begin = Clock::now();
    if (auto ok = checkpoint(); !ok) {
        return ok;
    }
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
    auto saved = writeWeights("last.safetensors", m_last);
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
    if (!saved) {
        return saved;
    }
    tell(observer, {RunEvent::Kind::Paused, 0, "Paused", m_folder / "last.safetensors", 0});
    while (control.waitWhilePaused(std::chrono::hours(1)) == Wish::Pause) {
    }
    tell(observer, {RunEvent::Kind::Resumed, 0, "Going on", {}, 0});
    const auto away = Clock::now() - begin;
    m_start += away;
    m_validated.at += away;
    return {};
}

Result<End> Trainer::loop(const RunControl& control, const Observer& observer) {
    while (true) {
        switch (control.wish()) {
        case Wish::Cancel:
            if (m_saved != m_step) {
                if (auto ok = checkpoint(); !ok) {
                    return fail(ok.error());
                }
            }
            return End::Cancelled;
        case Wish::Pause:
            if (auto ok = pause(control, observer); !ok) {
                return fail(ok.error());
            }
            continue;
        case Wish::Finish:
            if (m_step > m_validated.step || m_epoch == 0) {
                const auto epoch = endEpoch(control, observer);
                if (!epoch) {
                    return fail(epoch.error());
                }
                if (*epoch == Epoch::Interrupted) {
                    continue;
                }
            }
            return End::Finished;
        case Wish::Run:
            break;
        }
        if (epochDue()) {
            const auto epoch = endEpoch(control, observer);
            if (!epoch) {
                return fail(epoch.error());
            }
            continue;
        }
        if (finished()) {
            return End::Complete;
        }
        if (m_options.patience > 0 && m_worse >= m_options.patience) {
            tell(observer, {RunEvent::Kind::EarlyStop,
                            0,
                            "No better for " + std::to_string(m_worse) + " epochs",
                            {},
                            0});
            return End::EarlyStop;
        }
        const auto begin = Clock::now();
        if (auto ok = trainStep(); !ok) {
            return fail(ok.error());
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        m_eta.addStep(seconds);
        m_stepSeconds.sum += seconds;
        ++m_stepSeconds.count;
        if (m_step - m_logged >= m_options.logEvery || finished()) {
            if (auto ok = report(observer); !ok) {
                return fail(ok.error());
            }
        }
    }
}

Result<TrainOutcome> Trainer::run(const RunControl& control, const Observer& observer) {
    const auto outcome = torchEdge([&]() -> Result<TrainOutcome> {
        std::error_code problem;
        fs::create_directories(m_folder, problem);
        if (problem) {
            return fail(Error::Code::Io,
                        "The folder of the run cannot be made: " + problem.message(),
                        m_folder.string());
        }
        chooseThreads(observer);
        if (auto ok = writeConfig(); !ok) {
            return fail(ok.error());
        }
        m_start = Clock::now();
        m_validated.at = m_start;
        if (m_saved < 0) { // so that there is always something to go on from
            if (auto ok = checkpoint(); !ok) {
                return fail(ok.error());
            }
        }
        const auto end = loop(control, observer);
        if (!end) {
            return fail(end.error());
        }
        m_seconds += std::chrono::duration<double>(Clock::now() - m_start).count();
        m_start = {};
        return TrainOutcome{m_step, m_epoch, *end, m_bestScore, m_last};
    });
    if (!outcome && outcome.error().code == Error::Code::Model) {
        tell(observer, {RunEvent::Kind::NotFinite, 0, outcome.error().message(), {}, 0});
    } else if (!outcome && outcome.error().code == Error::Code::NoMemory) {
        tell(observer, {RunEvent::Kind::OutOfMemory,
                        0,
                        outcome.error().message(),
                        {},
                        m_trainable->batchSize() / 2});
    }
    return outcome;
}

std::string nameOf(End end) {
    switch (end) {
    case End::Complete:
        return "complete";
    case End::Finished:
        return "finished";
    case End::EarlyStop:
        return "early stop";
    case End::Cancelled:
        return "cancelled";
    }
    return {};
}

} // namespace canto::models::train
