// SPDX-License-Identifier: GPL-3.0-or-later
// The real window's training dock, by mouse and keys, on a dataset made here.

#include "app/features/training/compare_dialog.h"
#include "app/features/training/own_music_wizard.h"
#include "app/features/training/plot_run.h"
#include "app/features/training/training_controller.h"
#include "app/shell/main_window.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/space_switch.h"
#include "core/tensors/safetensors.h"
#include "models/registry/registry.h"
#include "tests/models/small_music.h"
#include "tests/support/midi_folder.h"
#include "tests/support/mnemonics.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/train/curve_plot.h"
#include "widgets/train/epoch_strip.h"
#include "widgets/train/epoch_view.h"
#include "widgets/train/train_panel.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTableWidget>
#include <fstream>
#include <iterator>
#include <thread>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using State = widgets::TrainPanel::State;
namespace fs = std::filesystem;
namespace train = models::train;

namespace {

constexpr int kLong = 600'000; ///< training yields to everything else on a busy machine

/// With CANTO_GRABS set to a folder, pictures to be looked at are left there.
void keepPicture(QWidget* widget, const char* name) {
    const QString folder = qEnvironmentVariable("CANTO_GRABS");
    if (!folder.isEmpty()) {
        widget->grab().save(folder + QLatin1Char('/') + QLatin1String(name) +
                            QStringLiteral(".png"));
    }
}

std::string bytesOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

} // namespace

class TestTrainingDock : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void withoutDataItSaysWhatToDo();
    void aPausedRunLeavesTheModelPlayable();
    void finishNowKeepsAModelBesideTheShippedOne();
    void aCancelledRunGoesOn();
    void theEpochsAreMappedAndHeard();
    void quittingWhileTrainingAsks();
    void quittingCanWaitForTheEndOfTheRun();
    void theOfferToResumeStaysUntilAnswered();
    void withoutACheckpointTheOfferSaysSo();
    void presetsFollowTheSpace();
    void aLossThatIsNotFiniteNamesTheCheckpoint();
    void wantOfMemoryOffersHalfTheBatch();
    void aStuckRunDoesNotHoldTheWindow();
    void ownMusicBecomesAModel();
    void theSelectionOfTheMapIsOffered();
    void aRunIsDrawnFromItsFolder();

  private:
    WindowOptions options();
    void open(const WindowOptions& how);
    template <class W>
    W* child(const char* name) const {
        return m_window->findChild<W*>(QLatin1String(name));
    }
    void press(const char* button) {
        auto* found = child<QPushButton>(button);
        QVERIFY2(found != nullptr && found->isVisible() && found->isEnabled(), button);
        QTest::mouseClick(found, Qt::LeftButton);
    }
    /// Answers the question that closing the window asked.
    void answer(const char* button) {
        auto* question = child<QMessageBox>("quitQuestion");
        QVERIFY2(question != nullptr && question->isVisible(), button);
        auto* found = question->findChild<QPushButton*>(QLatin1String(button));
        QVERIFY2(found != nullptr, button);
        QTest::mouseClick(found, Qt::LeftButton);
    }
    /// A run of this many epochs with batches of four; each epoch is a pass through the data.
    void choose(int epochs);
    void startRun(int epochs);
    TrainingController& training() const { return m_window->feature<TrainingController>(); }
    State state() const { return training().panel()->state(); }
    fs::path folder() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_atlas, m_data, m_userData;
    QString m_settings;
    std::shared_ptr<FakeModel> m_model;
    std::unique_ptr<MainWindow> m_window;
    int m_number = 0;
};

void TestTrainingDock::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
    m_data = folder() / "small.safetensors";
    QVERIFY_RESULT(test::smallMusic(24).write(m_data));
}

void TestTrainingDock::init() {
    m_model = std::make_shared<FakeModel>();
    ++m_number;
    m_settings = m_folder->filePath(QStringLiteral("settings%1.ini").arg(m_number));
    m_userData = folder() / ("user" + std::to_string(m_number));
}

