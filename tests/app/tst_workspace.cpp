// SPDX-License-Identifier: GPL-3.0-or-later
// What is open, without the window: library, model, space, sessions.

#include "app/workspace/autosave.h"
#include "tests/support/made_spaces.h"
#include "tests/support/workspace_fixture.h"

#include <QSettings>
#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;
namespace fs = std::filesystem;

namespace {

/// Part of a session that remembers what it was asked.
class SpyPart final : public SessionPart {
  public:
    void saveTo(SessionState& state) const override { state.pathSteps = steps; }
    void restoreFrom(const SessionState& state, bool sameModel) override {
        steps = state.pathSteps;
        same.push_back(sameModel);
    }
    std::any leave(Reason reason) override {
        left.push_back(reason);
        return QStringLiteral("kept");
    }
    void enter(std::any kept) override {
        const auto* text = std::any_cast<QString>(&kept);
        entered.append(text != nullptr ? *text : QString());
    }

    int steps = 8;
    std::vector<bool> same;
    std::vector<Reason> left;
    QStringList entered;
};

Result<std::shared_ptr<models::LatentModel>> noModel() {
    return fail(Error::Code::BadFile, "Not a model");
}

} // namespace

class TestWorkspace : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() { m_on.reset(); }

    void libraryAndModelAreRead();
    void aMissingLibraryLeavesWhatIsShown();
    void aModelThatCannotBeOpenedIsReported();
    void onlyAChosenLibraryIsRemembered();
    void partsAreSavedAndRestored();
    void partsStayWhenALibraryIsReadAgain();
    void aSpaceIsLeftAndEntered();
    void aLostSessionIsOfferedAndBroughtBack();
    void aLostSessionThatIsNotWantedGoes();
    void aSessionIsWrittenAndTakenAway();
    void damagedSessionsAreNotOffered();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    void open() {
        m_on = std::make_unique<WorkspaceFixture>(test::quietWorkspace(
            folder(), m_spaces[0].atlas, test::opened(std::make_shared<FakeModel>())));
    }
    /// A library of its own for a test that names it.
    fs::path copyOf(const fs::path& library, const char* name) const {
        const fs::path path = folder() / name;
        fs::copy_file(library, path, fs::copy_options::overwrite_existing);
        return path;
    }
    /// A session that a run which was killed left in a new folder.
    fs::path leaveSession(const std::string& json);
    SessionState lostState() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Space> m_spaces;
    int m_sessions = 0;
    std::unique_ptr<WorkspaceFixture> m_on;
};

void TestWorkspace::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    auto spaces = test::madeSpaces(folder());
    QVERIFY_RESULT(spaces);
    m_spaces = std::move(*spaces);
}

// ---- what is open ----

void TestWorkspace::libraryAndModelAreRead() {
    open();
    QVERIFY(!m_on->workspace().library());
    QVERIFY(m_on->workspace().state() == SessionState()); // nothing is open
    QStringList order;
    const auto note = [&order](const char* what) {
        return [&order, what] { order.append(QLatin1String(what)); };
    };
    QObject context;
    connect(&m_on->workspace(), &Workspace::libraryComing, &context, note("coming"));
    connect(&m_on->workspace(), &Workspace::libraryChanged, &context, note("changed"));
    connect(&m_on->workspace(), &Workspace::libraryReady, &context, note("ready"));
    connect(&m_on->workspace(), &Workspace::mapsReady, &context, note("maps"));
    QVERIFY(m_on->open());
    QCOMPARE(order.join(QLatin1Char(' ')), QStringLiteral("coming changed ready maps"));
    QCOMPARE(m_on->workspace().library()->points.songs.size(), std::size_t(test::kLibrarySongs));
    QCOMPARE(m_on->workspace().model()->info().version, std::string("f1"));
    const SessionState state = m_on->workspace().state();
    QCOMPARE(state.atlas, fs::absolute(m_spaces[0].atlas).string());
    QCOMPARE(state.modelVersion, std::string("f1"));
    QCOMPARE(state.map, std::string("Plane"));
    QCOMPARE(state.column, std::string("genre"));
    QCOMPARE(state.row, std::int64_t(-1));
}

void TestWorkspace::aMissingLibraryLeavesWhatIsShown() {
    open();
    QVERIFY(m_on->open());
    const LibraryPtr shown = m_on->workspace().library();
    QSignalSpy failed(&m_on->workspace(), &Workspace::libraryFailed);
    m_on->workspace().openLibrary(folder() / "missing.atlas", true);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(m_on->workspace().library(), shown);
    const auto notice = m_on->noticeWith(QStringLiteral("missing.atlas"));
    QVERIFY(notice);
    QCOMPARE(notice->kind, Notice::Kind::Error);
    QCOMPARE(m_on->workspace().libraries().chosen(m_on->workspace().space()), m_spaces[0].atlas);
}

