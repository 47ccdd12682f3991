#include "app/workers/inference_worker.h"

#include "app/workers/path_plan.h"

#include <algorithm>
#include <chrono>

namespace canto::app {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds(3);

/// What a job needs of the worker; nothing in it can dangle.
struct Desk {
    InferenceWorker* worker; ///< only touched in letters, which are dropped when it is gone
    Mailbox mailbox;
    std::shared_ptr<const models::LatentModel> model;

    /// Tells it on the GUI thread, unless something newer was asked for meanwhile.
    template <class F>
    void tell(std::uint64_t generation, F&& say) const {
        mailbox.post([to = worker, generation, say = std::forward<F>(say)] {
            if (generation == to->generation()) {
                say(to);
            }
        });
    }
    void tellError(std::uint64_t generation, const Error& error) const {
        if (error.code != Error::Code::Cancelled) {
            tell(generation, [=](InferenceWorker* to) { Q_EMIT to->failed(generation, error); });
        }
    }
};

/// Decodes one latent, bar by bar. False when it was cancelled or went wrong.
bool decodeStep(const Desk& desk, const JobContext& job, const models::Latent& latent, double bpm,
                int step, const SongPtr& original = nullptr) {
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
        desk.tell(job.generation(), [result = std::move(result)](InferenceWorker* to) {
            Q_EMIT to->decoded(result);
        });
    };
    const int bars = desk.model->info().phraseBars;
    const auto song = desk.model->decode(latent, {.bpm = bpm, .cancel = job.cancel()},
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
        desk.tellError(job.generation(), song.error());
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

bool checkModel(const Desk& desk, const JobContext& job) {
    if (!desk.model) {
        desk.tellError(job.generation(), Error{Error::Code::Model,
                                               "There is no model to decode with",
                                               {},
                                               "The map and the original songs work without one"});
    }
    return desk.model != nullptr;
}

} // namespace

InferenceWorker::InferenceWorker(QObject* parent) : QObject(parent), m_mailbox(this) {
    m_watchdog.setInterval(1000);
    connect(&m_watchdog, &QTimer::timeout, this, &InferenceWorker::watch);
    m_watchdog.start();
}

InferenceWorker::~InferenceWorker() {
    m_mailbox.close();
    m_thread.cancel();
}

void InferenceWorker::setModel(std::shared_ptr<const models::LatentModel> model) {
    cancel();
    m_model = std::move(model);
}

std::uint64_t InferenceWorker::decode(Anchor anchor, ProjectionPtr projection) {
    const Desk desk{this, m_mailbox, m_model};
    return m_thread.replace([desk, anchor = std::move(anchor),
                             projection = std::move(projection)](const JobContext& job) mutable {
        readTempo(anchor);
        auto latent = locate(anchor, projection);
        if (!latent) {
            desk.tellError(job.generation(), latent.error());
            return;
        }
        desk.tell(job.generation(), [located = Located{job.generation(), anchor.place, *latent}](
                                        InferenceWorker* to) { Q_EMIT to->located(located); });
        if (!job.cancelled() && checkModel(desk, job)) {
            decodeStep(desk, job, latent->latent, anchor.bpm, 0);
        }
    });
}

std::uint64_t InferenceWorker::decodePath(PathRequest request, ProjectionPtr projection) {
    const Desk desk{this, m_mailbox, m_model};
    return m_thread.replace([desk, request = std::move(request),
                             projection = std::move(projection)](const JobContext& job) mutable {
        std::for_each(request.anchors.begin(), request.anchors.end(), readTempo);
        auto plan = planPath(request, projection, job.cancel());
        if (!plan) {
            desk.tellError(job.generation(), plan.error());
            return;
        }
        plan->generation = job.generation();
        desk.tell(job.generation(),
                  [plan = *plan](InferenceWorker* to) { Q_EMIT to->planned(plan); });
        if (job.cancelled() || !checkModel(desk, job)) {
            return;
        }
        for (std::size_t step = 0; step < plan->latents.size(); ++step) {
            SongPtr original;
            if (step == 0 && request.anchors.front().original) {
                original = request.anchors.front().original();
            } else if (step + 1 == plan->latents.size() && request.anchors.back().original) {
                original = request.anchors.back().original();
            }
            if (!decodeStep(desk, job, plan->latents[step], plan->tempi[step], int(step),
                            original)) {
                return;
            }
        }
    });
}

void InferenceWorker::cancel() { m_thread.cancel(); }

void InferenceWorker::watch() {
    const std::uint64_t now = generation();
    if (m_thread.silentFor() >= kPatience && m_stuckTold != now) {
        m_stuckTold = now;
        Q_EMIT stuck(now);
    }
}

} // namespace canto::app
