// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/inference_worker.h"

#include "app/workspace/path_plan.h"

#include <algorithm>
#include <chrono>

namespace canto::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(3);

/// What a job needs of the worker; nothing in it can dangle.
struct JobState {
    InferenceWorker* worker; ///< only touched in letters, which are dropped when it is gone
    GuiCallback gui;
    std::shared_ptr<const models::LatentModel> model;

    /// Tells it on the GUI thread, unless something newer was asked for meanwhile.
    template <class F>
    void report(std::uint64_t generation, F&& say) const {
        gui.post([to = worker, generation, say = std::forward<F>(say)] {
            if (generation == to->generation()) {
                say(to);
            }
        });
    }
    void reportError(std::uint64_t generation, const Error& error) const {
        if (error.code != Error::Code::Cancelled) {
            report(generation, [=](InferenceWorker* to) { Q_EMIT to->failed(generation, error); });
        }
    }
};

/// Decodes one latent, bar by bar. False when it was cancelled or went wrong.
bool decodeStep(const JobState& jobState, const JobContext& job, const models::Latent& latent,
                double bpm, int step, const SongPtr& original = nullptr) {
    const auto begun = Clock::now();
    const auto send = [&](music::Song song, int bars, bool whole) {
        const std::chrono::duration<double, std::milli> spent = Clock::now() - begun;
        Decoded result{job.generation(),
                       step,
                       std::make_shared<const music::Song>(std::move(song)),
                       bars,
                       whole,
                       spent.count(),
                       whole ? original : nullptr};
        jobState.report(job.generation(), [result = std::move(result)](InferenceWorker* to) {
            Q_EMIT to->decoded(result);
        });
    };
    const int bars = jobState.model->info().phraseBars;
    const auto song = jobState.model->decode(latent, {.bpm = bpm, .cancel = job.cancel()},
                                             [&](const music::Song& soFar, int done) {
                                                 job.beat();
                                                 if (job.cancelled()) {
                                                     return false;
                                                 }
                                                 if (done < bars) {
                                                     send(soFar, done, false);
                                                 }
                                                 return true;
                                             });
    job.beat();
    if (!song) {
        jobState.reportError(job.generation(), song.error());
        return false;
    }
    if (job.cancelled()) {
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

bool checkModel(const JobState& jobState, const JobContext& job) {
    if (!jobState.model) {
        jobState.reportError(job.generation(),
                             Error{Error::Code::Model,
                                   "There is no model to decode with",
                                   {},
                                   "The map and the original songs work without one"});
    }
    return jobState.model != nullptr;
}

} // namespace

InferenceWorker::InferenceWorker(QObject* parent) : QObject(parent), m_gui(this) {
    m_watchdog.setInterval(1000);
    connect(&m_watchdog, &QTimer::timeout, this, &InferenceWorker::watch);
    m_watchdog.start();
}

InferenceWorker::~InferenceWorker() {
    m_gui.close();
    m_thread.cancel();
}

void InferenceWorker::setModel(std::shared_ptr<const models::LatentModel> model) {
    cancel();
    m_model = std::move(model);
}

std::uint64_t InferenceWorker::decode(Anchor anchor, ProjectionPtr projection) {
    const JobState jobState{this, m_gui, m_model};
    return m_thread.replace([jobState, anchor = std::move(anchor),
                             projection = std::move(projection)](const JobContext& job) mutable {
        readTempo(anchor);
        auto latent = locate(anchor, projection);
        if (!latent) {
            jobState.reportError(job.generation(), latent.error());
            return;
        }
        jobState.report(job.generation(),
                        [located = Located{job.generation(), anchor.place, *latent}](
                            InferenceWorker* to) { Q_EMIT to->located(located); });
        if (!job.cancelled() && checkModel(jobState, job)) {
            decodeStep(jobState, job, latent->latent, anchor.bpm, 0);
        }
    });
}

std::uint64_t InferenceWorker::decodePath(PathRequest request, ProjectionPtr projection) {
    const JobState jobState{this, m_gui, m_model};
    return m_thread.replace([jobState, request = std::move(request),
                             projection = std::move(projection)](const JobContext& job) mutable {
        std::for_each(request.anchors.begin(), request.anchors.end(), readTempo);
        auto plan = planPath(request, projection, job.cancel());
        if (!plan) {
            jobState.reportError(job.generation(), plan.error());
            return;
        }
        plan->generation = job.generation();
        jobState.report(job.generation(),
                        [plan = *plan](InferenceWorker* to) { Q_EMIT to->planned(plan); });
        if (job.cancelled() || !checkModel(jobState, job)) {
            return;
        }
        for (std::size_t step = 0; step < plan->latents.size(); ++step) {
            SongPtr original;
            if (step == 0 && request.anchors.front().original) {
                original = request.anchors.front().original();
            } else if (step + 1 == plan->latents.size() && request.anchors.back().original) {
                original = request.anchors.back().original();
            }
            if (!decodeStep(jobState, job, plan->latents[step], plan->tempi[step], int(step),
                            original)) {
                return;
            }
        }
    });
}

void InferenceWorker::cancel() { m_thread.cancel(); }

void InferenceWorker::watch() {
    const std::uint64_t now = generation();
    if (m_thread.silentFor() >= kPatience && m_stuckReported != now) {
        m_stuckReported = now;
        Q_EMIT stuck(now);
    }
}

} // namespace canto::app