void TestTrainingDock::cleanup() {
    m_window.reset();
    m_model.reset();
}

WindowOptions TestTrainingDock::options() {
    WindowOptions how = test::quietWindow(m_atlas.parent_path(), m_atlas, test::opened(m_model));
    how.settingsFile = m_settings;
    how.userData = m_userData;
    return how;
}

void TestTrainingDock::open(const WindowOptions& how) {
    m_window = std::make_unique<MainWindow>(how);
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    QSignalSpy lists(&training(), &TrainingController::listsReady);
    m_window->show();
    m_window->start();
    QTRY_COMPARE_WITH_TIMEOUT(maps.count(), 1, kLong);
    QTRY_COMPARE_WITH_TIMEOUT(lists.count(), 1, kLong);
    m_window->map()->setReducedMotion(true);
    training().epochs()->map()->setReducedMotion(true);
    training().showDock();
    QTRY_VERIFY(m_window->map()->settled());
}

void TestTrainingDock::choose(int epochs) {
    auto choice = training().panel()->form()->choice();
    choice.dataset = QString::fromStdString(m_data.string());
    choice.device = QStringLiteral("cpu");
    choice.unit = widgets::TrainChoice::Unit::Epochs;
    choice.length = epochs;
    choice.batch = 4;
    training().panel()->form()->setChoice(choice);
}

void TestTrainingDock::startRun(int epochs) {
    choose(epochs);
    QSignalSpy steps(&training().worker(), &TrainingWorker::stepped);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Running, kLong);
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() > 1, kLong);
}

void TestTrainingDock::withoutDataItSaysWhatToDo() {
    open(options());
    auto* start = child<QPushButton>("trainStartButton");
    QVERIFY(start->isVisible() && !start->isEnabled());
    QVERIFY(child<QLabel>("trainMissing")->isVisible());
    QVERIFY2(child<QLabel>("trainMissing")->text().contains(QStringLiteral("training data")),
             qPrintable(child<QLabel>("trainMissing")->text()));
    choose(1);
    QVERIFY(start->isEnabled());
    QVERIFY(!child<QLabel>("trainMissing")->isVisible());
}

