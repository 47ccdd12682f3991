// SPDX-License-Identifier: GPL-3.0-or-later
// What a run says, and what the window makes of it.

#include "app/features/training/training_controller.h"
#include "app/features/training/training_curves.h"
#include "app/workspace/qt_text.h"
#include "app/workspace/workspace.h"
#include "core/base/path_text.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/theme.h"
#include "widgets/train/curve_plot.h"
#include "widgets/train/epoch_strip.h"
#include "widgets/train/epoch_view.h"

#include <QLocale>

namespace canto::app {

namespace fs = std::filesystem;
namespace train = models::train;
using widgets::MessageBar;

namespace {

/// The newest checkpoint in the folder of a run; empty: none was written yet.
fs::path newestCheckpoint(const fs::path& run) {
    fs::path newest;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(run, ignored)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("checkpoint-") && name.ends_with(".safetensors") &&
            name > newest.filename().string()) {
            newest = entry.path();
        }
    }
    return newest;
}

} // namespace

void TrainingController::connectWorkers() {
    connect(&m_worker, &TrainingWorker::stepped, this, &TrainingController::onStep);
    connect(&m_worker, &TrainingWorker::epochEnded, this, &TrainingController::onEpoch);
    connect(&m_worker, &TrainingWorker::happened, this, &TrainingController::onEvent);
    connect(&m_worker, &TrainingWorker::ended, this, &TrainingController::onEnded);
    connect(&m_worker, &TrainingWorker::failed, this, &TrainingController::onFailed);
    connect(&m_epochWorker, &EpochWorker::opened, m_view->strip(), &widgets::EpochStrip::setSeeds);
    connect(&m_epochWorker, &EpochWorker::mapped, this,
            [this](const widgets::MapSnapshotPtr& snapshot, const QString& title,
                   const QString& weights) {
                m_weights.append(weights);
                m_view->addEpoch(snapshot, title);
            });
    connect(&m_epochWorker, &EpochWorker::item, this, &TrainingController::playEpoch);
    connect(&m_epochWorker, &EpochWorker::failed, this, [this](const Error& error) {
        m_workspace.warn(tr("The epoch cannot be shown: %1").arg(text(error.what)),
                         text(error.hint));
    });
    const auto play = [this](int epoch, EpochPhrase what, const QString& name) {
        if (epoch >= 0 && epoch < m_weights.size()) {
            m_playbackMode = tr("%1 of epoch %2").arg(name, QLocale().toString(epoch + 1));
            m_view->strip()->setCurrent(what.seed);
            m_epochWorker.play(m_weights[epoch].toStdString(), what);
        }
    };
    connect(m_view, &widgets::EpochView::seedAsked, this, [play](int epoch, int seed) {
        play(epoch, {seed, -1}, QString(QChar(u'A' + seed)));
    });
    connect(m_view, &widgets::EpochView::pointAsked, this, [play](int epoch, qint64 row) {
        play(epoch, {-1, row}, tr("A phrase"));
    });
}

void TrainingController::playEpoch(const SongPtr& song, int bars, const QString& title) {
    PlaybackItem item;
    item.kind = PlaybackItem::Kind::Reconstruction;
    item.song = song;
    item.bars = bars;
    item.title = title;
    item.caption = tr("%1: %2, epoch checkpoint").arg(m_playbackMode, title);
    m_workspace.player().play(std::move(item));
}

void TrainingController::onStep(const train::StepReport& report) {
    if (m_panel->state() == State::Starting) {
        setState(State::Running);
    }
    m_step = report.step;
    widgets::TrainProgress progress;
    progress.share = report.progress;
    progress.step = report.step;
    progress.epoch = report.epoch;
    progress.secondsPerStep = report.secondsPerStep;
    if (report.left) {
        progress.leastLeft = report.left->least;
        progress.mostLeft = report.left->most;
    }
    m_panel->setProgress(progress);
    showLosses(*m_panel->curves(), report.step, report.losses);
}

void TrainingController::onEpoch(const train::EpochReport& report) {
    showMeasures(*m_panel->curves(), report.step, report.measures);
    const QString title = epochTitle(report.epoch, report.step, report.measures);
    if (m_request.keepEpochs) {
        m_epochWorker.add(report.weights, title);
        return;
    }
    const int every = (m_request.epochs + kMostEpochsKept - 1) / kMostEpochsKept;
    if (every <= 1 || report.epoch % every == 1) {
        m_epochWorker.add(report.weights, title,
                          m_request.out /
                              ("kept-" + std::to_string(report.epoch) + ".safetensors"));
    }
}

void TrainingController::onEvent(const train::RunEvent& event) {
    using Kind = train::RunEvent::Kind;
    switch (event.kind) {
    case Kind::Started:
        if (m_panel->state() == State::Starting) {
            setState(State::Running);
        }
        m_panel->setStatus(text(event.text));
        break;
    case Kind::Paused:
        if (m_panel->state() == State::Pausing || m_panel->state() == State::Running) {
            setState(State::Paused);
        }
        if (!event.weights.empty()) {
            m_epochWorker.add(
                event.weights,
                tr("Paused at step %1").arg(widgets::grouped(std::size_t(event.step))));
        }
        break;
    case Kind::Resumed:
        if (m_panel->state() == State::Paused) {
            setState(State::Running);
        }
        break;
    case Kind::OutOfMemory:
        m_halfBatch = event.halfBatch;
        break;
    case Kind::NotFinite:
        break; // the run ends with an error that says it
    case Kind::EarlyStop:
    case Kind::Note:
        m_workspace.notify({Notice::Kind::Information, text(event.text)});
        break;
    }
}

