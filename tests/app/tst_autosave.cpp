// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/explore/explore.h"
#include "app/features/path/path_controller.h"
#include "app/features/project/project_controller.h"
#include "app/shell/main_window.h"
#include "app/workspace/autosave.h"
#include "app/workspace/project_file.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"

#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <csignal>
#include <cstdio>
#include <cstring>

using namespace canto;
using namespace canto::app;
using test::FakeModel;

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

WindowOptions optionsIn(const std::filesystem::path& folder) {
    WindowOptions how = test::quietWindow(folder, folder / "small.atlas",
                                          test::opened(std::make_shared<FakeModel>()));
    how.sessionFolder = folder / "sessions";
    return how;
}

bool open(MainWindow& window) {
    QSignalSpy maps(&window.workspace(), &Workspace::mapsReady);
    QSignalSpy model(&window.workspace(), &Workspace::modelChanged);
    window.show();
    window.start();
    window.map()->setReducedMotion(true);
    return QTest::qWaitFor([&] { return maps.count() == 1 && model.count() == 1; }, test::kHungMs);
}

/// What a person has done when the program is killed.
void work(MainWindow& window) {
    window.workspace().maps().showMap(1);
    window.workspace().maps().colourBy("artist");
    window.map()->setPath({{0, 0}, {1.5, 2}});
    window.feature<PathController>().setSteps(11);
    window.map()->setSelection({3, 5, 8});
    window.feature<Explore>().shapes().takeRow(row(2, 1));
    window.feature<Explore>().shapes().moveToGenre(4, false);
    window.feature<Explore>().interpolation().setEnds(
        InterpolateGesture::End{window.workspace().maps().latentOf(row(0, 0)),
                                QStringLiteral("One")},
        InterpolateGesture::End{window.workspace().maps().latentOf(row(1, 1)),
                                QStringLiteral("Two")});
}

} // namespace

class TestAutosave : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void aStateComesBackFromJson();
    void formerKeysAreRead();
    void damageIsNoSession();
    void aGoodEndLeavesNothing();
    void aKilledRunIsOfferedAndBroughtBack();
    void aKilledProjectIsOfferedWithItsChanges();
    void aCleanQuitIsContinued();
    void whatIsNotWantedIsThrownAway();
    void aRunningOneIsNotOffered();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    /// Runs this program as a child that works and saves, then kills it.
    /// @param project  it opens first; empty: none.
    void killOne(const std::filesystem::path& project = {});
    int sessions() const;

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestAutosave::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY_RESULT(test::makeLibrary(folder()));
}

void TestAutosave::cleanup() { std::filesystem::remove_all(folder() / "sessions"); }

int TestAutosave::sessions() const {
    int count = 0;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder() / "sessions", none)) {
        count += entry.path().extension() == ".session" ? 1 : 0;
    }
    return count;
}

void TestAutosave::aStateComesBackFromJson() {
    SessionState state;
    state.atlas = "a b.atlas";
    state.modelVersion = "v";
    state.map = "UMAP";
    state.column = "genre";
    state.path = {{1, 2}, {-3.5, 0.25}};
    state.pathSteps = 12;
    state.selection = {1, 7};
    state.row = 42;
    KeptVariant variant;
    variant.kind = "around";
    variant.title = "Song 1, variation 2";
    variant.how = "Variation";
    variant.parents = {"Song 1", "Song 2"};
    variant.model = "Fake";
    variant.modelVersion = "v";
    variant.latent = {1.5F, -2};
    variant.bars = 2;
    variant.midi = "TVRoZA==";
    state.variants.push_back(variant); // without a seed
    variant.seed = 7;
    variant.starred = true;
    state.variants.push_back(variant);
    state.shape.origin = {1, 2, 3};
    state.shape.name = "Song";
    state.shape.genre = 2;
    state.shape.movedTo = 3;
    state.shape.amount = 0.5;
    state.shape.wanted = {{1, 60.5}, {4, 0.25}};
    state.shape.dimensions = {{0, 2.5f}};
    state.ends = {{{1, 1}, "One"}};
    state.prior = true;
    const auto back = sessionFromJson(toJson(state));
    QVERIFY_RESULT(back);
    QVERIFY(*back == state);
    // A name that is not UTF-8 loses a character; the session is kept.
    state.shape.name = "caf\xe9";
    QVERIFY(sessionFromJson(toJson(state)).has_value());
}

