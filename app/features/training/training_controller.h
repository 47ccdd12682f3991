// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/training/epoch_worker.h"
#include "app/features/training/training_worker.h"
#include "app/library/user_models.h"
#include "app/workspace/feature.h"
#include "app/workspace/fine_tune_port.h"
#include "app/workspace/workspace.h"
#include "widgets/train/train_panel.h"

#include <QObject>
#include <QPointer>
#include <QSettings>

class QMenu;
class QMessageBox;

namespace canto::widgets {
class EpochView;
class MessageBar;
} // namespace canto::widgets

namespace canto::app {

class OwnMusicWizard;

/// Training in the window: the dock with its buttons and curves, the map of the epochs, what
/// happens when a run ends, and what is found of one when the program starts. Thread: GUI.
class TrainingController : public Feature, public FineTunePort {
    Q_OBJECT

  public:
    /// @param train  what trains; empty: the trainer.
    TrainingController(Workspace& workspace, TrainingWorker::Run train);
    ~TrainingController() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    /// Looks for devices, models and a run that was not ended.
    void startDevices() override;
    /// Whether the window may close now. While a run is at work it asks, and the window closes when
    /// the answer has taken effect: at once when asked again while the run stops.
    bool mayClose() override;
    /// The window closes: the run stops after its batch and leaves a checkpoint.
    void closing() override;

    widgets::TrainPanel* panel() const { return m_panel; }
    widgets::EpochView* epochs() const { return m_view; }
    TrainingWorker& worker() { return m_worker; }
    EpochWorker& epochWorker() { return m_epochWorker; }
    OwnMusicWizard* wizard() const; ///< null when it is not open
    const std::filesystem::path& runFolder() const { return m_request.out; }
    std::filesystem::path modelsFolder() const { return m_workspace.userData() / "models"; }

    /// Starts a run; the form shows what it can of it. @param title  of the model it becomes.
    void startRun(models::train::RunRequest request, const QString& title);

  public Q_SLOTS:
    void showDock();
    void showEpochs(bool shown);
    void openWizard();
    void fineTuneOnSelection() override;

  Q_SIGNALS:
    void stateChanged(canto::widgets::TrainPanel::State state);
    /// A run ended well and its model is in the user's folder.
    void modelAdded(const QString& path);
    /// Devices and models are in the lists.
    void listsReady();

  private:
    static QString runKey() {
        return QStringLiteral("train/run");
    } ///< of the settings: the run that is open
    /// Of a longer run every n-th epoch can be gone back to: each takes a file of weights.
    static constexpr int kMostEpochsKept = 100;

    using State = widgets::TrainPanel::State;
    void buildPanel();
    void connectPanel();
    void connectWorkers();
    void startChosen();
    void resumeRun();
    void begin(models::train::RunRequest request, models::train::Start how);
    void setState(State state);

    // training_lists.cpp: what can be chosen
    void addData(const QString& path);
    void chooseData();
    void fillLists(const std::vector<StoredModel>& models);
    void fillChoices(); ///< presets and models of the space that is shown
    void lookAgain();
    void fillModelMenu();
    void useModel(const StoredModel& model);
    void compareWith(const std::filesystem::path& path);

    // training_events.cpp: what the run says
    void onStep(const models::train::StepReport& report);
    void onEpoch(const models::train::EpochReport& report);
    void onEvent(const models::train::RunEvent& event);
    void onEnded(const models::train::TrainResult& result);
    void onFailed(const Error& error);
    void playEpoch(const SongPtr& song, int bars, const QString& title);
    void keepModel(const std::filesystem::path& weights);
    void offerUnfinished();
    void restoreCurves();
    std::filesystem::path unfinishedRun() const;
    void buildQuitQuestion();
    void quitIfOver();

    Workspace& m_workspace;
    widgets::TrainPanel* m_panel = nullptr;
    widgets::EpochView* m_view = nullptr;
    /// Asks about a run that was stopped. A bar of its own, which no other message replaces, and
    /// which stays until it is answered or closed.
    widgets::MessageBar* m_unfinished = nullptr;
    QMenu* m_modelMenu = nullptr;
    QPointer<OwnMusicWizard> m_wizard;
    QMessageBox* m_quitQuestion = nullptr; ///< made when it is first asked
    bool m_quitWhenOver = false;           ///< the window closes when the run is over

    models::train::RunRequest m_request; ///< of the run at work, or the one that can be resumed
    QString m_title;                     ///< of the model it becomes
    std::int64_t m_step = 0;             ///< the last one reported
    int m_halfBatch = 0;                 ///< offered after a run ended for want of memory
    QStringList m_weights;               ///< of each epoch in the strip
    QString m_playbackMode;              ///< "A, epoch 3"
    std::vector<StoredModel> m_models;
    bool m_lookLater = false;                               ///< startDevices() waits for the model
    LatestTask<TrainingController> m_files{this, "models"}; ///< lists and copies of models
    LatestTask<TrainingController> m_logs{this, "run log"}; ///< reads what a run wrote
    EpochWorker m_epochWorker;
    TrainingWorker m_worker; ///< last: it goes first
};

} // namespace canto::app
