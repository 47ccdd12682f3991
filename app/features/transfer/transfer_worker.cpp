// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/transfer/transfer_worker.h"

#include "app/features/transfer/transfer_measure.h"
#include "app/spaces/emotion/emotion_classifier.h"

#include <deque>

namespace canto::app {
namespace {

constexpr std::size_t kPairs = 150;
constexpr std::size_t kRemembered = 12;
constexpr std::size_t kClassified = 800;

} // namespace

/// The model, and what was made and measured with it.
struct TransferWorker::Workshop {
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

    Result<SongPtr> songOf(const models::Latent& z, double bpm, const TaskRun& run,
                           const OnBars& onBars) {
        for (const Made& made : songs) {
            if (made.latent == z && made.bpm == bpm) {
                return made.song;
            }
        }
        auto song = model->decode(z, {.bpm = bpm, .cancel = run.cancel()},
                                  [&](const music::Song& soFar, int bars) {
                                      run.beat();
                                      if (onBars && bars < model->info().phraseBars) {
                                          onBars(soFar, bars);
                                      }
                                      return !run.cancelled();
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
    Result<models::Latent> encodedAgain(const music::Song& song, const TaskRun& run) {
        const auto segments = model->segments(song);
        if (segments.empty()) {
            return fail(Error::Code::BadInput, "There are no notes to be encoded");
        }
        auto latents = model->encode(song, std::span(segments).first(1), run.cancel());
        run.beat();
        return latents ? Result<models::Latent>(std::move(latents->front()))
                       : fail(latents.error());
    }

    /// Left out where music cannot be encoded: the music does not depend on a report.
    std::vector<ElementChange> measure(const Transferred& result, const LibraryPtr& of,
                                       const TaskRun& run) {
        if (!of || !model->info().can.encode) {
            return {};
        }
        if (library != of || !scale) {
            auto measured = ElementScale::of(*of, *model, kPairs, run.cancel());
            run.beat();
            if (!measured) {
                return {};
            }
            scale = std::move(*measured);
            library = of;
        }
        const auto before = encodedAgain(*result.before, run);
        const auto after = encodedAgain(*result.song, run);
        return before && after ? changesOf(result.spec, *model, *scale, *before, *after)
                               : std::vector<ElementChange>();
    }

    /// The predicted classes of both: by a classifier that was trained on real clips, or by the
    /// model.
    void score(Transferred& result, const models::Latent& target, const TaskRun& run) {
        if (classifier) {
            const auto before = classifier->probabilities(*model, *result.before, run.cancel());
            run.beat();
            const auto after = classifier->probabilities(*model, *result.song, run.cancel());
            if (before && after) {
                result.scoresBefore = *before;
                result.scoresAfter = *after;
                result.classifier = classifier->accuracyText();
                return;
            }
        }
        result.scoresBefore = model->classScores(target);
        run.beat();
        result.scoresAfter = model->classScores(result.latent);
    }

    Result<Transferred> make(const TransferRequest& request, const TaskRun& run,
                             const OnBars& onBars) {
        if (auto ok = get(); !ok) {
            return fail(ok.error());
        }
        auto latent = follow(request.spec, *model);
        if (!latent) {
            return fail(latent.error());
        }
        const double bpm = request.spec.parents.front().bpm;
        const auto song = songOf(*latent, bpm, run, onBars);
        if (!song) {
            return fail(song.error());
        }
        onBars(**song, model->info().phraseBars);
        Transferred result;
        result.generation = run.generation();
        result.spec = request.spec;
        result.latent = std::move(*latent);
        result.song = *song;
        result.bars = model->info().phraseBars;
        if (!request.measure) {
            return result;
        }
        const models::Latent& target = request.spec.parents.front().latent;
        const auto before = songOf(target, bpm, run, {});
        if (!before) {
            return fail(before.error());
        }
        result.before = *before;
        result.changes = measure(result, request.library, run);
        if (run.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        score(result, target, run);
        if (request.projection && request.projection->takes(result.latent.size())) {
            if (const auto place = request.projection->place(result.latent)) {
                result.place = *place;
            }
        }
        return result;
    }
};

TransferWorker::TransferWorker(QObject* parent) : QObject(parent) { setModel({}); }

TransferWorker::~TransferWorker() {
    m_transfer.cancel();
    m_separation.cancel();
}

void TransferWorker::setModel(OpenModel open) {
    m_transfer.cancel();
    m_separation.cancel();
    m_open = std::move(open);
    m_workshop = std::make_shared<Workshop>();
    m_workshop->open = m_open;
}

void TransferWorker::separate(LibraryPtr library) {
    m_separation.start([open = m_open, library = std::move(library)](const auto& run) {
        const auto model = open ? open()
                                : Result<std::shared_ptr<models::LatentModel>>(fail(
                                      Error::Code::Model, "There is no model to measure with"));
        run.deliverResult(
            model ? separationOf(*library, **model, kClassified, run.cancel())
                  : Result<std::vector<Separation>>(fail(model.error())),
            [library](TransferWorker& to, const std::vector<Separation>& columns) {
                Q_EMIT to.separated(library, columns);
            },
            &TransferWorker::failed);
    });
}

std::uint64_t TransferWorker::draw(std::uint64_t seed) {
    return m_transfer.start([workshop = m_workshop, seed](const auto& run) {
        Random random(seed);
        const auto ready = workshop->get();
        const auto latent = ready ? workshop->model->samplePrior({}, random)
                                  : Result<models::Latent>(fail(ready.error()));
        if (latent) {
            run.deliver(&TransferWorker::drawn, run.generation(), *latent);
        } else {
            run.deliver(&TransferWorker::failed, latent.error());
        }
    });
}

std::uint64_t TransferWorker::make(TransferRequest request) {
    return m_transfer.start([workshop = m_workshop, request = std::move(request)](const auto& run) {
        const auto onBars = [&](const music::Song& song, int bars) {
            run.deliver(&TransferWorker::grown, run.generation(),
                        std::make_shared<const music::Song>(song), bars,
                        bars >= workshop->model->info().phraseBars);
        };
        const auto result = workshop->make(request, run, onBars);
        if (!result) {
            run.deliverError(&TransferWorker::failed, result.error());
        } else if (request.measure) {
            run.deliver(&TransferWorker::made, *result);
        }
    });
}

} // namespace canto::app