void TestTrainingDock::aPausedRunLeavesTheModelPlayable() {
    open(options());
    startRun(1000);
    const widgets::CurvePlot* curves = training().panel()->curves();
    QCOMPARE(curves->headline(), QStringList{QStringLiteral("autoencoder.reconstruction")});
    QVERIFY(curves->termShown(QStringLiteral("autoencoder.reconstruction")));
    QVERIFY(!curves->termShown(QStringLiteral("critic.distance"))); // under "All measures"
    press("trainPauseButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Paused, kLong);
    QApplication::processEvents();
    QSignalSpy steps(&training().worker(), &TrainingWorker::stepped);
    keepPicture(m_window.get(), "window-paused");

    // The window's own model decodes.
    QSignalSpy decoded(&m_window->workspace().inference(), &InferenceWorker::decoded);
    m_window->workspace().maps().playPlace({30, 30});
    QTRY_VERIFY_WITH_TIMEOUT(decoded.count() > 0, kLong);
    // The model of the run as it is now plays a phrase.
    press("showEpochsButton");
    QVERIFY(training().epochs()->isVisible() && !m_window->map()->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(
        child<QLabel>("epochTitle")->text().startsWith(QStringLiteral("Paused")), kLong);
    auto* a = child<QPushButton>("seedA");
    QTRY_VERIFY_WITH_TIMEOUT(a->isEnabled(), kLong);
    QSignalSpy item(&training().epochWorker(), &EpochWorker::item);
    QTest::mouseClick(a, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(item.count(), 1, kLong);
    QCOMPARE(int(m_window->workspace().player().currentItem().kind),
             int(PlaybackItem::Kind::Reconstruction));
    QCOMPARE(steps.count(), 0); // all this time nothing was learned

    press("trainResumeButton");
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() > 1, kLong);
    QCOMPARE(state(), State::Running);
    press("trainCancelButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Unfinished, kLong);
}

void TestTrainingDock::finishNowKeepsAModelBesideTheShippedOne() {
    open(options());
    startRun(1000);
    QSignalSpy added(&training(), &TrainingController::modelAdded);
    press("trainFinishButton");
    QCOMPARE(state(), State::Finishing);
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Idle, kLong);
    QTRY_COMPARE_WITH_TIMEOUT(added.count(), 1, kLong);
    const fs::path path = added.first().first().toString().toStdString();
    QCOMPARE(path.parent_path(), m_userData / "models");
    QVERIFY_RESULT(models::openModel(path.string()));
    QVERIFY(m_window->messages()->text().contains(QStringLiteral("is trained")));
    // It is not offered as a run to resume.
    m_window.reset();
    open(options());
    QCOMPARE(state(), State::Idle);
}

void TestTrainingDock::aCancelledRunGoesOn() {
    open(options());
    startRun(1000);
    QSignalSpy ended(&training().worker(), &TrainingWorker::ended);
    press("trainCancelButton");
    QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, kLong);
    QCOMPARE(state(), State::Unfinished);
    const auto stopped = ended.first().first().value<train::TrainResult>().steps;
    QVERIFY(stopped > 0);
    QSignalSpy steps(&training().worker(), &TrainingWorker::stepped);
    press("trainResumeButton");
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() > 0, kLong);
    const auto next = steps.first().first().value<train::StepReport>().step;
    QVERIFY2(next > stopped && next <= stopped + 4,
             qPrintable(QStringLiteral("%1 after %2").arg(next).arg(stopped)));
    press("trainCancelButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Unfinished, kLong);
}

void TestTrainingDock::theEpochsAreMappedAndHeard() {
    open(options());
    choose(3);
    QSignalSpy added(&training(), &TrainingController::modelAdded);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(added.count(), 1, kLong);
    widgets::EpochView* view = training().epochs();
    QTRY_COMPARE_WITH_TIMEOUT(view->count(), 3, kLong);
    press("showEpochsButton");
    QCOMPARE(view->strip()->epoch(), 2);
    QCOMPARE(view->map()->snapshot()->size(), std::size_t(24));
    const auto last = view->map()->snapshot();
    keepPicture(m_window.get(), "window-epochs");
    m_window->setScheme(widgets::Scheme::Dark);
    keepPicture(m_window.get(), "window-epochs-dark");
    auto* slider = child<QSlider>("epochSlider");
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Left);
    QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(view->strip()->epoch(), 0);
    QVERIFY(view->map()->snapshot() != last);
    QSignalSpy item(&training().epochWorker(), &EpochWorker::item);
    QTest::mouseClick(child<QPushButton>("seedA"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(item.count(), 1, kLong);
    QVERIFY(
        m_window->workspace().player().currentItem().caption.contains(QStringLiteral("epoch 1")));
    // A point of that epoch's map.
    QTRY_VERIFY(view->map()->settled());
    const auto shown = view->map()->snapshot();
    const QPointF place(double(shown->x()[5]), double(shown->y()[5]));
    QTest::mouseClick(view->map(), Qt::LeftButton, {}, view->map()->toPixel(place).toPoint());
    QTRY_COMPARE_WITH_TIMEOUT(item.count(), 2, kLong);
    QTest::mouseClick(child<QPushButton>("closeEpochs"), Qt::LeftButton);
    QVERIFY(m_window->map()->isVisible() && !view->isVisible());
}

void TestTrainingDock::quittingWhileTrainingAsks() {
    open(options());
    startRun(1000);
    const fs::path run = training().runFolder();
    m_window->close();
    QVERIFY(m_window->isVisible());
    answer("quitNot");
    QVERIFY(m_window->isVisible());
    QCOMPARE(state(), State::Running);

    m_window->close();
    answer("quitKeeping");
    // Closes when the run has stopped and its checkpoint is written, however long that takes.
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), kLong);
    QVERIFY(!training().worker().busy());
    m_window.reset();
    bool checkpoint = false;
    for (const auto& entry : fs::directory_iterator(run)) {
        checkpoint = checkpoint || entry.path().filename().string().starts_with("checkpoint-");
    }
    QVERIFY(checkpoint);
    open(options());
    QCOMPARE(state(), State::Unfinished);
    QCOMPARE(training().runFolder(), run);
    auto* offer = child<widgets::MessageBar>("unfinishedRun");
    QVERIFY(offer->isVisible());
    QVERIFY(offer->text().contains(QStringLiteral("stopped before its end")));
    QSignalSpy steps(&training().worker(), &TrainingWorker::stepped);
    press("trainResumeButton");
    QVERIFY(!offer->isVisible()); // answered
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() > 0, kLong);
    QVERIFY(steps.first().first().value<train::StepReport>().step > 2);
}

