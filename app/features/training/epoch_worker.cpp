// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/epoch_worker.h"

#include "app/library/model_store.h"
#include "app/workspace/class_names.h"
#include "app/workspace/columns.h"
#include "app/workspace/qt_text.h"

#include <deque>
#include <mutex>

namespace canto::app {

namespace fs = std::filesystem;

widgets::MapSnapshotPtr snapshotOf(const EpochMaps& maps,
                                   const std::vector<projection::MapPoint>& places) {
    std::vector<QString> labels;
    for (const std::string& label : maps.labels()) {
        labels.push_back(text(label));
    }
    std::vector<float> x, y;
    for (const auto& place : places) {
        x.push_back(place.x);
        y.push_back(place.y);
    }
    const std::string& column = maps.classColumn();
    return widgets::MapSnapshot::make(std::move(x), std::move(y),
                                      classColouring(column, columnTitle(column), labels));
}

/// What the jobs of one run share.
struct EpochWorker::Run {
    struct Wanted {
        fs::path weights;
        QString title;
        fs::path copy;
    };
    fs::path dataset;
    EpochMapOptions options;
    std::mutex mutex; ///< of what follows
    std::deque<Wanted> waiting;
    bool draining = false;
    /// Set once by the mapping thread; but for add(), which only that thread calls, it is read by
    /// both.
    std::shared_ptr<EpochMaps> maps;
    std::shared_ptr<models::LatentModel> playedModel; ///< of the playback task: kept for the next
};

EpochWorker::EpochWorker(QObject* parent) : QObject(parent) {}

EpochWorker::~EpochWorker() { close(); }

void EpochWorker::close() {
    m_maps.cancel();
    m_playback.cancel();
    m_run.reset();
}

bool EpochWorker::busy() const { return m_maps.busy() || m_playback.busy(); }

void EpochWorker::open(const fs::path& dataset, const EpochMapOptions& options) {
    close();
    m_run = std::make_shared<Run>();
    m_run->dataset = dataset;
    m_run->options = options;
    startMapping();
}

void EpochWorker::add(const fs::path& weights, const QString& title, const fs::path& copy) {
    if (!m_run) {
        return;
    }
    {
        const std::lock_guard lock(m_run->mutex);
        m_run->waiting.push_back({weights, title, copy});
        if (m_run->draining) {
            return;
        }
    }
    startMapping();
}

void EpochWorker::startMapping() {
    {
        const std::lock_guard lock(m_run->mutex);
        m_run->draining = true;
    }
    m_maps.start([run = m_run](const Task::Run& task) { mapWaiting(task, run); });
}

void EpochWorker::mapWaiting(const Task::Run& task, const std::shared_ptr<Run>& run) {
    // Epochs that are added meanwhile start a newer task: what this one has made counts all the
    // same, unless another run was opened.
    const auto deliver = [&](auto emit) {
        task.deliverAlways([run, emit](EpochWorker& to) {
            if (run == to.m_run) {
                emit(to);
            }
        });
    };
    const auto report = [&](const Error& error) {
        if (error.code != Error::Code::Cancelled) {
            task.deliverAlways(&EpochWorker::failed, error);
        }
    };
    if (!run->maps) {
        auto maps = EpochMaps::open(run->dataset, run->options);
        if (!maps) {
            report(maps.error());
            return; // draining stays set: nothing of this run can be mapped
        }
        QStringList titles;
        for (const auto& seed : maps->seeds()) {
            titles.append(text(seed.title));
        }
        {
            const std::lock_guard lock(run->mutex);
            run->maps = std::make_shared<EpochMaps>(std::move(*maps));
        }
        deliver([titles](EpochWorker& to) { Q_EMIT to.opened(titles); });
    }
    while (!task.cancelled()) {
        Run::Wanted wanted;
        {
            const std::lock_guard lock(run->mutex);
            if (run->waiting.empty()) {
                run->draining = false;
                return;
            }
            wanted = std::move(run->waiting.front());
            run->waiting.pop_front();
        }
        task.beat();
        if (!wanted.copy.empty()) {
            std::error_code ignored; // opening the file fails then
            fs::copy_file(wanted.weights, wanted.copy, fs::copy_options::overwrite_existing,
                          ignored);
            wanted.weights = wanted.copy;
        }
        const auto model = sharedModel(wanted.weights)();
        if (!model) {
            report(model.error());
            continue;
        }
        const auto places = run->maps->add(**model, task.cancel());
        if (!places) {
            report(places.error());
            continue;
        }
        deliver([snapshot = snapshotOf(*run->maps, *places), wanted](EpochWorker& to) {
            Q_EMIT to.mapped(snapshot, wanted.title, text(wanted.weights));
        });
    }
}

void EpochWorker::play(const fs::path& weights, EpochPhrase what) {
    if (m_run) {
        m_playback.start([run = m_run, weights, what](const Task::Run& task) {
            playPhrase(task, *run, weights, what);
        });
    }
}

void EpochWorker::playPhrase(const Task::Run& task, Run& run, const fs::path& weights,
                             EpochPhrase what) {
    std::shared_ptr<EpochMaps> maps;
    {
        const std::lock_guard lock(run.mutex);
        maps = run.maps;
    }
    if (!maps) {
        return;
    }
    const bool seed = what.seed >= 0 && std::size_t(what.seed) < maps->seeds().size();
    const bool row = what.row >= 0 && std::size_t(what.row) < maps->size();
    if (!seed && !row) {
        return;
    }
    const auto model = sharedModel(weights)();
    if (!model) {
        task.deliverError(&EpochWorker::failed, model.error());
        return;
    }
    run.playedModel = *model;
    const auto phrase = seed ? Result<music::Song>(maps->seeds()[std::size_t(what.seed)].song)
                             : maps->song(std::size_t(what.row));
    const auto song = phrase ? throughModel(**model, *phrase, task.cancel()) : phrase;
    if (!song) {
        task.deliverError(&EpochWorker::failed, song.error());
        return;
    }
    const auto& title =
        seed ? maps->seeds()[std::size_t(what.seed)].title : maps->title(std::size_t(what.row));
    task.deliver(&EpochWorker::item, std::make_shared<const music::Song>(*song),
                 (*model)->info().phraseBars, text(title));
}

} // namespace canto::app
