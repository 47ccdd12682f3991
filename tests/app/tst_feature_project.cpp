// SPDX-License-Identifier: GPL-3.0-or-later
// Projects on a workspace of their own: save, open, unsaved changes, recent files, last session.

#include "app/features/explore/explore.h"
#include "app/features/path/path_controller.h"
#include "app/features/project/project_controller.h"
#include "app/workspace/project_file.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"

#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;

namespace fs = std::filesystem;

namespace {

qint64 row(int n, int p) { return n * test::kPhrasesEach + p; }

} // namespace

class TestFeatureProject : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { close(); }

    void whatIsSavedIsOpenedEqual();
    void onlyWorkIsAChange();
    void damagedAndNewerFilesAreRefused();
    void recentFilesAreTen();
    void filesThatAreGoneAreNamedAsSuch();
    void theQuestionIsCancelled();
    void theQuestionDiscards();
    void theQuestionSaves();
    void newAsksAndClears();
    void aCleanEndIsContinued();
    void aSessionIsNotRestoredUnasked();
    void anUntitledSessionIsAskedAboutWhereItWouldBeLost();
    void aLostProjectIsOfferedWithItsChanges();
    void aMissingLibraryIsLocated();
    void otherMusicHasNoSelection();
    void aProjectIsOpenedFirst();
    void keysAreTheUsualOnes();

  private:
    fs::path sessions() const { return m_folder / "sessions"; }
    fs::path project(const char* name = "song.canto") const { return m_folder / name; }
    /// Another workspace, as after a start. @param asked  the library is named at the start.
    void open(bool asked = true, const fs::path& first = {});
    void close();
    /// Made in the workspace: a selection, a path, an interpolation, a hidden class.
    void work();
    void save(const fs::path& file);
    QMessageBox* question() const {
        return m_on->window().findChild<QMessageBox*>(QStringLiteral("saveQuestion"));
    }
    void answer(const char* button);
    Workspace& workspace() { return m_on->workspace(); }
    bool changed() { return workspace().document().changed; }

    QTemporaryDir m_root;
    fs::path m_library; ///< of all tests
    fs::path m_folder;  ///< of one test
    QString m_settings;
    int m_tests = 0;
    std::unique_ptr<widgets::PathControls> m_controls;
    std::unique_ptr<WorkspaceFixture> m_on;
    Autosave* m_autosave = nullptr;
    ProjectController* m_projects = nullptr;
    PathController* m_paths = nullptr;
    Explore* m_explore = nullptr;
};

void TestFeatureProject::initTestCase() {
    const auto made = test::makeLibrary(m_root.path().toStdString());
    QVERIFY_RESULT(made);
    m_library = *made;
}

void TestFeatureProject::init() {
    m_folder = fs::path(m_root.path().toStdString()) / std::to_string(++m_tests);
    fs::create_directories(m_folder);
    fs::copy_file(m_library, m_folder / "small.atlas");
    m_settings = QString::fromStdString((m_folder / "settings.ini").string());
}

void TestFeatureProject::open(bool asked, const fs::path& first) {
    close();
    WorkspaceOptions how = test::quietWorkspace(m_folder, m_folder / "small.atlas",
                                                test::opened(std::make_shared<FakeModel>()));
    how.settingsFile = m_settings;
    if (!asked) {
        how.atlas.clear(); // the one that was chosen last
    }
    m_controls = std::make_unique<widgets::PathControls>();
    m_on = std::make_unique<WorkspaceFixture>(std::move(how));
    m_autosave = &m_on->add<Autosave>(sessions());
    m_projects = &m_on->add<ProjectController>(*m_autosave, first);
    m_paths = &m_on->add<PathController>(*m_controls);
    m_explore = &m_on->add<Explore>(fs::path());
    connect(m_paths, &Feature::changed, m_autosave, &Autosave::touch);
    connect(m_explore, &Feature::changed, m_autosave, &Autosave::touch);
    QVERIFY(m_on->open());
    QSignalSpy found(m_autosave, &Autosave::lostFound);
    m_autosave->start();
    m_projects->start();
    QTRY_COMPARE(found.count(), 1);
}

void TestFeatureProject::close() {
    m_on.reset();
    m_controls.reset();
}

