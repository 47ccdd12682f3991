// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/inference_worker.h"

#include "app/workspace/path_plan.h"

#include <algorithm>
#include <chrono>

namespace canto::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(3);

using InferenceRun = LatestTask<InferenceWorker>::Run;

void reportFailure(const InferenceRun& run, const Error& error) {
    run.deliverError(
        [generation = run.generation()](InferenceWorker& to, const Error& why) {
            Q_EMIT to.failed(generation, why);
        },
        error);
}

/// Decodes one latent, bar by bar. False when it was cancelled or failed.
bool decodeStep(const InferenceRun& run, const models::LatentModel& model,
                const models::Latent& latent, double bpm, int step,
                const SongPtr& original = nullptr) {
    const auto begun = Clock::now();
    const auto send = [&](music::Song song, int bars, bool whole) {
        const std::chrono::duration<double, std::milli> spent = Clock::now() - begun;
        run.deliver(&InferenceWorker::decoded,
                    Decoded{run.generation(), step,
                            std::make_shared<const music::Song>(std::move(song)), bars, whole,
                            spent.count(), whole ? original : nullptr});
    };
    const int bars = model.info().phraseBars;
    const auto song = model.decode(latent, {.bpm = bpm, .cancel = run.cancel()},
                                   [&](const music::Song& soFar, int done) {
                                       run.beat();
                                       if (run.cancelled()) {
                                           return false;
                                       }
                                       if (done < bars) {
                                           send(soFar, done, false);
                                       }
                                       return true;
                                   });
    run.beat();
    if (!song) {
        reportFailure(run, song.error());
        return false;
    }
    if (run.cancelled()) {
        return false;
    }
    send(*song, bars, true);
    return true;
}

/// Takes the tempo from the phrase's own file where that is wanted and possible.
void readTempo(Anchor& anchor) {
    if (const SongPtr song = anchor.tempoFrom ? anchor.tempoFrom() : nullptr) {
        anchor.bpm = song->tempo.bpmAt(0);
    }
}

bool checkModel(const InferenceRun& run, const models::LatentModel* model) {
    if (model == nullptr) {
        reportFailure(run, Error{Error::Code::Model,
                                 "There is no model to decode with",
                                 {},
                                 "The map and the original songs work without one"});
    }
    return model != nullptr;
}

} // namespace

InferenceWorker::InferenceWorker(QObject* parent) : QObject(parent) {
    m_watchdog.setInterval(1000);
    connect(&m_watchdog, &QTimer::timeout, this, &InferenceWorker::watch);
    m_watchdog.start();
}

void InferenceWorker::setModel(std::shared_ptr<const models::LatentModel> model) {
    cancel();
    m_model = std::move(model);
}

std::uint64_t InferenceWorker::decode(Anchor anchor, ProjectionPtr projection) {
    return m_task.start([model = m_model, anchor = std::move(anchor),
                         projection = std::move(projection)](const auto& run) mutable {
        readTempo(anchor);
        const auto latent = locate(anchor, projection);
        if (!latent) {
            reportFailure(run, latent.error());
            return;
        }
        run.deliver(&InferenceWorker::located, Located{run.generation(), anchor.place, *latent});
        if (!run.cancelled() && checkModel(run, model.get())) {
            decodeStep(run, *model, latent->latent, anchor.bpm, 0);
        }
    });
}

std::uint64_t InferenceWorker::decodePath(PathRequest request, ProjectionPtr projection) {
    return m_task.start([model = m_model, request = std::move(request),
                         projection = std::move(projection)](const auto& run) mutable {
        std::for_each(request.anchors.begin(), request.anchors.end(), readTempo);
        auto plan = planPath(request, projection, run.cancel());
        if (!plan) {
            reportFailure(run, plan.error());
            return;
        }
        plan->generation = run.generation();
        run.deliver(&InferenceWorker::planned, *plan);
        if (run.cancelled() || !checkModel(run, model.get())) {
            return;
        }
        for (std::size_t step = 0; step < plan->latents.size(); ++step) {
            SongPtr original;
            if (step == 0 && request.anchors.front().original) {
                original = request.anchors.front().original();
            } else if (step + 1 == plan->latents.size() && request.anchors.back().original) {
                original = request.anchors.back().original();
            }
            if (!decodeStep(run, *model, plan->latents[step], plan->tempi[step], int(step),
                            original)) {
                return;
            }
        }
    });
}

void InferenceWorker::watch() {
    const std::uint64_t now = generation();
    if (m_task.silentFor() >= kPatience && m_stuckReported != now) {
        m_stuckReported = now;
        Q_EMIT stuck(now);
    }
}

} // namespace canto::app