void TestTrainingDock::quittingCanWaitForTheEndOfTheRun() {
    auto how = options();
    const auto end = std::make_shared<std::atomic<bool>>(false);
    how.train = [end](const train::RunRequest& request, train::Start,
                      const train::RunControl& control,
                      const train::Observer& observer) -> Result<train::TrainResult> {
        observer.onEvent({.kind = train::RunEvent::Kind::Started, .text = "cpu"});
        while (!*end && control.command() != train::Command::Cancel) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        fs::create_directories(request.out);
        const fs::path weights = request.out / "best.safetensors";
        fs::copy_file(fs::path(CANTO_SOURCE_DIR) / "assets/models/musae.safetensors", weights);
        return train::TrainResult{.steps = 8, .bestScore = 3.806, .weights = weights};
    };
    open(how);
    choose(5);
    QSignalSpy added(&training(), &TrainingController::modelAdded);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Running, kLong);
    m_window->close();
    answer("quitLater");
    QVERIFY(m_window->isMinimized());
    QVERIFY(training().worker().busy()); // goes on
    QCOMPARE(added.count(), 0);
    *end = true;
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->isVisible(), kLong);
    QVERIFY(fs::exists(m_userData / "models")); // the model was kept first
    QVERIFY(!fs::is_empty(m_userData / "models"));
    QVERIFY2(training().panel()->statusText().contains(
                 QStringLiteral("8 steps (best validation score 3.81)")),
             qPrintable(training().panel()->statusText()));
}

void TestTrainingDock::theOfferToResumeStaysUntilAnswered() {
    open(options());
    startRun(1000);
    press("trainCancelButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Unfinished, kLong);
    m_window.reset();
    open(options());
    auto* offer = child<widgets::MessageBar>("unfinishedRun");
    QVERIFY(offer->isVisible());
    // Other messages come and go.
    m_window->messages()->show(widgets::MessageBar::Kind::Error, QStringLiteral("Something else"));
    QVERIFY(offer->isVisible());
    QVERIFY(offer->text().contains(QStringLiteral("stopped before its end")));
    m_window->messages()->dismiss();
    QVERIFY(offer->isVisible());
    QVERIFY(offer->kind() != widgets::MessageBar::Kind::Information); // that goes by itself
    QSignalSpy steps(&training().worker(), &TrainingWorker::stepped);
    for (auto* button : offer->findChildren<QPushButton*>()) {
        if (button->isVisible()) {
            QCOMPARE(button->text(), QStringLiteral("Resume"));
            QTest::mouseClick(button, Qt::LeftButton);
        }
    }
    QVERIFY(!offer->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() > 0, kLong);
}

void TestTrainingDock::withoutACheckpointTheOfferSaysSo() {
    auto how = options();
    how.train = [](const train::RunRequest& request, train::Start, const train::RunControl&,
                   const train::Observer&) -> Result<train::TrainResult> {
        fs::create_directories(request.out);
        std::ofstream(request.out / "run.json") << request.toJson().dump();
        return train::TrainResult{.end = train::End::Cancelled}; // before its first checkpoint
    };
    open(how);
    choose(5);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Unfinished, kLong);
    m_window.reset();
    open(how);
    QStringList texts;
    for (const auto* label : child<widgets::MessageBar>("unfinishedRun")->findChildren<QLabel*>()) {
        texts.append(label->text());
    }
    const QString text = texts.join(QLatin1Char('\n'));
    QVERIFY2(text.contains(QStringLiteral("from the beginning")), qPrintable(text));
    QVERIFY2(!text.contains(QStringLiteral("last checkpoint")), qPrintable(text));
}

