// SPDX-License-Identifier: GPL-3.0-or-later
// Project files: what they keep, what is refused, and where libraries are found.

#include "app/workspace/project_file.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto::app;

namespace fs = std::filesystem;

namespace {

SessionState madeState() {
    SessionState state;
    state.space = "style";
    state.atlas = "/music/mine.atlas";
    state.atlasDigest = "0123456789abcdef";
    state.atlasPhrases = 240;
    state.modelVersion = "v1";
    state.map = "UMAP";
    state.column = "genre";
    state.hidden = {"jazz", "pop"};
    state.view = {-1.5, 0.1, 3, 2.25};
    state.path = {{1, 2}, {-3.5, 0.25}};
    state.pathRows = {7, -1};
    state.pathSteps = 12;
    state.pathGeometry = "slerp";
    state.pathOriginalEnds = false;
    state.selection = {1, 7};
    state.row = 42;
    state.shape.origin = {1, 2, 3};
    state.shape.name = "Song";
    state.shape.movedTo = 3;
    state.shape.wanted = {{1, 60.5}};
    state.ends = {{}, {{1, 0.1F}, "Two", 90}};
    state.interpolationPoints = 9;
    state.interpolationGeometry = "slerp";
    state.spec = TransferSpec::of({{1, 2}, "Target"}, 2);
    state.results = {TransferSpec::of({{3, 4}, "Other"}, 2), state.spec};
    state.soundFont = "/usr/share/sounds/one.sf2";
    SessionState other;
    other.space = "emotion";
    other.atlas = "/music/other.atlas";
    other.selection = {3};
    state.others = {other};
    return state;
}

void writeFile(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

/// The text with one part of it replaced.
std::string with(std::string text, const std::string& part, const std::string& by) {
    const std::size_t at = text.find(part);
    return at == std::string::npos ? std::string() : text.replace(at, part.size(), by);
}

} // namespace

class TestProjectFile : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aProjectComesBackEqual();
    void whatIsRefusedIsNamed_data();
    void whatIsRefusedIsNamed();
    void everyCutIsNoticed();
    void aFileThatIsNotThereIsNotFound();
    void aFailedSaveLeavesTheOldFile();
    void aMovedFolderKeepsItsLibrary();
    void onlyWorkCounts();
    void phrasesAreDistinguished();
};

void TestProjectFile::aProjectComesBackEqual() {
    const auto back = projectFromText(projectText(madeState()), "x.canto");
    QVERIFY_RESULT(back);
    QVERIFY(*back == madeState());
}

void TestProjectFile::whatIsRefusedIsNamed_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("what");
    const std::string whole = projectText(madeState());
    const auto row = [](const char* name, const std::string& bytes, const char* what) {
        QVERIFY2(!bytes.empty() || std::string_view(name) == "empty", name);
        QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromLatin1(what);
    };
    row("empty", "", "empty");
    row("not JSON", "MThd\n", "not a Cantograph project");
    row("other JSON", "{\"name\": \"a package\"}\n{}", "not a Cantograph project");
    row("a list", "[1, 2]", "not a Cantograph project");
    row("a session", toJson(madeState()), "not a Cantograph project");
    row("newer", with(whole, "\"version\":1", "\"version\":2"), "newer version");
    row("truncated", whole.substr(0, whole.size() - 20), "end of this project file is missing");
    row("only the first line", whole.substr(0, whole.find('\n')),
        "end of this project file is missing");
    row("one letter changed", with(whole, "UMAP", "UMAQ"), "damaged");
    row("another checksum", with(whole, "\"xxh64\":\"", "\"xxh64\":\"0"), "damaged");
    row("without a checksum", with(whole, "\"xxh64\"", "\"xxh\""), "damaged");
    row("more behind it", whole + "x", "damaged");
}

void TestProjectFile::whatIsRefusedIsNamed() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, what);
    QTemporaryDir folder;
    const fs::path file = fs::path(folder.path().toStdString()) / "x.canto";
    writeFile(file, bytes.toStdString());
    const auto state = loadProject(file);
    QVERIFY(!state);
    const QString message = QString::fromStdString(state.error().message());
    QVERIFY2(message.contains(what), qPrintable(message));
    QVERIFY2(message.contains(QLatin1String("x.canto")), qPrintable(message));
    QVERIFY(!state.error().hint.empty()); // what to do
}

void TestProjectFile::everyCutIsNoticed() {
    const std::string whole = projectText(SessionState{});
    QVERIFY(projectFromText(whole, {}).has_value());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        QVERIFY(!projectFromText(whole.substr(0, size), {}));
    }
}

