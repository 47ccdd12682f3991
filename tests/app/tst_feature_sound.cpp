// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings, clips of sound and training on a workspace of their own.

#include "app/features/arrange/arrange_controller.h"
#include "app/features/clips/sound_space.h"
#include "app/features/training/training_controller.h"
#include "core/arrange/baseline_arranger.h"
#include "tests/support/made_spaces.h"
#include "tests/support/workspace_fixture.h"

#include <QMessageBox>
#include <QPushButton>
#include <QSemaphore>
#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto::app;
using test::WorkspaceFixture;
using State = widgets::TrainPanel::State;
using Takes = Feature::Takes;
namespace fs = std::filesystem;
namespace train = models::train;

namespace {

qint64 row(int song, int clip) { return song * test::kClipsEach + clip; }

/// What clips need of paths.
class FakePaths final : public PathPort {
  public:
    int steps() const override { return 4; }
    void setHandedOver(bool on) override { handedOver = on; }
    void setStatus(const QString& text) override { status = text; }

    bool handedOver = false;
    QString status;
};

Result<std::unique_ptr<arrange::Arranger>> rules() {
    return std::make_unique<arrange::BaselineArranger>();
}

/// A run that is at work until it is cancelled, or released.
struct FakeRun {
    std::shared_ptr<QSemaphore> end = std::make_shared<QSemaphore>();

    Result<train::TrainResult> operator()(const train::RunRequest&, train::Start,
                                          const train::RunControl& control,
                                          const train::Observer& observer) const {
        observer.onEvent({.kind = train::RunEvent::Kind::Started, .text = "cpu"});
        while (!end->tryAcquire(1, 20)) {
            if (control.command() == train::Command::Cancel) {
                return train::TrainResult{.steps = 3, .end = train::End::Cancelled};
            }
        }
        return fail(Error::Code::NotFound, "The data are gone");
    }
};

} // namespace

class TestFeatureSound : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_on.reset(); }

    void arrangingTakesRecordingsOnly();
    void aFileThatIsNoRecordingIsReported();
    void clipsRestWithAModelOfNotes();
    void clipsWorkWithAModelOfSound();
    void aClipIsHeardAsItsRecording();
    void aRecordingIsPlacedAndTakenAway();
    void closingWhileTrainingAsks();
    void anAnswerCanKeepTheRun();
    void aRunThatFailsLeavesTheWindowFree();
    void oneRunAtATime();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    /// A workspace on one of the spaces of madeSpaces().
    void choose(std::size_t space) {
        auto how = test::quietWorkspace(folder(), {}, nullptr);
        how.spaces = {m_spaces[space]};
        m_on = std::make_unique<WorkspaceFixture>(std::move(how));
    }
    /// The level of the sound that plays, after this many seconds.
    double levelAt(double second) const {
        const sound::Sound& playing = *m_on->player().currentItem().sound;
        return double(playing.samples[2 * static_cast<std::size_t>(second * playing.rate)]);
    }
    TrainingController& startRun();
    QPushButton* answer(const char* name) const {
        const auto* question =
            m_on->window().findChild<QMessageBox*>(QStringLiteral("quitQuestion"));
        return question != nullptr && question->isVisible()
                   ? question->findChild<QPushButton*>(QLatin1String(name))
                   : nullptr;
    }

    enum { Notes, Codes, Sound };
    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Space> m_spaces;
    FakePaths m_paths;
    FakeRun m_run;
    std::unique_ptr<WorkspaceFixture> m_on;
};

void TestFeatureSound::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    auto spaces = test::madeSpaces(folder());
    QVERIFY_RESULT(spaces);
    m_spaces = std::move(*spaces);
}

// ---- arrange ----

void TestFeatureSound::arrangingTakesRecordingsOnly() {
    choose(Notes);
    const auto& arranging = m_on->add<ArrangeController>(OpenArranger(&rules));
    for (const char* name : {"a.wav", "a.FLAC", "a.ogg", "a.opus", "a.mp3", "a.aif", "a.aiff"}) {
        QCOMPARE(arranging.takes(QLatin1String(name)), Takes::Kind);
    }
    for (const char* name : {"a.mid", "a.atlas", "a.sf2", "wav", ""}) {
        QCOMPARE(arranging.takes(QLatin1String(name)), Takes::No);
    }
    QVERIFY(m_on->action(QStringLiteral("Arrange recording for piano...")));
}

void TestFeatureSound::aFileThatIsNoRecordingIsReported() {
    choose(Notes);
    auto& arranging = m_on->add<ArrangeController>(OpenArranger(&rules));
    QVERIFY(m_on->open());
    const fs::path file = folder() / "words.wav";
    std::ofstream(file) << "no sound";
    QSignalSpy raised(&arranging, &Feature::raiseWanted);
    QSignalSpy problems(&arranging, &Feature::problem);
    test::answerFileDialog(&m_on->window(), QString::fromStdString(file.string()));
    m_on->action(QStringLiteral("Arrange recording for piano..."))->trigger();
    QCOMPARE(raised.count(), 1);
    QTRY_COMPARE(problems.count(), 1);
    QVERIFY(!problems.first().at(0).toString().isEmpty());
    QVERIFY(!arranging.busy());
    QVERIFY(!arranging.recording());
    QVERIFY(!arranging.current());
}

// ---- clips ----