void TestTrainingDock::presetsFollowTheSpace() {
    auto how = options();
    how.spaces = {{"style", "Style", "A test", m_atlas, test::opened(m_model), {}},
                  {"emotion", "Emotion", "A test", m_atlas, test::opened(m_model), {}}};
    how.atlas.clear();
    how.openModel = nullptr;
    open(how);
    const auto presets = [this] {
        QStringList ids;
        const auto* box = child<QComboBox>("trainPreset");
        for (int i = 0; i < box->count(); ++i) {
            ids.append(box->itemData(i).toString());
        }
        return ids;
    };
    const auto all = [](const char* space) {
        QStringList ids;
        for (const auto& architecture : models::architectures()) {
            for (const auto& preset : architecture.presets) {
                if (architecture.space == space) {
                    ids.append(QString::fromStdString(architecture.id + "/" + preset));
                }
            }
        }
        return ids;
    };
    QCOMPARE(presets(), all("style"));
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    QVERIFY(m_window->workspace().spaces().go("emotion"));
    QTRY_COMPARE_WITH_TIMEOUT(shown.count(), 1, kLong);
    QCOMPARE(presets(), all("emotion"));
}

void TestTrainingDock::aLossThatIsNotFiniteNamesTheCheckpoint() {
    auto how = options();
    how.train = [](const train::RunRequest& request, train::Start, const train::RunControl&,
                   const train::Observer& observer) -> Result<train::TrainResult> {
        fs::create_directories(request.out);
        std::ofstream(request.out / "checkpoint-00000040.safetensors") << "good";
        observer.onEvent({.kind = train::RunEvent::Kind::NotFinite, .step = 41, .text = "NaN"});
        return fail(Error::Code::Model, "Training stopped: the loss \"x\" is not finite",
                    "step 41");
    };
    open(how);
    choose(5);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Unfinished, kLong);
    QVERIFY(m_window->messages()->text().contains(QStringLiteral("step 41")));
    QVERIFY2(training().panel()->statusText().contains(QStringLiteral("checkpoint-00000040")),
             qPrintable(training().panel()->statusText()));
    QCOMPARE(m_window->messages()->kind(), widgets::MessageBar::Kind::Error);
}

void TestTrainingDock::wantOfMemoryOffersHalfTheBatch() {
    auto how = options();
    auto batches = std::make_shared<std::vector<int>>();
    how.train = [batches](const train::RunRequest& request, train::Start, const train::RunControl&,
                          const train::Observer& observer) -> Result<train::TrainResult> {
        batches->push_back(request.batch);
        if (request.batch > 2) {
            observer.onEvent({.kind = train::RunEvent::Kind::OutOfMemory,
                              .step = 1,
                              .text = "out of memory",
                              .halfBatch = request.batch / 2});
            return fail(Error::Code::NoMemory, "There is not enough memory for the batch");
        }
        return train::TrainResult{.steps = 1, .end = train::End::Cancelled};
    };
    open(how);
    choose(5);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Idle, kLong);
    QPushButton* offer = nullptr;
    for (auto* button : m_window->messages()->findChildren<QPushButton*>()) {
        offer = button->isVisible() ? button : offer;
    }
    QVERIFY(offer != nullptr);
    QCOMPARE(offer->text(), QStringLiteral("Start with batch 2"));
    QTest::mouseClick(offer, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(batches->size(), std::size_t(2), kLong);
    QCOMPARE(*batches, (std::vector<int>{4, 2}));
}