void TestProjectFile::aFileThatIsNotThereIsNotFound() {
    QTemporaryDir folder;
    const auto state = loadProject(fs::path(folder.path().toStdString()) / "gone.canto");
    QVERIFY(!state);
    QCOMPARE(state.error().code, Error::Code::NotFound);
    const auto directory = loadProject(folder.path().toStdString());
    QVERIFY(!directory);
    QCOMPARE(directory.error().code, Error::Code::BadFile);
}

void TestProjectFile::aFailedSaveLeavesTheOldFile() {
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    QVERIFY(!saveProject(madeState(), root / "nowhere" / "x.canto"));
    QVERIFY_RESULT(saveProject(madeState(), root / "x.canto"));
    const auto back = loadProject(root / "x.canto");
    QVERIFY_RESULT(back);
    QCOMPARE(back->project, (root / "x.canto").string());
    QCOMPARE(back->selection, madeState().selection);
    std::size_t files = 0; // nothing else is left
    for (const auto& entry : fs::directory_iterator(root)) {
        files += entry.is_regular_file() ? 1 : 0;
    }
    QCOMPARE(files, std::size_t(1));
}

void TestProjectFile::aMovedFolderKeepsItsLibrary() {
    QTemporaryDir folder;
    const fs::path root = folder.path().toStdString();
    fs::create_directories(root / "piece" / "songs");
    writeFile(root / "piece" / "songs" / "mine.atlas", "a");
    SessionState state;
    state.atlas = (root / "piece" / "songs" / "mine.atlas").string();
    QVERIFY_RESULT(saveProject(state, root / "piece" / "x.canto"));
    fs::rename(root / "piece", root / "moved");
    auto back = loadProject(root / "moved" / "x.canto");
    QVERIFY_RESULT(back);
    QCOMPARE(back->atlas, state.atlas); // where it was
    QCOMPARE(findLibrary(*back, {}), root / "moved" / "songs" / "mine.atlas");
    // The project alone, on a computer with a library of that name.
    fs::rename(root / "moved" / "x.canto", root / "x.canto");
    back = loadProject(root / "x.canto");
    QVERIFY_RESULT(back);
    QCOMPARE(findLibrary(*back, {}), fs::path());
    const fs::path known[] = {root / "else.atlas", root / "moved" / "songs" / "mine.atlas"};
    QCOMPARE(findLibrary(*back, known), known[1]);
}

void TestProjectFile::onlyWorkCounts() {
    const SessionState saved = madeState();
    SessionState now = saved;
    now.map = "PCA";
    now.column = "artist";
    now.hidden.clear();
    now.view = {0, 0, 1, 1};
    now.row = 3;
    now.soundFont.clear();
    QVERIFY(sameWork(now, saved)); // only looked at
    SessionState third;
    third.space = "orchestra";
    third.atlas = "/music/sounds.atlas";
    third.shape.origin = {1}; // plays, and is not changed
    now.others.push_back(third);
    QVERIFY(sameWork(now, saved));
    QVERIFY(sameWork(saved, now));
    QVERIFY(!hasWork(third));
    now.others.back().selection = {1};
    QVERIFY(!sameWork(now, saved));
    QVERIFY(!sameWork(saved, now));
    now = saved;
    now.others.front().selection = {4};
    QVERIFY(!sameWork(now, saved));
    now = saved;
    now.results.pop_back();
    QVERIFY(!sameWork(now, saved));
    now = saved;
    now.shape.wanted[1] = 61;
    QVERIFY(!sameWork(now, saved));
    // The spaces change places when another one is shown.
    now = saved.others.front();
    now.others = {saved};
    now.others.front().others.clear();
    QVERIFY(sameWork(now, saved));
}

void TestProjectFile::phrasesAreDistinguished() {
    atlas::AtlasPoints points;
    points.model.latentSize = 1;
    points.songs.resize(2);
    points.songs[0].hash = "0000000000000001";
    points.songs[1].hash = "0000000000000002";
    for (int i = 0; i < 4; ++i) {
        points.segments.push_back({i + 1, i / 2, 2 * (i % 2), 0, 0, true});
    }
    // XXH64 of nothing, by the specification of the algorithm.
    QCOMPARE(libraryDigest(points, 0), std::string("ef46db3751d8e999"));
    const std::string three = libraryDigest(points, 3), four = libraryDigest(points, 4);
    QVERIFY(three != four);
    points.songs[1].title = "A new name";
    QCOMPARE(libraryDigest(points, 4), four);
    points.segments[3].bar = 4;
    QVERIFY(libraryDigest(points, 4) != four);
    QCOMPARE(libraryDigest(points, 3), three); // phrases behind those that are asked for
    points.songs[0].hash = "0000000000000003";
    QVERIFY(libraryDigest(points, 3) != three);
}

QTEST_APPLESS_MAIN(TestProjectFile)
#include "tst_project_file.moc"