void TestFeatureProject::work() {
    m_on->maps().colourBy("artist");
    m_on->map().setClassVisible(1, false);
    m_on->map().setPath({{0, 0}, {1.5, 2}});
    m_on->map().setSelection({3, 5, 8});
    m_explore->interpolation().setEnds(
        InterpolateGesture::End{m_on->maps().latentOf(row(0, 0)), QStringLiteral("One")},
        InterpolateGesture::End{m_on->maps().latentOf(row(1, 1)), QStringLiteral("Two"), 96});
    m_explore->shapes().takeRow(row(2, 1));
    m_explore->shapes().moveToGenre(4, false);
    QTRY_VERIFY(changed());
}

void TestFeatureProject::save(const fs::path& file) {
    QSignalSpy saved(m_projects, &ProjectController::saved);
    QObject context;
    test::answerFileDialog(&context, QString::fromStdString(file.string()));
    m_on->action(QStringLiteral("Save as..."))->trigger();
    QTRY_COMPARE(saved.count(), 1);
    QVERIFY(fs::exists(file));
}

void TestFeatureProject::answer(const char* button) {
    QVERIFY2(question() != nullptr && question()->isVisible(), button);
    auto* found = question()->findChild<QPushButton*>(QLatin1String(button));
    QVERIFY2(found != nullptr, button);
    QTest::mouseClick(found, Qt::LeftButton);
}

// ---- save and open ----

void TestFeatureProject::whatIsSavedIsOpenedEqual() {
    open();
    QVERIFY(!changed());
    work();
    const SessionState before = m_autosave->all();
    QCOMPARE(before.hidden.size(), std::size_t(1));
    save(project());
    QCOMPARE(workspace().document().file, project());
    QVERIFY(!changed());

    QTRY_VERIFY(
        m_on->player().playing()); // the phrase that was moved to a genre, when it is generated
    m_on->action(QStringLiteral("New"))->trigger(); // asks nothing
    QCOMPARE(workspace().document().file, fs::path());
    QTRY_VERIFY(!m_on->player().playing());
    QVERIFY(m_on->map().selection().empty());
    QVERIFY(m_on->map().path().isEmpty());
    QVERIFY(!m_explore->interpolation().second());
    QVERIFY(!m_explore->shapes().shape().changed());
    QVERIFY(m_on->map().classVisible(1));
    QVERIFY(!changed());

    m_on->maps().colourBy("genre");
    QSignalSpy opened(m_projects, &ProjectController::opened);
    QSignalSpy sounds(&m_on->player(), &Player::playingChanged);
    QSignalSpy generated(&m_explore->shapes(), &ShapeController::resultChanged);
    m_projects->openProject(project());
    QTRY_COMPARE(opened.count(), 1);
    const SessionState after = m_autosave->all();
    QVERIFY(sameWork(after, before));
    QCOMPARE(after.column, std::string("artist"));
    QCOMPARE(after.hidden, before.hidden);
    QVERIFY(!m_on->map().classVisible(1));
    QCOMPARE(m_on->map().path(), (QVector<QPointF>{{0, 0}, {1.5, 2}}));
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{3, 5, 8}));
    QCOMPARE(m_explore->shapes().shape().movedTo, 4);
    QCOMPARE(m_explore->interpolation().first()->name, QStringLiteral("One"));
    QCOMPARE(m_explore->interpolation().second()->name, QStringLiteral("Two"));
    QCOMPARE(m_explore->interpolation().second()->bpm, 96.0);
    QCOMPARE(workspace().document().file, project());
    QVERIFY(!changed());
    QTRY_COMPARE(generated.count(), 1);
    QCOMPARE(sounds.count(), 0); // what is opened does not play of itself

    // And in another run.
    m_on->map().setView({-1, -2, 3, 4});
    save(project("again.canto"));
    const QRectF view = m_on->map().view();
    open(true, project("again.canto"));
    QTRY_COMPARE(workspace().document().file, project("again.canto"));
    QVERIFY(sameWork(m_autosave->all(), before));
    QCOMPARE(m_on->map().view().center(), view.center());
}