void TrainingController::onEnded(const train::TrainResult& result) {
    if (result.end == train::End::Cancelled) {
        setState(State::Unfinished);
        quitIfOver();
        return;
    }
    m_workspace.settings().remove(runKey());
    setState(State::Idle);
    const auto steps = widgets::grouped(std::size_t(result.steps));
    m_panel->setStatus(
        result.bestScore
            ? tr("Finished after %1 steps (best validation score %2).")
                  .arg(steps, QLocale().toString(*result.bestScore, 'f', 2))
            : tr("Finished after %1 steps. There are no validation songs to compare the "
                 "epochs, so the model has the weights of the last one.")
                  .arg(steps));
    keepModel(result.weights);
}

void TrainingController::keepModel(const fs::path& weights) {
    m_files.start([this, request = m_request, title = m_title.toStdString(),
                   folder = modelsFolder(), weights](const auto& run) {
        const auto kept = addModel(weights, folder, title,
                                   {{"dataset", pathText(request.dataset)},
                                    {"run", pathText(request.out)},
                                    {"fineTunedFrom", request.initialWeights.filename().string()}});
        run.deliverAlways([this, kept] {
            if (!kept) {
                m_quitWhenOver = false; // somebody has to read this
                m_workspace.warn(text(kept.error().what), text(kept.error().message()));
                return;
            }
            const QString path = text(kept->path.string());
            lookAgain();
            if (m_quitWhenOver) {
                quitIfOver();
                return;
            }
            m_workspace.notify(
                {Notice::Kind::Information,
                 tr("\u201c%1\u201d is trained and can be chosen beside the shipped model")
                     .arg(text(kept->title)),
                 tr("Choose it in Train > Model."), tr("Compare..."),
                 [this, path] { compareWith(path.toStdString()); }});
            Q_EMIT modelAdded(path);
        });
    });
}

void TrainingController::onFailed(const Error& error) {
    m_quitWhenOver = false; // somebody has to read this
    // What there is to go on from decides what can be offered.
    const fs::path newest = newestCheckpoint(m_request.out);
    const bool checkpoint = !newest.empty();
    if (!checkpoint) {
        m_workspace.settings().remove(runKey());
    }
    setState(checkpoint ? State::Unfinished : State::Idle);
    if (m_halfBatch > 0 || error.code == Error::Code::NoMemory) {
        const int half = m_halfBatch;
        m_panel->setStatus(tr("There was not enough memory for this batch."));
        m_workspace.notify(
            {Notice::Kind::Error, text(error.what),
             half > 0 ? tr("Half the batch needs about half the memory.") : text(error.hint),
             half > 0 ? tr("Start with batch %L1").arg(half) : QString(), [this, half] {
                 auto request = m_request;
                 request.batch = half;
                 request.out.clear();
                 startRun(std::move(request), m_title);
             }});
        return;
    }
    const QString where = checkpoint
                              ? tr("The last good checkpoint is %1.").arg(text(newest.string()))
                              : text(error.hint);
    m_panel->setStatus(tr("%1 %2").arg(text(error.what), where));
    m_workspace.notify({Notice::Kind::Error, text(error.message()), where});
}

void TrainingController::offerUnfinished() {
    const fs::path folder = unfinishedRun();
    std::error_code ignored;
    if (folder.empty() || !fs::exists(folder / "run.json", ignored)) {
        m_workspace.settings().remove(runKey());
        return;
    }
    const auto request = train::readRequest(folder);
    if (!request) {
        m_workspace.settings().remove(runKey());
        return;
    }
    m_request = *request;
    addData(text(m_request.dataset.string()));
    setState(State::Unfinished);
    m_unfinished->show(MessageBar::Kind::Warning, // stays, unlike information
                       tr("A training run was stopped before its end"),
                       newestCheckpoint(folder).empty()
                           ? tr("It has no checkpoint yet: it starts from the beginning.")
                           : tr("It continues from its last checkpoint."),
                       tr("Resume"), [this] {
                           showDock();
                           resumeRun();
                       });
}

void TrainingController::restoreCurves() {
    m_logs.start([this, folder = m_request.out](const auto& run) {
        const auto log = readRunLog(folder);
        run.deliver([this, log] {
            if (log) { // else nothing was written yet
                showLog(*m_panel->curves(), *log);
                for (const auto& epoch : log->epochs) {
                    if (!epoch.weights.empty()) {
                        m_epochWorker.add(epoch.weights,
                                          epochTitle(epoch.epoch, epoch.step, epoch.measures));
                    }
                }
            }
            m_worker.start(m_request, models::train::Start::Resume);
        });
    });
}

} // namespace canto::app