void TestWorkspace::aModelThatCannotBeOpenedIsReported() {
    open();
    QVERIFY(m_on->open());
    const auto before = m_on->workspace().model();
    QSignalSpy failed(&m_on->workspace(), &Workspace::modelFailed);
    m_on->workspace().useModel(&noModel);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(m_on->workspace().model(), before);
    QVERIFY(m_on->noticeWith(QStringLiteral("Not a model")));
    const auto another = std::make_shared<FakeModel>();
    QSignalSpy changed(&m_on->workspace(), &Workspace::modelChanged);
    m_on->workspace().useModel(test::opened(another));
    QTRY_COMPARE(changed.count(), 1);
    QVERIFY(m_on->workspace().model() == another);
}

void TestWorkspace::onlyAChosenLibraryIsRemembered() {
    open();
    QVERIFY(m_on->open());
    const auto chosen = [this] {
        return m_on->workspace().libraries().chosen(m_on->workspace().space());
    };
    const auto show = [this](const fs::path& library, bool byUser) {
        QSignalSpy changed(&m_on->workspace(), &Workspace::libraryChanged);
        m_on->workspace().openLibrary(library, byUser);
        QTRY_COMPARE(changed.count(), 1);
    };
    const fs::path first = copyOf(m_spaces[0].atlas, "first.atlas");
    const fs::path second = copyOf(m_spaces[0].atlas, "second.atlas");
    show(first, true);
    QCOMPARE(chosen(), first);
    show(second, false);
    QCOMPARE(m_on->workspace().library()->path, second);
    QCOMPARE(chosen(), first);
}

// ---- sessions ----

void TestWorkspace::partsAreSavedAndRestored() {
    open();
    SpyPart part;
    m_on->workspace().addPart(part);
    QVERIFY(m_on->open());
    part.steps = 11;
    m_on->map().setSelection({2, 7});
    m_on->maps().colourBy("artist");
    const SessionState state = m_on->workspace().state();
    QCOMPARE(state.pathSteps, 11);
    QCOMPARE(state.selection, (std::vector<std::uint32_t>{2, 7}));
    const auto read = sessionFromJson(toJson(state)); // as from the disk
    QVERIFY_RESULT(read);
    part.steps = 3;
    m_on->map().setSelection({});
    m_on->maps().colourBy("genre");
    m_on->workspace().restore(*read);
    QVERIFY(m_on->workspace().state() == state);
    SessionState other = state;
    other.modelVersion = "f0";
    m_on->workspace().restore(other);
    QCOMPARE(part.same, (std::vector<bool>{true, false}));
}

void TestWorkspace::partsStayWhenALibraryIsReadAgain() {
    open();
    SpyPart part;
    m_on->workspace().addPart(part);
    QVERIFY(m_on->open());
    QSignalSpy wanted(&m_on->workspace(), &Workspace::restoreWanted);
    const fs::path path = m_on->workspace().library()->path;
    m_on->map().setSelection({2, 7});
    m_on->workspace().openLibrary(path, false);
    QTRY_COMPARE(wanted.count(), 1);
    QCOMPARE(part.left, (std::vector{SessionPart::Reason::Library}));
    QCOMPARE(part.entered, QStringList{QStringLiteral("kept")});
    const auto state = wanted.first().first().value<SessionState>();
    QCOMPARE(state.selection, (std::vector<std::uint32_t>{2, 7}));
    // With another library nothing is kept.
    QSignalSpy changed(&m_on->workspace(), &Workspace::libraryChanged);
    m_on->workspace().openLibrary(copyOf(path, "other.atlas"), false);
    QTRY_COMPARE(changed.count(), 1);
    QCOMPARE(wanted.count(), 1);
    QCOMPARE(part.left.size(), std::size_t(1));
}

void TestWorkspace::aSpaceIsLeftAndEntered() {
    auto how = test::quietWorkspace(folder(), {}, nullptr);
    how.spaces = {m_spaces[0], m_spaces[1]};
    m_on = std::make_unique<WorkspaceFixture>(std::move(how));
    SpyPart part;
    m_on->workspace().addPart(part);
    QVERIFY(m_on->open());
    Workspace& work = m_on->workspace();
    work.undo().stack().push(new QUndoCommand(QStringLiteral("A step")));
    QSignalSpy shown(&work, &Workspace::spaceChanged);
    QVERIFY(work.spaces().go("emotion"));
    QTRY_COMPARE(shown.count(), 1);
    QCOMPARE(work.space().id, std::string("emotion"));
    QCOMPARE(work.model()->info().version, std::string("e1"));
    QCOMPARE(work.library()->points.songs.size(), std::size_t(test::kElementSongs));
    QCOMPARE(part.left, (std::vector{SessionPart::Reason::Space}));
    QCOMPARE(part.entered, QStringList{QString()}); // it was never shown before
    QCOMPARE(work.undo().stack().count(), 0);
    QCOMPARE(work.settings().value(QStringLiteral("space/current")).toString(),
             QStringLiteral("emotion"));
    QVERIFY(work.spaces().go("style"));
    QTRY_COMPARE(shown.count(), 2);
    QCOMPARE(part.entered.last(), QStringLiteral("kept"));
    QCOMPARE(work.undo().stack().undoText(), QStringLiteral("A step"));
}