void TestFeatureSound::clipsRestWithAModelOfNotes() {
    choose(Notes);
    const auto& clips = m_on->add<SoundSpace>(m_paths);
    QVERIFY(m_on->open());
    QVERIFY(!clips.active());
    QVERIFY(!m_paths.handedOver);
    QCOMPARE(clips.takes(QStringLiteral("a.wav")), Takes::No);
    QVERIFY(!m_on->action(QStringLiteral("Find recording on map..."))->isEnabled());
}

void TestFeatureSound::clipsWorkWithAModelOfSound() {
    choose(Sound);
    const auto& clips = m_on->add<SoundSpace>(m_paths);
    QAction* find = m_on->action(QStringLiteral("Find recording on map..."));
    QVERIFY(!find->isEnabled()); // no model yet
    QVERIFY(m_on->open());
    QVERIFY(clips.active());
    QVERIFY(m_paths.handedOver);
    QVERIFY(find->isEnabled());
    QCOMPARE(clips.takes(QStringLiteral("a.wav")), Takes::Best);
    QCOMPARE(clips.takes(QStringLiteral("a.mid")), Takes::No);
}

void TestFeatureSound::aClipIsHeardAsItsRecording() {
    choose(Sound);
    m_on->add<SoundSpace>(m_paths);
    QVERIFY(m_on->open());
    m_on->click(row(0, 2));
    QTRY_VERIFY(m_on->player().currentItem().sound);
    QCOMPARE(m_on->player().currentItem().kind, PlaybackItem::Kind::Original);
    QVERIFY(std::abs(m_on->player().currentItem().sound->seconds() - 10) < 0.01);
    QVERIFY(std::abs(levelAt(5) - 0.15) < 1e-3); // clip 2: 0.05 (2 + 1)
    // A clip whose file is gone: the parts of song 2 are 1 + 2 / 2, a tenth of it as sound.
    m_on->click(row(2, 1));
    QTRY_COMPARE(m_on->player().currentItem().kind, PlaybackItem::Kind::Reconstruction);
    QCOMPARE(m_on->player().currentItem().row, row(2, 1));
    QVERIFY(std::abs(levelAt(1) - 0.2) < 1e-3);
}

void TestFeatureSound::aRecordingIsPlacedAndTakenAway() {
    choose(Sound);
    auto& clips = m_on->add<SoundSpace>(m_paths);
    QVERIFY(m_on->open());
    QVERIFY(!clips.escape());
    const fs::path file = test::writeLevels(folder() / "mine.wav", {0.02F, 0.09F});
    QSignalSpy placed(&clips, &SoundSpace::recordingPlaced);
    clips.openFiles({QString::fromStdString(file.string())});
    QTRY_COMPARE(placed.count(), 1);
    QVERIFY(clips.placed());
    QCOMPARE(clips.placed()->latents.size(), std::size_t(2));
    QVERIFY(std::abs(clips.placed()->latents[0][0] - 0.2F) < 1e-2F); // ten times the level
    QVERIFY(std::abs(clips.placed()->latents[1][0] - 0.9F) < 1e-2F);
    QVERIFY(clips.escape());
    QVERIFY(!clips.placed());
    QVERIFY(!clips.escape());
}

// ---- training ----

TrainingController& TestFeatureSound::startRun() {
    choose(Notes);
    m_run = {};
    auto& training = m_on->add<TrainingController>(TrainingWorker::Run(m_run));
    m_on->window().show();
    train::RunRequest request;
    request.dataset = folder() / "none.safetensors"; // the run does not look
    request.steps = 8;
    training.startRun(request, QStringLiteral("Mine"));
    [&] { QTRY_COMPARE(training.panel()->state(), State::Running); }();
    return training;
}

void TestFeatureSound::closingWhileTrainingAsks() {
    auto& training = startRun();
    QVERIFY(!training.mayClose());
    QPushButton* quit = answer("quitKeeping");
    QVERIFY(quit != nullptr);
    QVERIFY(m_on->window().isVisible());
    QTest::mouseClick(quit, Qt::LeftButton);
    QTRY_VERIFY(!m_on->window().isVisible()); // closes when the run has stopped
    QVERIFY(!training.worker().busy());
    QCOMPARE(training.panel()->state(), State::Unfinished);
    QVERIFY(training.mayClose());
}

void TestFeatureSound::anAnswerCanKeepTheRun() {
    auto& training = startRun();
    QVERIFY(!training.mayClose());
    QPushButton* stay = answer("quitNot");
    QVERIFY(stay != nullptr);
    QTest::mouseClick(stay, Qt::LeftButton);
    QVERIFY(training.worker().busy());
    QCOMPARE(training.panel()->state(), State::Running);
    QVERIFY(m_on->window().isVisible());
    QVERIFY(!training.mayClose()); // asked again
    QVERIFY(answer("quitNot") != nullptr);
}

void TestFeatureSound::aRunThatFailsLeavesTheWindowFree() {
    auto& training = startRun();
    m_run.end->release();
    QTRY_VERIFY(!training.worker().busy());
    QCOMPARE(training.panel()->state(), State::Idle); // nothing to go on from
    QVERIFY(training.mayClose());
    QVERIFY(answer("quitNot") == nullptr);
}

void TestFeatureSound::oneRunAtATime() {
    auto& training = startRun();
    const fs::path first = training.runFolder();
    QCOMPARE(first.parent_path(), m_on->workspace().userData() / "runs");
    training.startRun({}, QStringLiteral("Another"));
    QVERIFY(m_on->noticeWith(QStringLiteral("Another training run is still active")));
    QCOMPARE(training.runFolder(), first);
}

QTEST_MAIN(TestFeatureSound)
#include "tst_feature_sound.moc"
