// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/task_queue.h"
#include "models/train/run.h"

#include <QObject>

namespace canto::app {

/// Trains in the background, by the same call as `canto train`. One run at a time; pause, resume,
/// finish and cancel take effect after the current batch. Reports come as signals on the GUI
/// thread, later, never from inside a call. Thread: GUI.
class TrainingWorker : public QObject {
    Q_OBJECT

  public:
    /// What trains; for tests another one than runTraining can be given.
    using Run = std::function<Result<models::train::TrainResult>(
        const models::train::RunRequest&, models::train::Start, const models::train::RunControl&,
        const models::train::Observer&)>;

    explicit TrainingWorker(Run run = {}, QObject* parent = nullptr);
    /// Cancels; never waits longer than two seconds. The checkpoint that the run leaves is whole
    /// or the one before it is still there.
    ~TrainingWorker() override;

    /// False while another run is at work.
    bool start(models::train::RunRequest request, models::train::Start how);
    void pause();
    void resume();
    void finish();
    void cancel();
    bool busy() const { return m_busy; }

  Q_SIGNALS:
    void stepped(const canto::models::train::StepReport& report);
    void epochEnded(const canto::models::train::EpochReport& report);
    void happened(const canto::models::train::RunEvent& event);
    void ended(const canto::models::train::TrainResult& result);
    void failed(const canto::Error& error);

  private:
    Run m_run;
    models::train::RunControl m_control;
    bool m_busy = false;
    LatestTask<TrainingWorker> m_training{this, "training", Priority::Low};
};

} // namespace canto::app
