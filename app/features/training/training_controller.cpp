// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/training/training_controller.h"

#include "app/features/training/own_music_wizard.h"
#include "app/workspace/action_table.h"
#include "app/workspace/qt_text.h"
#include "app/workspace/workspace.h"
#include "models/common/loading.h"
#include "models/registry/registry.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/train/curve_plot.h"
#include "widgets/train/epoch_strip.h"
#include "widgets/train/epoch_view.h"

#include <QDateTime>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <algorithm>
#include <utility>

namespace canto::app {

namespace train = models::train;

namespace {

const auto kTitleKey = QStringLiteral("train/title");

/// A request as the form shows it.
widgets::TrainChoice choiceOf(const train::RunRequest& request, widgets::TrainChoice choice) {
    choice.dataset = text(request.dataset.string());
    choice.startFrom = text(request.initialWeights.string());
    if (request.initialWeights.empty() && !request.preset.empty()) {
        choice.preset = text(request.architecture + "/" + request.preset);
    }
    choice.device = text(request.device);
    choice.seed = request.seed;
    if (request.batch > 0) {
        choice.batch = request.batch;
    }
    using Unit = widgets::TrainChoice::Unit;
    choice.unit = request.epochs > 0    ? Unit::Epochs
                  : request.minutes > 0 ? Unit::Minutes
                                        : Unit::Steps;
    choice.length = request.epochs > 0    ? request.epochs
                    : request.minutes > 0 ? request.minutes
                                          : double(request.steps);
    return choice;
}

} // namespace

TrainingController::TrainingController(Workspace& workspace, TrainingWorker::Run train)
    : m_workspace(workspace), m_worker(std::move(train)) {
    buildPanel();
    connectPanel();
    connectWorkers();
    connect(&m_workspace, &Workspace::modelChanged, this, [this] {
        fillModelMenu();
        fillChoices();
        if (models::loaded() && std::exchange(m_lookLater, false)) {
            offerUnfinished();
            lookAgain();
        }
    });
}

TrainingController::~TrainingController() = default;

void TrainingController::buildPanel() {
    QWidget* window = &m_workspace.window();
    m_panel = new widgets::TrainPanel(window);
    m_panel->setWindowTitle(tr("Training"));
    m_view = new widgets::EpochView(window);
    m_view->hide();
    m_unfinished = new widgets::MessageBar(window);
    m_unfinished->setObjectName(QStringLiteral("unfinishedRun"));

    m_panel->form()->setDevices({{QStringLiteral("auto"), tr("automatic"), {}}});
    addData({});
}

void TrainingController::connectPanel() {
    using widgets::TrainPanel;
    connect(m_panel, &TrainPanel::startAsked, this, &TrainingController::startChosen);
    connect(m_panel, &TrainPanel::pauseAsked, this, [this] {
        setState(State::Pausing);
        m_worker.pause();
    });
    connect(m_panel, &TrainPanel::resumeAsked, this, [this] {
        if (m_panel->state() == State::Unfinished) {
            resumeRun();
        } else {
            setState(State::Running);
            m_worker.resume();
        }
    });
    connect(m_panel, &TrainPanel::finishAsked, this, [this] {
        setState(State::Finishing);
        m_worker.finish();
    });
    connect(m_panel, &TrainPanel::cancelAsked, this, [this] {
        if (m_worker.busy()) {
            setState(State::Cancelling);
            m_worker.cancel();
        } else { // its curves are still being read
            m_logs.cancel();
            setState(State::Unfinished);
        }
    });
    connect(m_panel, &TrainPanel::epochsToggled, this, &TrainingController::showEpochs);
    connect(m_panel, &TrainPanel::ownMusicAsked, this, &TrainingController::openWizard);
    connect(m_panel->form(), &widgets::TrainForm::datasetWanted, this,
            &TrainingController::chooseData);
    connect(m_view, &widgets::EpochView::closeAsked, this, [this] { showEpochs(false); });
}

std::vector<Panel> TrainingController::panels() {
    using Place = Panel::Place;
    return {{.id = "trainingDock", .widget = m_panel, .scrolls = true, .open = false},
            {.id = "unfinishedRun", .widget = m_unfinished, .place = Place::AboveMap},
            {.id = "epochs", .widget = m_view, .place = Place::ForMap}};
}

void TrainingController::addActions(ActionTable& table) {
    table.add(MenuId::Train, 0, tr("&Training panel"), QKeySequence(tr("Ctrl+T")),
              [this] { showDock(); });
    table.add(MenuId::Train, 0, tr("Train on m&y music..."), QKeySequence(tr("Ctrl+Shift+T")),
              [this] { openWizard(); });
    m_modelMenu = table.addMenu(MenuId::Train, 1, tr("&Model"));
    m_modelMenu->setEnabled(false);
}

void TrainingController::startDevices() {
    // What runs there are and what is there to train with is known to the networks, which come with
    // the model.
    m_lookLater = m_workspace.space().open && !models::loaded();
    if (!m_lookLater) {
        offerUnfinished();
        lookAgain();
    }
}

OwnMusicWizard* TrainingController::wizard() const { return m_wizard; }

void TrainingController::showDock() { Q_EMIT raiseWanted(m_panel); }

void TrainingController::showEpochs(bool shown) {
    m_workspace.map().setVisible(!shown);
    m_view->setVisible(shown);
    m_panel->setEpochsShown(shown);
}

void TrainingController::startChosen() {
    const widgets::TrainChoice choice = m_panel->form()->choice();
    train::RunRequest request;
    const QStringList preset = choice.preset.split(QLatin1Char('/'));
    request.architecture = preset.value(0).toStdString();
    request.dataset = choice.dataset.toStdString();
    request.initialWeights = choice.startFrom.toStdString();
    if (choice.startFrom.isEmpty()) {
        request.preset = preset.value(1).toStdString();
    } else {
        request.rateFactor = 0.3;
        for (const auto& model : m_models) {
            if (text(model.path.string()) == choice.startFrom) {
                request.architecture = model.architecture;
            }
        }
    }
    request.seed = choice.seed;
    request.batch = choice.batch;
    request.device = choice.device.toStdString();
    request.logEvery = 1; // drawn from the first step on
    if (choice.unit == widgets::TrainChoice::Unit::Minutes) {
        request.minutes = choice.length;
        request.epochMinutes =
            std::clamp(choice.length / 8, 0.05, std::max(5.0, choice.length / kMostEpochsKept));
    } else if (choice.unit == widgets::TrainChoice::Unit::Epochs) {
        request.epochs = int(choice.length);
        request.epochMinutes = 0; // one pass through the data
    } else {
        request.steps = std::int64_t(choice.length);
        request.epochSteps =
            std::max<std::int64_t>({1, request.steps / 8, request.steps / kMostEpochsKept});
    }
    request.keepEpochs = request.epochs <= kMostEpochsKept;
    const QString stem = QFileInfo(choice.dataset).completeBaseName();
    startRun(std::move(request), tr("%1, %2").arg(stem, QDateTime::currentDateTime().toString(
                                                            QStringLiteral("yyyy-MM-dd hh:mm"))));
}

void TrainingController::startRun(train::RunRequest request, const QString& title) {
    if (m_worker.busy()) {
        m_workspace.warn(tr("Another training run is still active"),
                         tr("Finish or cancel it in the training panel first."));
        return;
    }
    if (request.out.empty()) {
        const QString name =
            QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz"));
        request.out = m_workspace.userData() / "runs" / name.toStdString();
    }
    m_title = title;
    m_workspace.settings().setValue(kTitleKey, title);
    begin(std::move(request), train::Start::Fresh);
}

void TrainingController::resumeRun() {
    auto request = train::readRequest(m_request.out);
    if (!request) {
        m_workspace.warn(text(request.error().what), text(request.error().where));
        setState(State::Idle);
        return;
    }
    m_title = m_workspace.settings().value(kTitleKey).toString();
    begin(std::move(*request), train::Start::Resume);
}

void TrainingController::begin(train::RunRequest request, train::Start how) {
    m_request = std::move(request);
    // Written before the run begins: whatever happens to the program, the run is found again.
    m_workspace.settings().setValue(runKey(), text(m_request.out.string()));
    m_workspace.settings().sync();
    addData(text(m_request.dataset.string()));
    m_panel->form()->setChoice(choiceOf(m_request, m_panel->form()->choice()));
    m_unfinished->dismiss();
    m_halfBatch = 0;
    m_weights.clear();
    m_view->clear();
    m_panel->curves()->clear();
    m_epochWorker.open(m_request.dataset);
    setState(State::Starting);
    if (how == train::Start::Resume) {
        restoreCurves(); // starts the worker when what was seen before is seen again
        return;
    }
    m_worker.start(m_request, how);
}

void TrainingController::setState(State state) {
    m_panel->setState(state);
    Q_EMIT stateChanged(state);
}

std::filesystem::path TrainingController::unfinishedRun() const {
    return m_workspace.settings().value(runKey()).toString().toStdString();
}

void TrainingController::closing() {
    m_worker.cancel();
    m_epochWorker.close();
    m_workspace.settings().sync();
}

bool TrainingController::mayClose() {
    if (!m_worker.busy()) {
        return true;
    }
    if (m_panel->state() == State::Cancelling) { // closes when it has stopped, or when asked again
        return std::exchange(m_quitWhenOver, true);
    }
    if (m_quitQuestion == nullptr) {
        buildQuitQuestion();
    }
    m_quitQuestion->open();
    return false;
}

void TrainingController::buildQuitQuestion() {
    m_quitQuestion = new QMessageBox(
        QMessageBox::Question, tr("Quit while training?"),
        tr("A model is being trained. Its checkpoint is kept: the run can be resumed later."),
        QMessageBox::NoButton, &m_workspace.window());
    m_quitQuestion->setObjectName(QStringLiteral("quitQuestion"));
    const auto add = [this](const char* name, const QString& label, QMessageBox::ButtonRole role) {
        QPushButton* made = m_quitQuestion->addButton(label, role);
        made->setObjectName(QLatin1String(name));
        return made;
    };
    auto* quit = add("quitKeeping", tr("&Keep checkpoint and quit"), QMessageBox::AcceptRole);
    auto* later = add("quitLater", tr("&Finish training, then quit"), QMessageBox::ActionRole);
    auto* stay = add("quitNot", tr("&Cancel"), QMessageBox::RejectRole);
    m_quitQuestion->setDefaultButton(quit);
    m_quitQuestion->setEscapeButton(stay);
    connect(m_quitQuestion, &QMessageBox::buttonClicked, this,
            [this, quit, later](QAbstractButton* pressed) {
                m_quitWhenOver = pressed == quit || pressed == later;
                if (pressed == quit && m_worker.busy()) {
                    showDock();
                    setState(State::Cancelling);
                    m_worker.cancel();
                } else if (pressed == later) {
                    m_workspace.window().showMinimized();
                }
                quitIfOver(); // the run may have ended meanwhile
            });
}

void TrainingController::quitIfOver() {
    if (m_quitWhenOver && !m_worker.busy()) {
        m_workspace.window().close();
    }
}

void TrainingController::openWizard() {
    if (m_wizard == nullptr) {
        m_wizard = new OwnMusicWizard(m_workspace.window(), m_workspace, m_models);
        m_wizard->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_wizard, &OwnMusicWizard::runWanted, this,
                [this](const train::RunRequest& request, const QString& title) {
                    showDock();
                    startRun(request, title);
                });
    }
    m_wizard->show();
    m_wizard->raise();
}

void TrainingController::fineTuneOnSelection() {
    if (m_wizard != nullptr) { // it counts the selection when it is opened, and offers it then
        m_wizard->close();
        m_wizard = nullptr;
    }
    openWizard();
}

} // namespace canto::app
