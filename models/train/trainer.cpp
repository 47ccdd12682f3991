// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/trainer.h"

#include "core/base/text_lists.h"
#include "models/nn/torch_edge.h"

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cmath>

namespace canto::models::train {

using nlohmann::json;

namespace fs = std::filesystem;

Trainer::Trainer(std::shared_ptr<Trainable> trainable, fs::path folder, TrainerOptions options)
    : m_trainable(std::move(trainable)), m_folder(std::move(folder)), m_options(std::move(options)),
      m_order(m_trainable->sources(),
              m_trainable->batchSize() * (m_options.ranks ? m_options.ranks->world() : 1),
              m_options.seed),
      m_generator(at::make_generator<at::CPUGeneratorImpl>(m_options.seed)) {
    m_trainable->to(m_options.device);
    for (auto& group : m_trainable->groups()) {
        auto& parameters = group.parameters;
        const auto moved =
            std::stable_partition(parameters.begin(), parameters.end(), [&](const NamedTensor& p) {
                return !beginsWithAny(p.name, m_options.frozen);
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
        // The clock ends such a run; only the last validation follows.
        const double clock = (1.0 - share) * 60 * m_options.minutes;
        const auto last = m_eta.left(1, 1);
        left = TimeLeft{clock, clock + last->most};
    }
    return left;
}

void Trainer::report(const Observer& observer, RunEvent::Kind kind, std::string text,
                     fs::path weights, int halfBatch) const {
    if (observer.onEvent) {
        observer.onEvent({kind, m_step, std::move(text), std::move(weights), halfBatch});
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

Result<void> Trainer::checkSame() {
    if (!m_options.ranks) {
        return {};
    }
    const auto step = static_cast<double>(m_step);
    auto ends = torch::tensor({step, -step},
                              torch::TensorOptions(torch::kFloat64).device(m_options.device));
    if (auto ok = m_options.ranks->largest(ends); !ok) {
        return ok;
    }
    const auto reported = ends.cpu();
    if (reported[0].item<double>() != -reported[1].item<double>()) {
        return fail(Error::Code::BadInput, "The processes of this run found different checkpoints",
                    m_folder.string(), "They need one folder that all can read");
    }
    return {};
}

Result<Trainer::Next> Trainer::agree(const RunControl& control) {
    Next next{control.command(), epochDue(), finished()};
    m_progress = progress();
    if (!m_options.ranks) {
        return next;
    }
    // Clocks and commands differ between processes: the strongest command and the first clock
    // count.
    auto word = torch::tensor({static_cast<double>(next.command), next.epochDue ? 1.0 : 0.0,
                               next.finished ? 1.0 : 0.0, first() ? m_progress : 0.0},
                              torch::TensorOptions(torch::kFloat64).device(m_options.device));
    CANTO_CHECK(m_options.ranks->largest(word));
    const auto reported = word.cpu();
    next.command = static_cast<Command>(static_cast<int>(reported[0].item<double>()));
    next.epochDue = reported[1].item<double>() > 0;
    next.finished = reported[2].item<double>() > 0;
    m_progress = reported[3].item<double>();
    return next;
}

Result<End> Trainer::loop(const RunControl& control, const Observer& observer) {
    while (true) {
        CANTO_TRY(next, agree(control));
        switch (next->command) {
        case Command::Cancel:
            if (m_saved != m_step) {
                CANTO_CHECK(checkpoint());
            }
            return End::Cancelled;
        case Command::Pause:
            CANTO_CHECK(pause(control, observer));
            continue;
        case Command::Finish:
            if (m_step > m_validated.step || m_epoch == 0) {
                CANTO_TRY(epoch, endEpoch(control, observer));
                if (*epoch == Epoch::Interrupted) {
                    continue;
                }
            }
            return End::Finished;
        case Command::Run:
            break;
        }
        if (next->epochDue) {
            CANTO_TRY(epoch, endEpoch(control, observer));
            continue;
        }
        if (next->finished) {
            return End::Complete;
        }
        if (m_options.patience > 0 && m_trainable->hasValidation() &&
            m_worse >= m_options.patience) {
            report(observer, RunEvent::Kind::EarlyStop,
                   "No better for " + std::to_string(m_worse) + " epochs");
            return End::EarlyStop;
        }
        const auto begin = Clock::now();
        CANTO_CHECK(trainStep());
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        m_eta.addStep(seconds);
        m_stepSeconds.sum += seconds;
        ++m_stepSeconds.count;
        if (m_step - m_logged >= m_options.logEvery || finished()) {
            CANTO_CHECK(report(observer));
        }
    }
}

Result<TrainResult> Trainer::run(const RunControl& control, const Observer& observer) {
    const auto trained = torchEdge([&]() -> Result<TrainResult> {
        std::error_code problem;
        fs::create_directories(m_folder, problem);
        if (problem) {
            return fail(Error::Code::Io,
                        "The folder of the run cannot be made: " + problem.message(),
                        m_folder.string());
        }
        chooseThreads(observer);
        CANTO_CHECK(writeConfig());
        CANTO_CHECK(checkSame());
        m_start = Clock::now();
        m_validated.at = m_start;
        if (m_saved < 0) { // so that there is always a checkpoint to resume from
            CANTO_CHECK(checkpoint());
        }
        if (!m_trainable->hasValidation()) {
            const std::string ignored =
                m_options.patience > 0 ? " Early stopping (--patience) does not apply." : "";
            report(observer, RunEvent::Kind::Note,
                   "The data hold no validation songs, so no epoch can be called the best: the "
                   "result is last.safetensors, the weights of the last epoch." +
                       ignored);
        }
        CANTO_TRY(end, loop(control, observer));
        m_seconds += std::chrono::duration<double>(Clock::now() - m_start).count();
        m_start = {};
        return TrainResult{m_step, m_epoch, *end, m_bestScore, m_last, result()};
    });
    if (!trained && m_notFinite) {
        report(observer, RunEvent::Kind::NotFinite, trained.error().message());
    } else if (!trained && trained.error().code == Error::Code::NoMemory) {
        report(observer, RunEvent::Kind::OutOfMemory, trained.error().message(), {},
               m_trainable->batchSize() / 2);
    }
    return trained;
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