void TestTrainingDock::aStuckRunDoesNotHoldTheWindow() {
    auto how = options();
    const auto release = std::make_shared<std::atomic<bool>>(false);
    const auto over = std::make_shared<std::atomic<bool>>(false);
    how.train = [release, over](const train::RunRequest&, train::Start, const train::RunControl&,
                                const train::Observer& observer) -> Result<train::TrainResult> {
        observer.onEvent({.kind = train::RunEvent::Kind::Started, .text = "cpu"});
        while (!*release) { // a batch that takes for ever
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        *over = true;
        return train::TrainResult{};
    };
    open(how);
    choose(5);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(state(), State::Running, kLong);
    m_window->close();
    answer("quitKeeping");
    QVERIFY(m_window->isVisible()); // waits for the run
    m_window->close();              // somebody does not
    QVERIFY(!m_window->isVisible());
    m_window.reset(); // comes back although the run does not
    QVERIFY(TaskQueue::leftBehind());
    QVERIFY(!*over);
    *release = true;
    QTRY_VERIFY_WITH_TIMEOUT(over->load(), kLong);
}

void TestTrainingDock::ownMusicBecomesAModel() {
    const fs::path shipped = fs::path(CANTO_SOURCE_DIR) / "assets/models/musae.safetensors";
    const std::string before = bytesOf(shipped);
    const fs::path music = folder() / "music";
    for (int n = 0; n < 12; ++n) {
        const fs::path into = music / (n % 2 == 0 ? "calm" : "wild");
        fs::create_directories(into);
        test::writeSong(into / (std::to_string(n) + ".mid"), test::smallSong(n));
    }
    std::ofstream(music / "calm" / "broken.mid") << "no music";
    open(options());
    press("ownMusicButton");
    OwnMusicWizard* wizard = training().wizard();
    QVERIFY(wizard != nullptr && wizard->isVisible());
    const auto next = [wizard] {
        QTest::mouseClick(wizard->button(QWizard::NextButton), Qt::LeftButton);
    };
    QVERIFY(!wizard->button(QWizard::NextButton)->isEnabled()); // no folder yet
    auto* line = wizard->findChild<QLineEdit*>(QStringLiteral("musicFolder"));
    QTest::keyClicks(line, QString::fromStdString(music.string()));
    QVERIFY(wizard->button(QWizard::NextButton)->isEnabled());
    keepPicture(wizard, "wizard-source");
    QCOMPARE(test::sharedMnemonics(*wizard), QString());
    QSignalSpy surveyed(wizard, &OwnMusicWizard::surveyed);
    next();
    QTRY_COMPARE_WITH_TIMEOUT(surveyed.count(), 1, kLong);
    auto* labels = wizard->findChild<QTableWidget*>(QStringLiteral("previewLabels"));
    QCOMPARE(labels->rowCount(), 2);
    QCOMPARE(labels->item(0, 0)->text(), QStringLiteral("calm"));
    QCOMPARE(labels->item(0, 1)->text(), QStringLiteral("6"));
    QCOMPARE(labels->item(0, 2)->text(), QStringLiteral("42")); // six songs, seven places each
    auto* skipped = wizard->findChild<QTableWidget*>(QStringLiteral("previewSkipped"));
    QCOMPARE(skipped->rowCount(), 1);
    QCOMPARE(skipped->item(0, 0)->text(), QStringLiteral("broken.mid"));
    auto* warnings = wizard->findChild<QLabel*>(QStringLiteral("previewWarnings"));
    QVERIFY2(warnings->text().contains(QStringLiteral("Only 56 phrases")),
             qPrintable(warnings->text()));
    keepPicture(wizard, "wizard-preview");
    QCOMPARE(test::sharedMnemonics(*wizard), QString());
    next();
    auto* title = wizard->findChild<QLineEdit*>(QStringLiteral("modelTitle"));
    title->selectAll();
    QTest::keyClicks(title, QStringLiteral("Tide"));
    keepPicture(wizard, "wizard-model");
    QCOMPARE(test::sharedMnemonics(*wizard), QString());
    QSignalSpy steps(&training().worker(), &TrainingWorker::stepped);
    QSignalSpy added(&training(), &TrainingController::modelAdded);
    QSignalSpy lists(&training(), &TrainingController::listsReady);
    QTest::mouseClick(wizard->button(QWizard::FinishButton), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(steps.count() > 0, kLong);
    press("trainFinishButton");
    QTRY_COMPARE_WITH_TIMEOUT(added.count(), 1, kLong);
    const auto mine = models::openModel(added.first().first().toString().toStdString());
    QVERIFY_RESULT(mine);
    QCOMPARE((*mine)->info().card.at("title"), std::string("Tide"));
    QCOMPARE((*mine)->info().classes, (std::vector<std::string>{"calm", "wild"}));
    QVERIFY(bytesOf(shipped) == before);

    // A and B on the same phrases.
    QTRY_VERIFY_WITH_TIMEOUT(lists.count() > 0, kLong);
    QAction* compare = nullptr;
    for (QAction* action : m_window->findChildren<QAction*>()) {
        if (action->text().startsWith(QStringLiteral("Compare \u201c"))) {
            compare = action;
        }
    }
    QVERIFY(compare != nullptr);
    compare->trigger();
    auto* dialog = child<CompareDialog>("compareDialog");
    QVERIFY(dialog != nullptr);
    QSignalSpy measured(dialog, &CompareDialog::measured), playing(dialog, &CompareDialog::playing);
    QTRY_COMPARE_WITH_TIMEOUT(measured.count(), 2, kLong);
    auto* table = dialog->findChild<QTableWidget*>(QStringLiteral("compareTable"));
    for (int row = 0; row < 2; ++row) {
        const double right = table->item(row, 1)->text().toDouble();
        QVERIFY(right > 0 && right <= 1);
    }
    keepPicture(dialog, "compare");
    for (int version = 0; version < 3; ++version) {
        QTest::mouseClick(
            dialog->findChild<QPushButton*>(QStringLiteral("compareHear%1").arg(version)),
            Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(playing.count(), version + 1, kLong);
    }
}

void TestTrainingDock::theSelectionOfTheMapIsOffered() {
    open(options());
    // Rows 0 to 11: songs 0, 1, 2; the file of song 2 is not there.
    m_window->map()->setSelection({0, 1, 2, 3, 4, 5, 8, 9});
    training().openWizard();
    std::size_t missing = 0;
    const auto files = training().wizard()->selectedFiles(&missing);
    QCOMPARE(files.size(), std::size_t(2));
    QCOMPARE(missing, std::size_t(1));
    QCOMPARE(files[0].label, std::string("classical"));
    QCOMPARE(files[1].label, std::string("country"));
    auto* take = training().wizard()->findChild<QRadioButton*>(QStringLiteral("takeSelection"));
    QVERIFY(take->isEnabled() && take->isChecked());
    QSignalSpy surveyed(training().wizard(), &OwnMusicWizard::surveyed);
    QTest::mouseClick(training().wizard()->button(QWizard::NextButton), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(surveyed.count(), 1, kLong);
    QCOMPARE(training().wizard()->music().songs.size(), std::size_t(2));
}

void TestTrainingDock::aRunIsDrawnFromItsFolder() {
    open(options());
    choose(2);
    QSignalSpy added(&training(), &TrainingController::modelAdded);
    press("trainStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(added.count(), 1, kLong);
    const auto reported = plotRun(training().runFolder(), folder() / "pictures");
    QVERIFY_RESULT(reported);
    QCOMPARE((*reported)["epochs"].size(), std::size_t(2));
    for (const char* name : {"curves.png", "curves-log.png", "epochs.png"}) {
        const QImage image(QString::fromStdString((folder() / "pictures" / name).string()));
        QVERIFY2(!image.isNull(), name);
    }
    QVERIFY(!plotRun(folder() / "nowhere", folder() / "pictures"));
}

QTEST_MAIN(TestTrainingDock)
#include "tst_training_dock.moc"
