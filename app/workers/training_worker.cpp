#include "app/workers/training_worker.h"

#include "app/workers/priority.h"

namespace canto::app {

namespace train = models::train;

namespace {

constexpr int kNice = 10;

} // namespace

TrainingWorker::TrainingWorker(Run run, QObject* parent)
    : QObject(parent), m_run(run ? std::move(run) : Run(&train::runTraining)), m_mailbox(this) {}

TrainingWorker::~TrainingWorker() {
    m_mailbox.close();
    m_control.cancel();
}

bool TrainingWorker::start(train::RunRequest request, train::Start how) {
    if (m_busy) {
        return false;
    }
    m_busy = true;
    m_control = train::RunControl();
    m_thread.replace([this, mailbox = m_mailbox, run = m_run, control = m_control,
                      request = std::move(request), how](const JobContext& job) {
        giveWay(kNice);
        train::Observer observer;
        observer.onStep = [&](const train::StepReport& report) {
            job.beat();
            mailbox.post([this, report] { Q_EMIT stepped(report); });
        };
        observer.onEpoch = [&](const train::EpochReport& report) {
            mailbox.post([this, report] { Q_EMIT epochEnded(report); });
        };
        observer.onEvent = [&](const train::RunEvent& event) {
            mailbox.post([this, event] { Q_EMIT happened(event); });
        };
        auto outcome = run(request, how, control, observer);
        mailbox.post([this, outcome = std::move(outcome)] {
            m_busy = false;
            if (outcome) {
                Q_EMIT ended(*outcome);
            } else {
                Q_EMIT failed(outcome.error());
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
