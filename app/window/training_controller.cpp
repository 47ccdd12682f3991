#include "app/window/training_controller.h"

#include "app/window/main_window.h"
#include "app/window/own_music_wizard.h"
#include "models/common/registry.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/scroll_column.h"
#include "widgets/map/latent_map.h"
#include "widgets/train/curve_plot.h"
#include "widgets/train/epoch_strip.h"
#include "widgets/train/epoch_view.h"

#include <QBoxLayout>
#include <QDateTime>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenuBar>
#include <algorithm>

namespace canto::app {

namespace train = models::train;

namespace {

const auto kRunKey = QStringLiteral("train/run");
const auto kTitleKey = QStringLiteral("train/title");

QString text(const std::string& utf8) { return QString::fromStdString(utf8); }

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
    const bool epochs = request.epochs > 0;
    choice.unit = epochs ? widgets::TrainChoice::Unit::Epochs : widgets::TrainChoice::Unit::Minutes;
    choice.length = epochs ? request.epochs : request.minutes;
    return choice;
}

} // namespace

TrainingController::TrainingController(MainWindow& window, QSettings& settings,
                                       std::filesystem::path userData, TrainingWorker::Run train)
    : m_window(window), m_settings(settings), m_userData(std::move(userData)), m_mailbox(this),
      m_worker(std::move(train)) {
    buildDock();
    connectPanel();
    connectWorkers();
    connect(&m_window, &MainWindow::modelShown, this, &TrainingController::fillModelMenu);
}

TrainingController::~TrainingController() { m_mailbox.close(); }

void TrainingController::buildDock() {
    m_panel = new widgets::TrainPanel(&m_window);
    m_dock = new QDockWidget(tr("Training"), &m_window);
    m_dock->setObjectName(QStringLiteral("trainingDock"));
    m_dock->setWidget(new widgets::ScrollColumn(m_panel, m_dock));
    m_window.addDockWidget(Qt::RightDockWidgetArea, m_dock);
    if (auto* explore = m_window.findChild<QDockWidget*>(QStringLiteral("exploreDock"))) {
        m_window.tabifyDockWidget(explore, m_dock);
    }
    m_dock->hide();

    m_view = new widgets::EpochView(m_window.map()->parentWidget());
    m_view->hide();
    auto* centre = qobject_cast<QBoxLayout*>(m_window.map()->parentWidget()->layout());
    centre->addWidget(m_view, 1);

    QVector<widgets::TrainEntry> presets;
    for (const auto& architecture : models::architectures()) {
        for (const auto& preset : architecture.presets) {
            const QString id = text(architecture.id + "/" + preset);
            presets.append({id, text(preset), tr("A network of the kind \u201c%1\u201d").arg(id)});
        }
    }
    m_panel->form()->setPresets(presets);
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

void TrainingController::addMenu(QMenuBar* bar) {
    QMenu* menu = bar->addMenu(tr("T&rain"));
    QAction* dock = menu->addAction(tr("&Training panel"), this, &TrainingController::showDock);
    dock->setShortcut(QKeySequence(tr("Ctrl+T")));
    QAction* own = menu->addAction(tr("&Your own music..."), this, &TrainingController::openWizard);
    own->setShortcut(QKeySequence(tr("Ctrl+Shift+T")));
    menu->addSeparator();
    m_modelMenu = menu->addMenu(tr("&Model"));
    m_modelMenu->setToolTipsVisible(true);
    m_modelMenu->setEnabled(false);
}

void TrainingController::start() {
    offerUnfinished();
    lookAgain();
}

OwnMusicWizard* TrainingController::wizard() const { return m_wizard; }

void TrainingController::showDock() {
    m_dock->show();
    m_dock->raise();
}

void TrainingController::showEpochs(bool shown) {
    m_window.map()->setVisible(!shown);
    m_view->setVisible(shown);
    m_panel->setEpochsShown(shown);
}

void TrainingController::startChosen() {
    const widgets::TrainChoice choice = m_panel->form()->choice();
    if (choice.dataset.isEmpty()) {
        m_window.messages()->show(
            widgets::MessageBar::Kind::Warning, tr("There is no data to train on"),
            tr("Choose a file that canto prepare wrote, or take your own music."),
            tr("Your own music..."), [this] { openWizard(); });
        return;
    }
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
    request.logEvery = 2;
    if (choice.unit == widgets::TrainChoice::Unit::Minutes) {
        request.minutes = choice.length;
        request.epochMinutes =
            std::clamp(choice.length / 8, 0.05, std::max(5.0, choice.length / kMostEpochsKept));
    } else {
        request.epochs = int(choice.length);
        request.epochMinutes = 0; // one pass through the data
    }
    request.keepEpochs = request.epochs <= kMostEpochsKept;
    const QString stem = QFileInfo(choice.dataset).completeBaseName();
    startRun(std::move(request), tr("%1, %2").arg(stem, QDateTime::currentDateTime().toString(
                                                            QStringLiteral("yyyy-MM-dd hh:mm"))));
}

void TrainingController::startRun(train::RunRequest request, const QString& title) {
    if (m_worker.busy()) {
        m_window.tell(tr("Another run is still at work"),
                      tr("Finish or cancel it in the training panel first."));
        return;
    }
    if (request.out.empty()) {
        const QString name =
            QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-hhmmss-zzz"));
        request.out = m_userData / "runs" / name.toStdString();
    }
    m_title = title;
    m_settings.setValue(kTitleKey, title);
    begin(std::move(request), train::Start::Fresh);
}

void TrainingController::resumeRun() {
    auto request = train::readRequest(m_request.out);
    if (!request) {
        m_window.tell(text(request.error().what), text(request.error().where));
        setState(State::Idle);
        return;
    }
    m_title = m_settings.value(kTitleKey).toString();
    begin(std::move(*request), train::Start::Resume);
}

void TrainingController::begin(train::RunRequest request, train::Start how) {
    m_request = std::move(request);
    // Written before the run begins: whatever happens to the program, the run is found again.
    m_settings.setValue(kRunKey, text(m_request.out.string()));
    m_settings.sync();
    addData(text(m_request.dataset.string()));
    m_panel->form()->setChoice(choiceOf(m_request, m_panel->form()->choice()));
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
    return m_settings.value(kRunKey).toString().toStdString();
}

void TrainingController::closing() {
    m_worker.cancel();
    m_epochWorker.close();
    m_settings.sync();
}

void TrainingController::openWizard() {
    if (m_wizard == nullptr) {
        m_wizard = new OwnMusicWizard(m_window, m_models, m_userData);
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

} // namespace canto::app