void TestFeatureProject::onlyWorkIsAChange() {
    open();
    m_on->maps().colourBy("artist");
    m_on->map().setView({-1, -1, 2, 2});
    m_on->maps().showMap(1);
    m_on->maps().playRow(row(3, 1)); // and begins an interpolation, which has no end yet
    QTRY_COMPARE(m_on->player().currentItem().row, row(3, 1));
    QVERIFY(!m_projects->changed());
    m_on->map().setSelection({2});
    QTRY_VERIFY(changed());
    m_on->map().setSelection({});
    QTRY_VERIFY(!changed()); // as it was
    m_on->map().setSelection({2});
    save(project());
    QVERIFY(!changed());
    m_on->map().setSelection({2, 4});
    QTRY_VERIFY(changed());
    // Save writes the same file, without a dialog.
    QSignalSpy saved(m_projects, &ProjectController::saved);
    m_on->action(QStringLiteral("Save"))->trigger();
    QTRY_COMPARE(saved.count(), 1);
    QVERIFY(!changed());
    const auto read = loadProject(project());
    QVERIFY_RESULT(read);
    QCOMPARE(read->selection, (std::vector<std::uint32_t>{2, 4}));
    QCOMPARE(read->atlas, (m_folder / "small.atlas").string());
}

void TestFeatureProject::damagedAndNewerFilesAreRefused() {
    open();
    m_on->map().setSelection({2});
    save(project());
    std::ifstream in(project(), std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), {}};
    std::string newer = whole;
    newer.replace(newer.find("\"version\":1"), 11, "\"version\":9");
    std::string damaged = whole;
    damaged[whole.size() - 3] = '#';
    for (const auto& [bytes, words] :
         {std::pair{newer, "newer version"}, std::pair{damaged, "damaged"},
          std::pair{std::string(), "empty"},
          std::pair{std::string("{}"), "not a Cantograph project"},
          std::pair{whole.substr(0, 300), "missing"}}) {
        std::ofstream(project("bad.canto"), std::ios::binary | std::ios::trunc) << bytes;
        QSignalSpy failed(m_projects, &ProjectController::failed);
        m_projects->openProject(project("bad.canto"));
        QTRY_COMPARE(failed.count(), 1);
        const auto notice = m_on->noticeWith(QLatin1String(words));
        QVERIFY2(notice, words);
        QVERIFY(notice->text.contains(QLatin1String("bad.canto")));
        QCOMPARE(m_on->map().selection(), std::vector<std::uint32_t>{2}); // what was open stays
        QCOMPARE(workspace().document().file, project());
    }
}

// ---- recent files ----

void TestFeatureProject::recentFilesAreTen() {
    open();
    for (int i = 0; i < 12; ++i) {
        m_projects->recent().add(project((std::to_string(i) + ".canto").c_str()));
    }
    m_projects->recent().add(project("5.canto")); // moves to the top
    const QStringList files = m_projects->recent().files();
    QCOMPARE(files.size(), 10);
    QCOMPARE(files[0], QString::fromStdString(project("5.canto").string()));
    QCOMPARE(files[1], QString::fromStdString(project("11.canto").string()));
    QCOMPARE(files[9], QString::fromStdString(project("2.canto").string()));
    open(); // remembered
    QCOMPARE(m_projects->recent().files(), files);
    m_projects->recent().clear();
    QVERIFY(m_projects->recent().files().isEmpty());
}

void TestFeatureProject::filesThatAreGoneAreNamedAsSuch() {
    open();
    m_on->map().setSelection({2});
    save(project("one.canto"));
    m_on->map().setSelection({2, 3});
    save(project("two.canto"));
    fs::remove(project("one.canto"));
    QMenu* menu = m_on->action(QStringLiteral("Open recent"))->menu();
    Q_EMIT menu->aboutToShow();
    const QList<QAction*> entries = menu->actions();
    QCOMPARE(entries[0]->text(), QStringLiteral("two.canto"));
    QCOMPARE(entries[1]->text(), QStringLiteral("one.canto (not there any more)"));
    QVERIFY(!entries[1]->isEnabled());
    m_on->action(QStringLiteral("New"))->trigger();
    QSignalSpy opened(m_projects, &ProjectController::opened);
    entries[0]->trigger();
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{2, 3}));
}

// ---- unsaved changes ----

void TestFeatureProject::theQuestionIsCancelled() {
    open();
    m_on->map().setSelection({2});
    save(project());
    QVERIFY(m_projects->mayClose()); // all is saved
    m_on->map().setSelection({2, 3});
    QVERIFY(!m_projects->mayClose());
    answer("keepOpen");
    QTRY_VERIFY(question() == nullptr);
    QVERIFY(m_on->window().isVisible());
    QVERIFY(!m_projects->mayClose()); // asked again
    QVERIFY(question() != nullptr);
    QVERIFY(m_projects->changed());
}

