// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the trainer that ends epochs and waits in pauses.

#include "models/train/trainer.h"

namespace canto::models::train {

void Trainer::swapAverages() {
    for (auto& optimiser : m_optimisers) {
        optimiser.swapAverage();
    }
}

Result<Measures> Trainer::validateAndWrite(const RunControl& control, EpochReport& epoch) {
    const auto stop = [&] {
        const auto command = control.command();
        return command == Command::Cancel || command == Command::Pause;
    };
    auto measures = m_trainable->validate(stop);
    if (!measures) {
        return measures;
    }
    epoch.measures = *measures;
    const auto score = measures->find("score");
    epoch.best = score != measures->end() && (!m_bestScore || score->second > *m_bestScore);
    epoch.weights = m_folder / "last.safetensors";
    auto saved = writeWeights("last.safetensors", *measures);
    if (saved && epoch.best) {
        saved = writeWeights("best.safetensors", *measures);
    }
    if (saved && m_options.keepEpochs) {
        char name[64];
        std::snprintf(name, sizeof name, "epoch-%04d.safetensors", epoch.epoch);
        epoch.weights = m_folder / name;
        saved = writeWeights(name, *measures);
    }
    if (!saved) {
        return fail(saved.error());
    }
    return measures;
}

Result<Trainer::Epoch> Trainer::endEpoch(const RunControl& control, const Observer& observer) {
    const auto begin = Clock::now();
    CANTO_CHECK(checkFinite());
    EpochReport epoch;
    epoch.epoch = m_epoch + 1;
    epoch.step = m_step;
    Result<Measures> measures;
    if (first()) { // the others wait for the first process
        swapAverages();
        m_trainable->module().eval();
        measures = validateAndWrite(control, epoch);
        m_trainable->module().train();
        swapAverages();
        if (!measures && measures.error().code != Error::Code::Cancelled) {
            return fail(measures.error());
        }
    }
    if (m_options.ranks) {
        auto word = torch::tensor({measures ? 1.0 : 0.0, epoch.best ? 1.0 : 0.0},
                                  torch::TensorOptions(torch::kFloat64).device(m_options.device));
        CANTO_CHECK(m_options.ranks->fromFirst(word));
        const auto reported = word.cpu();
        epoch.best = reported[1].item<double>() > 0;
        if (reported[0].item<double>() == 0) {
            return Epoch::Interrupted;
        }
    }
    if (!measures) {
        return Epoch::Interrupted;
    }
    m_last = *measures;
    m_worse = epoch.best ? 0 : m_worse + 1;
    if (epoch.best && first()) {
        m_bestScore = measures->at("score");
    }
    m_epoch = epoch.epoch;
    m_validated = {m_step, Clock::now()};
    m_eta.addValidation(std::chrono::duration<double>(m_validated.at - begin).count());
    CANTO_CHECK(log({{"step", m_step},
                     {"epoch", epoch.epoch},
                     {"best", epoch.best},
                     {"validation", *measures}}));
    CANTO_CHECK(checkpoint());
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
    swapAverages();
    auto saved = writeWeights("last.safetensors", m_last);
    swapAverages();
    if (!saved) {
        return saved;
    }
    report(observer, RunEvent::Kind::Paused, "Paused", m_folder / "last.safetensors");
    while (control.waitWhilePaused(std::chrono::hours(1)) == Command::Pause) {
    }
    report(observer, RunEvent::Kind::Resumed, "Going on");
    const auto away = Clock::now() - begin;
    m_start += away;
    m_validated.at += away;
    return {};
}

} // namespace canto::models::train
