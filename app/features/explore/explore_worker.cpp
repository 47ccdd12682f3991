// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore_worker.h"

#include "app/features/explore/explore_jobs.h"

#include <algorithm>
#include <numeric>

namespace canto::app {
namespace {

constexpr std::size_t kLearnPhrases = 1200;
constexpr std::size_t kLearnReportEvery = 20; // phrases

} // namespace

ExploreWorker::ExploreWorker(OpenModel open, QObject* parent) : QObject(parent) {
    setModel(std::move(open));
}

ExploreWorker::~ExploreWorker() { cancelAll(); }

void ExploreWorker::cancelAll() {
    for (LatestTask<ExploreWorker>* task :
         {&m_interpolate, &m_shape, &m_sweep, &m_learn, &m_prior}) {
        task->cancel();
    }
}

void ExploreWorker::setModel(OpenModel open) {
    cancelAll();
    if (!open) {
        open = []() -> Result<std::shared_ptr<models::LatentModel>> {
            return fail(Error::Code::Model, "There is no model to decode with", {},
                        "The map and the original songs work without one");
        };
    }
    m_open = std::move(open);
}

std::uint64_t ExploreWorker::interpolate(std::vector<models::Latent> latents,
                                         std::vector<double> tempi) {
    return m_interpolate.start(
        [open = m_open, latents = std::move(latents), tempi = std::move(tempi)](const auto& run) {
            const auto model = open();
            if (!model) {
                run.deliver(&ExploreWorker::failed, model.error());
                return;
            }
            for (std::size_t i = 0; i < latents.size() && !run.cancelled(); ++i) {
                const auto phrase = measure(**model, latents[i], tempi[i]);
                run.beat();
                if (!phrase) {
                    run.deliver(&ExploreWorker::failed, phrase.error());
                    return;
                }
                run.deliver(&ExploreWorker::phraseDecoded, run.generation(), int(i), *phrase);
            }
        });
}

std::uint64_t ExploreWorker::shape(ShapeRequest request) {
    return m_shape.start([open = m_open, request = std::move(request)](const auto& run) {
        const auto model = open();
        auto done = model ? applyShape(**model, request, run.cancel())
                          : Result<ShapedPhrase>(fail(model.error()));
        if (done) {
            done->generation = run.generation();
        }
        run.deliverResult(std::move(done), &ExploreWorker::shaped, &ExploreWorker::failed);
    });
}

std::uint64_t ExploreWorker::sample(int label, std::uint64_t seed) {
    return m_shape.start([open = m_open, label, seed](const auto& run) {
        const auto model = open();
        Random random(seed);
        const auto latent = model ? (*model)->samplePrior(label, random)
                                  : Result<models::Latent>(fail(model.error()));
        if (latent) {
            run.deliver(&ExploreWorker::sampled, run.generation(), label, *latent);
        } else {
            run.deliver(&ExploreWorker::failed, latent.error());
        }
    });
}

std::uint64_t ExploreWorker::sweep(models::Latent latent, LearnedPtr learned) {
    return m_sweep.start(
        [open = m_open, latent = std::move(latent), learned = std::move(learned)](const auto& run) {
            const auto model = open();
            if (!model) {
                run.deliver(&ExploreWorker::failed, model.error());
                return;
            }
            // Dimensions that move most in this music come first.
            const auto scale = learned->directions.scale();
            std::vector<int> order(std::min(latent.size(), scale.size()));
            std::iota(order.begin(), order.end(), 0);
            std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
                return scale[std::size_t(a)] > scale[std::size_t(b)];
            });
            SweptValues result;
            result.generation = run.generation();
            result.all = int(order.size());
            for (const int dimension : order) {
                const auto d = std::size_t(dimension);
                result.dimension = dimension;
                result.values =
                    sweepValues(double(learned->mean[d]), double(scale[d]), double(latent[d]));
                result.properties.clear();
                for (const double value : result.values) {
                    models::Latent moved = latent;
                    moved[d] = float(value);
                    const auto phrase = measure(**model, std::move(moved));
                    run.beat();
                    if (run.cancelled()) {
                        return;
                    }
                    if (!phrase) {
                        run.deliver(&ExploreWorker::failed, phrase.error());
                        return;
                    }
                    result.properties.push_back(phrase->properties);
                }
                ++result.done;
                run.deliver(&ExploreWorker::swept, result);
            }
        });
}

void ExploreWorker::learn(LibraryPtr library, std::filesystem::path cache) {
    m_learn.start(
        [open = m_open, library = std::move(library), cache = std::move(cache)](const auto& run) {
            const auto model = open();
            const auto progress = [&](std::size_t done, std::size_t total) {
                run.beat();
                if (done % kLearnReportEvery == 0) {
                    run.deliver(&ExploreWorker::learnProgressed, done, total);
                }
            };
            run.deliverResult(model ? learnDirections(*library, **model, cache, kLearnPhrases,
                                                      run.cancel(), progress)
                                    : Result<LearnedPtr>(fail(model.error())),
                              &ExploreWorker::learned, &ExploreWorker::learnFailed);
        });
}

void ExploreWorker::placePrior(ProjectionPtr projection) {
    m_prior.start([open = m_open, projection = std::move(projection)](const auto& run) {
        const auto model = open();
        if (!model || !projection) {
            return;
        }
        run.deliverResult(
            placeComponents(**model, *projection, run.cancel()),
            [projection](ExploreWorker& to, const std::vector<PlacedComponent>& components) {
                Q_EMIT to.priorPlaced(projection, components);
            },
            &ExploreWorker::failed);
    });
}

} // namespace canto::app
