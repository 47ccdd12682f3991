// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/transfer/transfer_worker.h"

#include "app/features/transfer/transfer_measure.h"
#include "app/spaces/emotion/emotion_classifier.h"
#include "app/workspace/priority.h"

#include <deque>

namespace canto::app {
namespace {

constexpr std::size_t kPairs = 150;
constexpr std::size_t kRemembered = 12;
constexpr std::size_t kClassified = 800;

} // namespace

/// What belongs to the worker's thread.
struct TransferWorker::ModelSlot {
    OpenModel open;
    std::shared_ptr<models::LatentModel> model;
    std::optional<EmotionClassifier> classifier;
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
            classifier = EmotionClassifier::forModel(*model);
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
    Result<models::Latent> encodedAgain(const music::Song& song, const JobContext& job) {
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
    std::vector<ElementChange> measure(const Transferred& result, const LibraryPtr& of,
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
        const auto before = encodedAgain(*result.before, job);
        const auto after = encodedAgain(*result.song, job);
        return before && after ? changesOf(result.spec, *model, *scale, *before, *after)
                               : std::vector<ElementChange>();
    }

    /// What both are taken for: by a judge that has learned from real clips, or by the model.
    void score(Transferred& result, const models::Latent& target, const JobContext& job) {
        if (classifier) {
            const auto before = classifier->probabilities(*model, *result.before, job.cancel());
            job.beat();
            const auto after = classifier->probabilities(*model, *result.song, job.cancel());
            if (before && after) {
                result.scoresBefore = *before;
                result.scoresAfter = *after;
                result.classifier = classifier->accuracyText();
                return;
            }
        }
        result.scoresBefore = model->classScores(target);
        job.beat();
        result.scoresAfter = model->classScores(result.latent);
    }

    Result<Transferred> make(const TransferRequest& request, const JobContext& job,
                             const OnBars& onBars) {
        if (auto ok = get(); !ok) {
            return fail(ok.error());
        }
        auto latent = follow(request.spec, *model);
        if (!latent) {
            return fail(latent.error());
        }
        const double bpm = request.spec.parents.front().bpm;
        const auto song = songOf(*latent, bpm, job, onBars);
        if (!song) {
            return fail(song.error());
        }
        onBars(**song, model->info().phraseBars);
        Transferred result;
        result.generation = job.generation();
        result.spec = request.spec;
        result.latent = std::move(*latent);
        result.song = *song;
        result.bars = model->info().phraseBars;
        if (!request.measure) {
            return result;
        }
        const models::Latent& target = request.spec.parents.front().latent;
        const auto before = songOf(target, bpm, job, {});
        if (!before) {
            return fail(before.error());
        }
        result.before = *before;
        result.changes = measure(result, request.library, job);
        if (job.cancelled()) {
            return fail(Error::Code::Cancelled, "Stopped");
        }
        score(result, target, job);
        if (request.projection && request.projection->takes(result.latent.size())) {
            if (const auto place = request.projection->place(result.latent)) {
                result.place = *place;
            }
        }
        return result;
    }
};

TransferWorker::TransferWorker(QObject* parent)
    : QObject(parent), m_slot(std::make_shared<ModelSlot>()), m_gui(this) {}

TransferWorker::~TransferWorker() {
    m_gui.close();
    m_thread.cancel();
    m_separation.cancel();
}

void TransferWorker::setModel(OpenModel open) {
    m_thread.cancel();
    m_separation.cancel();
    m_slot = std::make_shared<ModelSlot>();
    m_slot->open = std::move(open);
}

void TransferWorker::separate(LibraryPtr library) {
    m_separation.replace([this, gui = m_gui, open = m_slot->open,
                          library = std::move(library)](const JobContext& job) {
        lowerPriority(10);
        const auto model = open ? open()
                                : Result<std::shared_ptr<models::LatentModel>>(fail(
                                      Error::Code::Model, "There is no model to measure with"));
        auto columns = model ? separationOf(*library, **model, kClassified, job.cancel())
                             : Result<std::vector<Separation>>(fail(model.error()));
        gui.post([this, library, columns = std::move(columns), generation = job.generation()] {
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
    return m_thread.replace([this, gui = m_gui, slot = m_slot, seed](const JobContext& job) {
        Random random(seed);
        const auto ready = slot->get();
        const auto latent = ready ? slot->model->samplePrior({}, random)
                                  : Result<models::Latent>(fail(ready.error()));
        gui.post([this, latent, generation = job.generation()] {
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
    return m_thread.replace(
        [this, gui = m_gui, slot = m_slot, request = std::move(request)](const JobContext& job) {
            // `this` is only touched in letters, which are dropped when it is gone.
            const auto report = [this, &gui, generation = job.generation()](auto say) {
                gui.post([this, say, generation] {
                    if (generation == m_thread.generation()) {
                        say();
                    }
                });
            };
            const auto onBars = [&](const music::Song& song, int bars) {
                const bool whole = bars >= slot->model->info().phraseBars;
                report([this, generation = job.generation(), bars, whole,
                        shared = std::make_shared<const music::Song>(song)] {
                    Q_EMIT grown(generation, shared, bars, whole);
                });
            };
            const auto result = slot->make(request, job, onBars);
            if (!result && result.error().code != Error::Code::Cancelled) {
                report([this, error = result.error()] { Q_EMIT failed(error); });
            } else if (result && request.measure) {
                report([this, made = *result] { Q_EMIT this->made(made); });
            }
        });
}

} // namespace canto::app
