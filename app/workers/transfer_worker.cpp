#include "app/workers/transfer_worker.h"

#include "app/service/emotion_judge.h"
#include "app/workers/priority.h"
#include "app/workers/transfer_measure.h"

#include <deque>

namespace canto::app {
namespace {

constexpr std::size_t kPairs = 150;
constexpr std::size_t kRemembered = 12;
constexpr std::size_t kJudged = 800;

} // namespace

/// What belongs to the worker's thread.
struct TransferWorker::Seat {
    OpenModel open;
    std::shared_ptr<models::LatentModel> model;
    std::optional<service::EmotionJudge> judge;
    struct Made {
        models::Latent latent;
        double bpm;
        SongPtr song;
    };
    std::deque<Made> songs; ///< made last, whole
    LibraryPtr library;     ///< that `scale` was measured on
    std::optional<ElementScale> scale;

    Result<void> get() {
        if (!model && open) {
            auto opened = open();
            if (!opened) {
                return fail(opened.error());
            }
            model = std::move(*opened);
            judge = service::EmotionJudge::forModel(*model);
        }
        if (!model || !model->info().can.decode) {
            return fail(Error::Code::Model, "There is no model to make music with");
        }
        return {};
    }

    using OnBars = std::function<void(const music::Song& song, int bars)>;

    Result<SongPtr> songOf(const models::Latent& z, double bpm, const JobContext& job,
                           const OnBars& onBars) {
        for (const Made& made : songs) {
            if (made.latent == z && made.bpm == bpm) {
                return made.song;
            }
        }
        auto song = model->decode(z, {.bpm = bpm, .cancel = job.cancel()},
                                  [&](const music::Song& soFar, int bars) {
                                      job.beat();
                                      if (onBars && bars < model->info().phraseBars) {
                                          onBars(soFar, bars);
                                      }
                                      return !job.cancelled();
                                  });
        if (!song) {
            return fail(song.error());
        }
        songs.push_front({z, bpm, std::make_shared<const music::Song>(std::move(*song))});
        if (songs.size() > kRemembered) {
            songs.pop_back();
        }
        return songs.front().song;
    }

    /// The latent of music that this model made.
    Result<models::Latent> heardAgain(const music::Song& song, const JobContext& job) {
        const auto segments = model->segments(song);
        if (segments.empty()) {
            return fail(Error::Code::BadInput, "There are no notes to be encoded");
        }
        auto latents = model->encode(song, std::span(segments).first(1), job.cancel());
        job.beat();
        return latents ? Result<models::Latent>(std::move(latents->front()))
                       : fail(latents.error());
    }

    /// Left out where music cannot be encoded: a report is no condition for the music.
    std::vector<ElementChange> measure(const Transferred& outcome, const LibraryPtr& of,
                                       const JobContext& job) {
        if (!of || !model->info().can.encode) {
            return {};
        }
        if (library != of || !scale) {
            auto measured = ElementScale::of(*of, *model, kPairs, job.cancel());
            job.beat();
            if (!measured) {
                return {};
            }
            scale = std::move(*measured);
            library = of;
        }
        const auto before = heardAgain(*outcome.before, job);
        const auto after = heardAgain(*outcome.song, job);
        return before && after ? changesOf(outcome.recipe, *model, *scale, *before, *after)
                               : std::vector<ElementChange>();
    }

    /// What both are taken for: by a judge that has learned from real clips, or by the model.
    void score(Transferred& outcome, const models::Latent& receiver, const JobContext& job) {
        if (judge) {
            const auto before = judge->judge(*model, *outcome.before, job.cancel());
            job.beat();
            const auto after = judge->judge(*model, *outcome.song, job.cancel());
            if (before && after) {
                outcome.scoresBefore = *before;
                outcome.scoresAfter = *after;
                outcome.judge = judge->accuracyText();
                return;
            }
        }
        outcome.scoresBefore = model->classScores(receiver);
        job.beat();
        outcome.scoresAfter = model->classScores(outcome.latent);
    }