void TestFeatureProject::theQuestionDiscards() {
    open();
    m_on->map().setSelection({2});
    save(project());
    m_on->map().setSelection({2, 3});
    QVERIFY(!m_projects->mayClose());
    answer("discardChanges");
    QTRY_VERIFY(!m_on->window().isVisible()); // closed
    QVERIFY(m_projects->mayClose());
    m_projects->closing();
    // The next start shows the project as it was saved.
    open(false);
    QTRY_COMPARE(workspace().document().file, project());
    QCOMPARE(m_on->map().selection(), std::vector<std::uint32_t>{2});
    QTRY_VERIFY(!changed());
}

void TestFeatureProject::theQuestionSaves() {
    open();
    m_on->map().setSelection({2});
    save(project());
    m_on->map().setSelection({2, 3});
    QVERIFY(!m_projects->mayClose());
    answer("saveChanges");
    QTRY_VERIFY(!m_on->window().isVisible());
    const auto read = loadProject(project());
    QVERIFY_RESULT(read);
    QCOMPARE(read->selection, (std::vector<std::uint32_t>{2, 3}));
}

void TestFeatureProject::newAsksAndClears() {
    open();
    m_on->map().setSelection({2});
    m_on->action(QStringLiteral("New"))->trigger();
    answer("keepOpen");
    QCOMPARE(m_on->map().selection(), std::vector<std::uint32_t>{2});
    m_on->action(QStringLiteral("New"))->trigger();
    answer("discardChanges");
    QVERIFY(m_on->map().selection().empty());
    QVERIFY(!m_projects->changed());
    QVERIFY(workspace().library()); // stays
}

// ---- the last session ----

void TestFeatureProject::aCleanEndIsContinued() {
    open();
    work();
    const SessionState before = m_autosave->all();
    QVERIFY(m_projects->mayClose()); // nothing is lost
    m_projects->closing();
    open(false);
    QTRY_VERIFY(sameWork(m_autosave->all(), before));
    QCOMPARE(workspace().document().file, fs::path());
    QTRY_VERIFY(changed()); // it was never saved
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{3, 5, 8}));
    // A start that goes nowhere leaves it: quit again, and again.
    m_projects->closing();
    open(false);
    QTRY_VERIFY(sameWork(m_autosave->all(), before));
}

void TestFeatureProject::aSessionIsNotRestoredUnasked() {
    open();
    m_on->map().setSelection({2});
    m_projects->closing();
    open(true); // a library was named: it is shown as it is
    QVERIFY(m_on->map().selection().empty());
    QVERIFY(m_autosave->last());
    m_projects->closing(); // and what was kept stays, since nothing was done
    open(true);
    QSignalSpy opened(m_projects, &ProjectController::opened);
    m_on->action(QStringLiteral("Restore previous session"))->trigger();
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(m_on->map().selection(), std::vector<std::uint32_t>{2});
    m_on->action(QStringLiteral("Restore last session at start"))->setChecked(false);
    m_on->map().setSelection({});
    m_projects->closing();
    open(false);
    QVERIFY(!m_autosave->restoring());
    QVERIFY(!m_projects->restoresAtStart());
}

void TestFeatureProject::anUntitledSessionIsAskedAboutWhereItWouldBeLost() {
    open();
    m_on->action(QStringLiteral("Restore last session at start"))->setChecked(false);
    m_on->map().setSelection({2});
    QVERIFY(!m_projects->mayClose());
    answer("discardChanges");
    QTRY_VERIFY(!m_on->window().isVisible());
    m_projects->closing();
    open(true);
    QVERIFY(!m_autosave->last());
}

void TestFeatureProject::aLostProjectIsOfferedWithItsChanges() {
    open();
    m_on->map().setSelection({2});
    save(project());
    SessionState lost = m_autosave->all();
    QCOMPARE(lost.project, project().string());
    lost.selection = {2, 9};
    close();
    std::ofstream(sessions() / "lost.session", std::ios::binary) << toJson(lost);
    open(false);
    QCOMPARE(m_autosave->lost(), std::size_t(1));
    const auto offer = m_on->noticeWith(QStringLiteral("song.canto"));
    QVERIFY(offer);
    QSignalSpy opened(m_projects, &ProjectController::opened);
    offer->run();
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(workspace().document().file, project());
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{2, 9}));
    QTRY_VERIFY(changed()); // the file has less
    m_on->map().setSelection({2});
    QTRY_VERIFY(!changed()); // as in the file
}

// ---- other computers ----