SessionState TestWorkspace::lostState() const {
    SessionState state;
    state.atlas = fs::absolute(m_spaces[0].atlas).string();
    state.modelVersion = "f1";
    state.map = "PCA";
    state.column = "artist";
    state.selection = {3, 5};
    return state;
}

fs::path TestWorkspace::leaveSession(const std::string& json) {
    const fs::path sessions = folder() / ("sessions" + std::to_string(++m_sessions));
    fs::create_directories(sessions);
    std::ofstream(sessions / "lost.session", std::ios::binary) << json;
    return sessions;
}

void TestWorkspace::aLostSessionIsOfferedAndBroughtBack() {
    const fs::path sessions = leaveSession(toJson(lostState()));
    open();
    auto& autosave = m_on->add<Autosave>(sessions);
    QVERIFY(m_on->open());
    autosave.start();
    QTRY_COMPARE(autosave.lost(), std::size_t(1)); // read in the background
    const auto offer = m_on->noticeWith(QStringLiteral("small.atlas"));
    QVERIFY(offer);
    QCOMPARE(offer->action, QStringLiteral("Restore"));
    QSignalSpy restored(&autosave, &Autosave::restored);
    offer->run();
    QTRY_COMPARE(restored.count(), 1);
    QCOMPARE(m_on->map().selection(), (std::vector<std::uint32_t>{3, 5}));
    QCOMPARE(m_on->maps().shownMap(), std::size_t(1)); // PCA
    QCOMPARE(m_on->maps().column(), std::string("artist"));
    QVERIFY(!fs::exists(sessions / "lost.session"));
    QVERIFY(!autosave.restoring());
}

void TestWorkspace::aLostSessionThatIsNotWantedGoes() {
    const fs::path sessions = leaveSession(toJson(lostState()));
    open();
    auto& autosave = m_on->add<Autosave>(sessions);
    autosave.start();
    QTRY_COMPARE(autosave.lost(), std::size_t(1));
    const auto offer = m_on->noticeWith(QStringLiteral("small.atlas"));
    QVERIFY(offer);
    Q_EMIT m_on->workspace().noticeDismissed(QStringLiteral("Something else"));
    QCOMPARE(autosave.lost(), std::size_t(1));
    Q_EMIT m_on->workspace().noticeDismissed(offer->text);
    QTRY_COMPARE(autosave.lost(), std::size_t(0));
    QVERIFY(!fs::exists(sessions / "lost.session"));
    m_on->action(QStringLiteral("Restore previous session"))->trigger();
    QVERIFY(m_on->noticeWith(QStringLiteral("No session was lost")));
}

void TestWorkspace::aSessionIsWrittenAndTakenAway() {
    const fs::path sessions = folder() / "written";
    const auto written = [&sessions] {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(sessions)) {
            if (entry.path().extension() == ".session") {
                files.push_back(entry.path());
            }
        }
        return files;
    };
    const auto read = [&written]() -> std::optional<SessionState> {
        const auto files = written();
        std::ifstream file(files.empty() ? fs::path() : files.front(), std::ios::binary);
        const auto state = sessionFromJson({std::istreambuf_iterator<char>(file), {}});
        return state ? std::optional(*state) : std::nullopt;
    };
    open();
    m_on->add<Autosave>(sessions);
    QVERIFY(m_on->open());
    m_on->map().setSelection({4});
    QTRY_VERIFY(read() == m_on->workspace().state());
    QCOMPARE(read()->selection, std::vector<std::uint32_t>{4});
    QCOMPARE(written().size(), std::size_t(1));
    m_on.reset(); // a good end
    QVERIFY(written().empty());
}

void TestWorkspace::damagedSessionsAreNotOffered() {
    const std::string whole = toJson(lostState());
    const fs::path sessions = leaveSession(whole.substr(0, whole.size() / 2));
    open();
    auto& autosave = m_on->add<Autosave>(sessions);
    QSignalSpy found(&autosave, &Autosave::lostFound);
    autosave.start();
    QTRY_COMPARE(found.count(), 1);
    QCOMPARE(autosave.lost(), std::size_t(0));
    QVERIFY(!fs::exists(sessions / "lost.session"));
    QVERIFY(m_on->notices().empty());
}

QTEST_MAIN(TestWorkspace)
#include "tst_workspace.moc"