void TestAutosave::formerKeysAreRead() {
    SessionState state;
    state.spec = TransferSpec::of({{1, 2}, "Target"}, 2);
    state.spec.parents.push_back({{3, 4}, "Source"});
    state.spec.sources = {0, 1};
    std::string former = toJson(state);
    for (const auto& [now, was] :
         {std::pair{"\"transferSpec\"", "\"recipe\""}, std::pair{"\"sources\"", "\"givers\""}}) {
        const std::size_t at = former.find(now);
        QVERIFY(at != std::string::npos);
        former.replace(at, std::strlen(now), was);
    }
    const auto back = sessionFromJson(former);
    QVERIFY_RESULT(back);
    QVERIFY(*back == state);
}

void TestAutosave::damageIsNoSession() {
    const std::string whole = toJson(SessionState{});
    QVERIFY(sessionFromJson(whole).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        QVERIFY(!sessionFromJson(whole.substr(0, size)));
    }
    QVERIFY(!sessionFromJson("{}"));
    QVERIFY(!sessionFromJson("[1,2]"));
}

void TestAutosave::aGoodEndLeavesNothing() {
    {
        MainWindow window(optionsIn(folder()));
        QVERIFY(open(window));
        QSignalSpy saved(&window.feature<Autosave>(), &Autosave::saved);
        work(window);
        QTRY_VERIFY(saved.count() >= 1);
        QCOMPARE(sessions(), 1);
        window.close();
    }
    QCOMPARE(sessions(), 0);
}

void TestAutosave::killOne(const std::filesystem::path& project) {
    QProcess child;
    child.start(
        QCoreApplication::applicationFilePath(),
        {QStringLiteral("--work"), m_folder->path(), QString::fromStdString(project.string())});
    QVERIFY(child.waitForStarted(test::kHungMs));
    QByteArray reported;
    QVERIFY(QTest::qWaitFor(
        [&] {
            reported += child.readAllStandardOutput();
            return reported.contains("saved") || child.state() == QProcess::NotRunning;
        },
        test::kHungMs));
    QVERIFY2(reported.contains("saved"), reported.constData());
    ::kill(pid_t(child.processId()), SIGKILL);
    QVERIFY(child.waitForFinished(test::kHungMs));
    QCOMPARE(child.exitStatus(), QProcess::CrashExit);
}