    Result<Transferred> make(const TransferRequest& request, const JobContext& job,
                             const OnBars& onBars) {
        if (auto ok = get(); !ok) {
            return fail(ok.error());
        }
        auto latent = follow(request.recipe, *model);
        if (!latent) {
            return fail(latent.error());
        }
        const double bpm = request.recipe.parents.front().bpm;
        const auto song = songOf(*latent, bpm, job, onBars);
        if (!song) {
            return fail(song.error());
        }
        onBars(**song, model->info().phraseBars);
        Transferred outcome;
        outcome.generation = job.generation();
        outcome.recipe = request.recipe;
        outcome.latent = std::move(*latent);
        outcome.song = *song;
        outcome.bars = model->info().phraseBars;
        if (!request.measure) {
            return outcome;
        }
        const models::Latent& receiver = request.recipe.parents.front().latent;
        const auto before = songOf(receiver, bpm, job, {});
        if (!before) {
            return fail(before.error());
        }
        outcome.before = *before;
        outcome.changes = measure(outcome, request.library, job);
        if (job.cancelled()) {
            return fail(Error::Code::Cancelled, "Stopped");
        }
        score(outcome, receiver, job);
        if (request.projection && request.projection->takes(outcome.latent.size())) {
            if (const auto place = request.projection->place(outcome.latent)) {
                outcome.place = *place;
            }
        }
        return outcome;
    }
};

TransferWorker::TransferWorker(QObject* parent)
    : QObject(parent), m_seat(std::make_shared<Seat>()), m_mailbox(this) {}

TransferWorker::~TransferWorker() {
    m_mailbox.close();
    m_thread.cancel();
    m_separation.cancel();
}

void TransferWorker::setModel(OpenModel open) {
    m_thread.cancel();
    m_separation.cancel();
    m_seat = std::make_shared<Seat>();
    m_seat->open = std::move(open);
}

void TransferWorker::separate(LibraryPtr library) {
    m_separation.replace([this, mailbox = m_mailbox, open = m_seat->open,
                          library = std::move(library)](const JobContext& job) {
        giveWay(10);
        const auto model = open ? open()
                                : Result<std::shared_ptr<models::LatentModel>>(fail(
                                      Error::Code::Model, "There is no model to measure with"));
        auto columns = model ? separationOf(*library, **model, kJudged, job.cancel())
                             : Result<std::vector<Separation>>(fail(model.error()));
        mailbox.post([this, library, columns = std::move(columns), generation = job.generation()] {
            if (generation != m_separation.generation()) {
                return;
            }
            if (columns) {
                Q_EMIT separated(library, *columns);
            } else if (columns.error().code != Error::Code::Cancelled) {
                Q_EMIT failed(columns.error());
            }
        });
    });
}

std::uint64_t TransferWorker::draw(std::uint64_t seed) {
    return m_thread.replace(
        [this, mailbox = m_mailbox, seat = m_seat, seed](const JobContext& job) {
            Random random(seed);
            const auto ready = seat->get();
            const auto latent = ready ? seat->model->samplePrior({}, random)
                                      : Result<models::Latent>(fail(ready.error()));
            mailbox.post([this, latent, generation = job.generation()] {
                if (generation != m_thread.generation()) {
                    return;
                }
                if (latent) {
                    Q_EMIT drawn(generation, *latent);
                } else {
                    Q_EMIT failed(latent.error());
                }
            });
        });
}

std::uint64_t TransferWorker::make(TransferRequest request) {
    return m_thread.replace([this, mailbox = m_mailbox, seat = m_seat,
                             request = std::move(request)](const JobContext& job) {
        // `this` is only touched in letters, which are dropped when it is gone.
        const auto tell = [this, &mailbox, generation = job.generation()](auto say) {
            mailbox.post([this, say, generation] {
                if (generation == m_thread.generation()) {
                    say();
                }
            });
        };
        const auto onBars = [&](const music::Song& song, int bars) {
            const bool whole = bars >= seat->model->info().phraseBars;
            tell([this, generation = job.generation(), bars, whole,
                  shared = std::make_shared<const music::Song>(song)] {
                Q_EMIT grown(generation, shared, bars, whole);
            });
        };
        const auto outcome = seat->make(request, job, onBars);
        if (!outcome && outcome.error().code != Error::Code::Cancelled) {
            tell([this, error = outcome.error()] { Q_EMIT failed(error); });
        } else if (outcome && request.measure) {
            tell([this, made = *outcome] { Q_EMIT this->made(made); });
        }
    });
}

} // namespace canto::app
