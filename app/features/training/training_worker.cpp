// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/training_worker.h"

#include "app/workspace/priority.h"

namespace canto::app {

namespace train = models::train;

namespace {

constexpr int kNice = 10;

} // namespace

TrainingWorker::TrainingWorker(Run run, QObject* parent)
    : QObject(parent), m_run(run ? std::move(run) : Run(&train::runTraining)), m_gui(this) {}

TrainingWorker::~TrainingWorker() {
    m_gui.close();
    m_control.cancel();
}

bool TrainingWorker::start(train::RunRequest request, train::Start how) {
    if (m_busy) {
        return false;
    }
    m_busy = true;
    m_control = train::RunControl();
    m_thread.replace([this, gui = m_gui, run = m_run, control = m_control,
                      request = std::move(request), how](const JobContext& job) {
        lowerPriority(kNice);
        train::Observer observer;
        observer.onStep = [&](const train::StepReport& report) {
            job.beat();
            gui.post([this, report] { Q_EMIT stepped(report); });
        };
        observer.onEpoch = [&](const train::EpochReport& report) {
            gui.post([this, report] { Q_EMIT epochEnded(report); });
        };
        observer.onEvent = [&](const train::RunEvent& event) {
            gui.post([this, event] { Q_EMIT happened(event); });
        };
        auto result = run(request, how, control, observer);
        gui.post([this, result = std::move(result)] {
            m_busy = false;
            if (result) {
                Q_EMIT ended(*result);
            } else {
                Q_EMIT failed(result.error());
            }
        });
    });
    return true;
}

void TrainingWorker::pause() { m_control.pause(); }
void TrainingWorker::resume() { m_control.resume(); }
void TrainingWorker::finish() { m_control.finish(); }
void TrainingWorker::cancel() { m_control.cancel(); }

} // namespace canto::app