void TestFeatureProject::aMissingLibraryIsLocated() {
    open();
    const fs::path other = m_folder / "usb" / "other.atlas";
    fs::create_directories(other.parent_path());
    fs::copy_file(m_library, other);
    QSignalSpy shown(&workspace(), &Workspace::mapsReady);
    workspace().openLibrary(other, true);
    QTRY_COMPARE(shown.count(), 1);
    m_on->map().setSelection({2, 3});
    save(project());
    m_on->action(QStringLiteral("New"))->trigger();
    workspace().openLibrary(m_folder / "small.atlas", true);
    QTRY_COMPARE(shown.count(), 2);
    workspace().spaces().kept().library = m_folder / "small.atlas";
    fs::rename(other, m_folder / "elsewhere.atlas");

    QSignalSpy failed(m_projects, &ProjectController::failed);
    QSignalSpy opened(m_projects, &ProjectController::opened);
    m_projects->openProject(project());
    QTRY_COMPARE(failed.count(), 1);
    const auto notice = m_on->noticeWith(QStringLiteral("other.atlas of song.canto is not there"));
    QVERIFY(notice);
    QCOMPARE(notice->action, QStringLiteral("Locate..."));
    QCOMPARE(opened.count(), 0);
    QObject context;
    test::answerFileDialog(&context,
                           QString::fromStdString((m_folder / "elsewhere.atlas").string()));
    notice->run();
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(workspace().library()->path, m_folder / "elsewhere.atlas");
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{2, 3})); // the same music
}

void TestFeatureProject::otherMusicHasNoSelection() {
    open();
    m_on->map().setSelection({2});
    m_on->map().setPath({{0, 0}, {1.5, 2}});
    SessionState state = m_autosave->all();
    state.atlasDigest = "0000000000000000"; // as if the library had been replaced
    QVERIFY_RESULT(saveProject(state, project()));
    m_on->map().setSelection({});
    m_on->map().clearPath();
    QSignalSpy opened(m_projects, &ProjectController::opened);
    m_projects->openProject(project());
    QTRY_COMPARE(opened.count(), 1);
    QVERIFY(m_on->map().selection().empty());
    QCOMPARE(m_on->map().path().size(), 2);
    QVERIFY(m_on->noticeWith(QStringLiteral("has other music")));
    QVERIFY(!changed());
    // Save does not write over what could not be shown.
    QSignalSpy saved(m_projects, &ProjectController::saved);
    QObject context;
    test::answerFileDialog(&context, QString::fromStdString(project("less.canto").string()));
    m_on->action(QStringLiteral("Save"))->trigger();
    QTRY_COMPARE(saved.count(), 1);
    QCOMPARE(workspace().document().file, project("less.canto"));
    const auto first = loadProject(project());
    QVERIFY_RESULT(first);
    QCOMPARE(first->selection, std::vector<std::uint32_t>{2});
}

void TestFeatureProject::aProjectIsOpenedFirst() {
    open();
    QCOMPARE(m_projects->takes(QStringLiteral("/a/b.canto")), Feature::Takes::Best);
    QCOMPARE(m_projects->takes(QStringLiteral("/a/b.mid")), Feature::Takes::No);
    m_on->map().setSelection({7});
    save(project());
    // Dropped on the window.
    m_on->action(QStringLiteral("New"))->trigger();
    QSignalSpy opened(m_projects, &ProjectController::opened);
    m_projects->openFiles({QString::fromStdString(project().string())});
    QTRY_COMPARE(opened.count(), 1);
    QCOMPARE(m_on->map().selection(), std::vector<std::uint32_t>{7});
    // Named at the start.
    open(false, project());
    QTRY_COMPARE(workspace().document().file, project());
    QCOMPARE(m_on->map().selection(), std::vector<std::uint32_t>{7});
}

void TestFeatureProject::keysAreTheUsualOnes() {
    open();
    for (const auto& [name, key] :
         {std::pair{"New", "Ctrl+N"}, std::pair{"Open...", "Ctrl+O"}, std::pair{"Save", "Ctrl+S"},
          std::pair{"Save as...", "Ctrl+Shift+S"}}) {
        const QAction* action = m_on->action(QLatin1String(name));
        QVERIFY2(action != nullptr, name);
        QCOMPARE(action->shortcut(), QKeySequence(QLatin1String(key)));
        for (const QAction* other : m_on->window().findChildren<QAction*>()) {
            QVERIFY2(other == action || other->shortcut() != action->shortcut(), name);
        }
    }
}

QTEST_MAIN(TestFeatureProject)
#include "tst_feature_project.moc"
