// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/training_worker.h"

#include "models/common/loading.h"

namespace canto::app {

namespace train = models::train;

TrainingWorker::TrainingWorker(Run run, QObject* parent)
    : QObject(parent), m_run(run ? std::move(run) : Run(&train::runTraining)) {}

TrainingWorker::~TrainingWorker() { m_control.cancel(); }

bool TrainingWorker::start(train::RunRequest request, train::Start how) {
    if (m_busy) {
        return false;
    }
    m_busy = true;
    m_control = train::RunControl();
    m_training.start([runTraining = m_run, control = m_control, request = std::move(request),
                      how](const auto& run) {
        train::Observer observer;
        observer.onStep = [&](const train::StepReport& report) {
            run.beat();
            run.deliver(&TrainingWorker::stepped, report);
        };
        observer.onEpoch = [&](const train::EpochReport& report) {
            run.deliver(&TrainingWorker::epochEnded, report);
        };
        observer.onEvent = [&](const train::RunEvent& event) {
            run.deliver(&TrainingWorker::happened, event);
        };
        const auto trained = [&]() -> decltype(runTraining(request, how, control, observer)) {
            CANTO_CHECK(models::load());
            return runTraining(request, how, control, observer);
        };
        run.deliver([result = trained()](TrainingWorker& to) {
            to.m_busy = false;
            if (result) {
                Q_EMIT to.ended(*result);
            } else {
                Q_EMIT to.failed(result.error());
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