void TestAutosave::aKilledRunIsOfferedAndBroughtBack() {
    killOne();
    QCOMPARE(sessions(), 1);
    MainWindow window(optionsIn(folder()));
    QVERIFY(open(window));
    QTRY_COMPARE(window.feature<Autosave>().lost(), std::size_t(1));
    QVERIFY(window.messages()->text().contains(QLatin1String("small.atlas")));
    QSignalSpy restored(&window.feature<Autosave>(), &Autosave::restored);
    QTest::mouseClick(window.messages()->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_COMPARE(restored.count(), 1);
    QCOMPARE(window.workspace().maps().shownMap(), std::size_t(1));
    QCOMPARE(window.workspace().maps().column(), std::string("artist"));
    QCOMPARE(window.map()->path(), (QVector<QPointF>{{0, 0}, {1.5, 2}}));
    QCOMPARE(window.feature<PathController>().steps(), 11);
    QCOMPARE(window.map()->selection(), (std::vector<std::uint32_t>{3, 5, 8}));
    const Shape& shape = window.feature<Explore>().shapes().shape();
    QCOMPARE(shape.origin, window.workspace().maps().latentOf(row(2, 1)));
    QCOMPARE(shape.movedTo, 4);
    QCOMPARE(shape.name, std::string("Song 2"));
    QTRY_VERIFY(window.feature<Explore>().shapes().result()); // decoded again, without sounding
    QVERIFY(!window.workspace().player().playing());
    const InterpolateGesture& between = window.feature<Explore>().interpolation();
    QCOMPARE(between.first()->name, QStringLiteral("One"));
    QCOMPARE(between.second()->latent, window.workspace().maps().latentOf(row(1, 1)));
}

void TestAutosave::aKilledProjectIsOfferedWithItsChanges() {
    const std::filesystem::path project = folder() / "song.canto";
    SessionState state;
    state.atlas = (folder() / "small.atlas").string();
    state.modelVersion = "f1";
    state.map = "Plane";
    state.column = "genre";
    state.selection = {1};
    QVERIFY_RESULT(saveProject(state, project));
    killOne(project);
    MainWindow window(optionsIn(folder()));
    QVERIFY(open(window));
    QTRY_COMPARE(window.feature<Autosave>().lost(), std::size_t(1));
    QVERIFY(window.messages()->text().contains(QLatin1String("song.canto")));
    QCOMPARE(window.windowTitle(), QStringLiteral("Untitled[*] - Cantograph"));
    QSignalSpy opened(&window.feature<ProjectController>(), &ProjectController::opened);
    QTest::mouseClick(window.messages()->findChild<QPushButton*>(), Qt::LeftButton);
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(window.map()->selection(), (std::vector<std::uint32_t>{3, 5, 8}));
    QCOMPARE(window.windowTitle(), QStringLiteral("song.canto[*] - Cantograph"));
    QTRY_VERIFY(window.isWindowModified()); // none of it was saved
    const auto saved = loadProject(project);
    QVERIFY_RESULT(saved);
    QCOMPARE(saved->selection, std::vector<std::uint32_t>{1});
}

void TestAutosave::aCleanQuitIsContinued() {
    WindowOptions how = optionsIn(folder());
    {
        MainWindow window(how);
        QSignalSpy found(&window.feature<Autosave>(), &Autosave::lostFound);
        QVERIFY(open(window));
        QTRY_COMPARE(found.count(), 1);
        work(window);
        QVERIFY(window.close()); // nothing is lost, so that nothing is asked
    }
    QCOMPARE(sessions(), 0);
    how.atlas.clear(); // nothing is named at the start
    MainWindow window(how);
    QSignalSpy opened(&window.feature<ProjectController>(), &ProjectController::opened);
    window.show();
    window.start();
    QTRY_COMPARE_WITH_TIMEOUT(opened.count(), 1, test::kHungMs);
    QCOMPARE(window.map()->selection(), (std::vector<std::uint32_t>{3, 5, 8}));
    QCOMPARE(window.map()->path(), (QVector<QPointF>{{0, 0}, {1.5, 2}}));
    QCOMPARE(window.workspace().maps().column(), std::string("artist"));
    QCOMPARE(window.feature<Explore>().interpolation().second()->name, QStringLiteral("Two"));
    QCOMPARE(window.feature<Explore>().shapes().shape().movedTo, 4);
    QTRY_VERIFY(window.isWindowModified());
}

void TestAutosave::whatIsNotWantedIsThrownAway() {
    killOne();
    killOne();
    QCOMPARE(sessions(), 2);
    MainWindow window(optionsIn(folder()));
    QVERIFY(open(window));
    QTRY_COMPARE(window.feature<Autosave>().lost(), std::size_t(2));
    window.messages()->dismiss();
    QTRY_COMPARE(window.feature<Autosave>().lost(), std::size_t(1));
    QTRY_VERIFY(window.messages()->isVisible());
    window.messages()->dismiss();
    QTRY_COMPARE(window.feature<Autosave>().lost(), std::size_t(0));
    QVERIFY(!window.feature<Explore>().shapes().shape().changed());
    QVERIFY(sessions() <= 1); // its own at most
}

void TestAutosave::aRunningOneIsNotOffered() {
    MainWindow first(optionsIn(folder()));
    QVERIFY(open(first));
    QSignalSpy saved(&first.feature<Autosave>(), &Autosave::saved);
    work(first);
    QTRY_VERIFY(saved.count() >= 1);
    MainWindow second(optionsIn(folder()));
    QSignalSpy found(&second.feature<Autosave>(), &Autosave::lostFound);
    QVERIFY(open(second));
    QTRY_COMPARE(found.count(), 1);
    QCOMPARE(second.feature<Autosave>().lost(), std::size_t(0));
}

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    if (application.arguments().value(1) == QLatin1String("--work")) {
        WindowOptions how = optionsIn(application.arguments().value(2).toStdString());
        how.project = application.arguments().value(3).toStdString();
        MainWindow window(how);
        QSignalSpy opened(&window.feature<ProjectController>(), &ProjectController::opened);
        if (!open(window) ||
            (!how.project.empty() &&
             !QTest::qWaitFor([&] { return opened.count() == 1; }, test::kHungMs))) {
            return 1;
        }
        work(window);
        QObject::connect(&window.feature<Autosave>(), &Autosave::saved, [&window] {
            // The first that was written after all was done.
            if (window.workspace().state().selection.size() == 3) {
                std::puts("saved");
                std::fflush(stdout);
            }
        });
        return application.exec(); // until it is killed
    }
    TestAutosave test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_autosave.moc"
