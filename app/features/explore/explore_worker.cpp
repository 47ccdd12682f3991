// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore_worker.h"

#include "app/features/explore/explore_jobs.h"
#include "app/workspace/priority.h"

#include <algorithm>
#include <numeric>

namespace canto::app {
namespace {

constexpr std::size_t kLearnPhrases = 1200;

} // namespace

Result<std::shared_ptr<models::LatentModel>> ExploreWorker::ModelSlot::get() {
    if (!model) {
        if (!open) {
            return fail(Error::Code::Model, "There is no model to decode with", {},
                        "The map and the original songs work without one");
        }
        auto opened = open();
        if (!opened) {
            return opened;
        }
        model = std::move(*opened);
    }
    return model;
}

ExploreWorker::ExploreWorker(OpenModel open, QObject* parent)
    : QObject(parent), m_open(std::move(open)), m_points(slot()), m_shapes(slot()),
      m_sweeps(slot()), m_learns(slot()), m_priors(slot()), m_gui(this) {}

ExploreWorker::~ExploreWorker() {
    m_gui.close();
    for (JobThread* thread : {&m_interpolate, &m_shape, &m_sweep, &m_learn, &m_prior}) {
        thread->cancel();
    }
}

void ExploreWorker::setModel(OpenModel open) {
    for (JobThread* thread : {&m_interpolate, &m_shape, &m_sweep, &m_learn, &m_prior}) {
        thread->cancel();
    }
    m_open = std::move(open);
    m_points = slot();
    m_shapes = slot();
    m_sweeps = slot();
    m_learns = slot();
    m_priors = slot();
}

std::uint64_t ExploreWorker::interpolate(std::vector<models::Latent> latents,
                                         std::vector<double> tempi) {
    return m_interpolate.replace([this, gui = m_gui, slot = m_points, latents = std::move(latents),
                                  tempi = std::move(tempi)](const JobContext& job) {
        // `this` is only touched in letters, which are dropped when it is gone.
        const auto report = [this, &gui, generation = job.generation()](auto say) {
            gui.post([this, say, generation] {
                if (generation == m_interpolate.generation()) {
                    say();
                }
            });
        };
        const auto model = slot->get();
        if (!model) {
            report([this, error = model.error()] { Q_EMIT failed(error); });
            return;
        }
        for (std::size_t i = 0; i < latents.size() && !job.cancelled(); ++i) {
            const auto phrase = measure(**model, latents[i], tempi[i]);
            job.beat();
            if (!phrase) {
                report([this, error = phrase.error()] { Q_EMIT failed(error); });
                return;
            }
            report([this, generation = job.generation(), i, phrase = *phrase] {
                Q_EMIT phraseDecoded(generation, int(i), phrase);
            });
        }
    });
}

std::uint64_t ExploreWorker::shape(ShapeRequest request) {
    return m_shape.replace(
        [this, gui = m_gui, slot = m_shapes, request = std::move(request)](const JobContext& job) {
            const auto model = slot->get();
            auto done = model ? applyShape(**model, request, job.cancel())
                              : Result<ShapedPhrase>(fail(model.error()));
            gui.post([this, done = std::move(done), generation = job.generation()]() mutable {
                if (generation != m_shape.generation()) {
                    return;
                }
                if (done) {
                    done->generation = generation;
                    Q_EMIT shaped(*done);
                } else if (done.error().code != Error::Code::Cancelled) {
                    Q_EMIT failed(done.error());
                }
            });
        });
}

std::uint64_t ExploreWorker::sample(int label, std::uint64_t seed) {
    return m_shape.replace(
        [this, gui = m_gui, slot = m_shapes, label, seed](const JobContext& job) {
            const auto model = slot->get();
            Random random(seed);
            const auto latent = model ? (*model)->samplePrior(label, random)
                                      : Result<models::Latent>(fail(model.error()));
            gui.post([this, latent, label, generation = job.generation()] {
                if (generation != m_shape.generation()) {
                    return;
                }
                if (latent) {
                    Q_EMIT sampled(generation, label, *latent);
                } else {
                    Q_EMIT failed(latent.error());
                }
            });
        });
}

std::uint64_t ExploreWorker::sweep(models::Latent latent, LearnedPtr learned) {
    return m_sweep.replace([this, gui = m_gui, slot = m_sweeps, latent = std::move(latent),
                            learned = std::move(learned)](const JobContext& job) {
        lowerPriority(10);
        const auto report = [this, &gui, generation = job.generation()](auto say) {
            gui.post([this, say, generation] {
                if (generation == m_sweep.generation()) {
                    say();
                }
            });
        };
        const auto model = slot->get();
        if (!model) {
            report([this, error = model.error()] { Q_EMIT failed(error); });
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
        result.generation = job.generation();
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
                job.beat();
                if (job.cancelled()) {
                    return;
                }
                if (!phrase) {
                    report([this, error = phrase.error()] { Q_EMIT failed(error); });
                    return;
                }
                result.properties.push_back(phrase->properties);
            }
            ++result.done;
            report([this, result] { Q_EMIT swept(result); });
        }
    });
}

void ExploreWorker::learn(LibraryPtr library, std::filesystem::path cache) {
    m_learn.replace([this, gui = m_gui, slot = m_learns, library = std::move(library),
                     cache = std::move(cache)](const JobContext& job) {
        lowerPriority(10);
        const auto report = [this, &gui, generation = job.generation()](auto say) {
            gui.post([this, say, generation] {
                if (generation == m_learn.generation()) {
                    say();
                }
            });
        };
        const auto model = slot->get();
        auto found = model ? learnDirections(*library, **model, cache, kLearnPhrases, job.cancel(),
                                             [&](std::size_t done, std::size_t total) {
                                                 job.beat();
                                                 if (done % 20 == 0) {
                                                     report([this, done, total] {
                                                         Q_EMIT learnProgressed(done, total);
                                                     });
                                                 }
                                             })
                           : Result<LearnedPtr>(fail(model.error()));
        if (found) {
            report([this, learned = *found] { Q_EMIT this->learned(learned); });
        } else if (found.error().code != Error::Code::Cancelled) {
            report([this, error = found.error()] { Q_EMIT learnFailed(error); });
        }
    });
}

void ExploreWorker::placePrior(ProjectionPtr projection) {
    m_prior.replace([this, gui = m_gui, slot = m_priors,
                     projection = std::move(projection)](const JobContext& job) {
        lowerPriority(10);
        const auto model = slot->get();
        if (!model || !projection) {
            return;
        }
        const auto components = placeComponents(**model, *projection, job.cancel());
        gui.post([this, components, projection, generation = job.generation()] {
            if (generation != m_prior.generation()) {
                return;
            }
            if (components) {
                Q_EMIT priorPlaced(projection, *components);
            } else if (components.error().code != Error::Code::Cancelled) {
                Q_EMIT failed(components.error());
            }
        });
    });
}

} // namespace canto::app
