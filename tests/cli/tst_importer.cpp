// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/importer.h"
#include "app/library/model_store.h"
#include "core/midi/smf_writer.h"
#include "models/common/reducer.h"
#include "models/datasets/file_names.h"
#include "tests/support/midi_folder.h"
#include "tests/support/note_count_model.h"
#include "tests/support/test_support.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <csignal>
#include <cstdio>
#include <set>
#include <unistd.h>

using namespace canto;
using namespace canto::test;
namespace fs = std::filesystem;

namespace {
constexpr int kGoodFiles = 980;

/// Imports a folder with the model that counts notes; as a child process it writes a dot for each
/// file begun.
Result<ImportReport> importFolder(const fs::path& folder, const fs::path& atlasPath,
                                  const ImportOptions& options = {}, const Progress& progress = {},
                                  const CancelToken& cancel = {}) {
    const std::vector<fs::path> paths = {folder};
    auto files = findMidiFiles(paths, Naming::Relative);
    if (!files) {
        return fail(files.error());
    }
    if (fs::exists(folder / "labels.csv")) {
        const auto table = atlas::readLabels(folder / "labels.csv");
        if (!table) {
            return fail(table.error());
        }
        attachLabels(*files, *table, paths);
    }
    auto atlas = atlas::Atlas::open(atlasPath, atlas::Access::Create);
    if (!atlas) {
        return fail(atlas.error());
    }
    return importFiles(*atlas, NoteCountModel(), *files, options, progress, cancel);
}

std::string digestOf(const fs::path& atlasPath) {
    auto atlas = atlas::Atlas::open(atlasPath, atlas::Access::ReadOnly);
    const auto digest = atlas ? atlas->contentDigest() : Result<std::string>(fail(atlas.error()));
    return digest ? *digest : digest.error().message();
}

/// Encodes one instrument only.
class OneInstrumentModel : public NoteCountModel, public models::Reducer {
  public:
    std::string reductionOf(const music::Song& song) const override {
        return song.tracks.size() > 1 ? "one of several instruments" : "";
    }
};

int importAsChild(const fs::path& folder, const fs::path& atlasPath) {
    const auto done = importFolder(folder, atlasPath, {}, [](std::size_t, std::size_t) {
        std::fputc('.', stdout);
        std::fflush(stdout);
    });
    return done ? 0 : 1;
}
} // namespace

class TestImporter : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path path(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    /// Starts a program that imports, kills it once it has written `dots` bytes.
    void killAfter(const QString& program, const QStringList& arguments, int dots);

  private Q_SLOTS:
    void initTestCase();
    void whatAModelReducesIsSaid();
    void brokenFilesAreListedAndSkipped();
    void latentsAndLabelsArriveInTheAtlas();
    void killedAndRunAgainGivesTheSame();
    void cancelledAndRunAgainGivesTheSame();
    void changedFilesAndLabelsAreTakenUp();
    void hopAndMostThinTheSegments();
    void splitsAreLeftOut();
    void namesAndLinks();
    void labelsMayLieElsewhere();
    void labelsNameFilesInEitherUnicodeForm();
    void filesOfMacOsArePassedOverAndCounted();
    void theProgramImportsAThousandFiles();
};

void TestImporter::whatAModelReducesIsSaid() {
    const fs::path folder = path("reduced");
    fs::create_directories(folder);
    for (const int tracks : {1, 2, 3}) {
        music::Song song;
        for (int track = 0; track < tracks; ++track) {
            song.tracks.push_back({"Track " + std::to_string(track)});
            music::Note note;
            note.track = std::uint16_t(track);
            note.channel = std::uint8_t(track);
            note.length = 480;
            note.pitch = std::uint8_t(60 + track);
            note.velocity = 80;
            song.notes.push_back(note);
        }
        song.finish();
        QVERIFY_RESULT(midi::writeSmfFile(folder / (std::to_string(tracks) + ".mid"), song));
    }
    const std::vector<fs::path> paths = {folder};
    const auto files = findMidiFiles(paths, Naming::Relative);
    QVERIFY_RESULT(files);
    auto atlas = atlas::Atlas::open(path("reduced.atlas"), atlas::Access::Create);
    QVERIFY_RESULT(atlas);
    const auto report = importFiles(*atlas, OneInstrumentModel(), *files, {}, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->imported, std::size_t(3));
    QCOMPARE(report->reduced, std::size_t(2));
    QCOMPARE(report->reduction, std::string("2.mid: one of several instruments"));
}

void TestImporter::initTestCase() { fillMidiFolder(path("many"), kGoodFiles); }

void TestImporter::brokenFilesAreListedAndSkipped() {
    const auto done = importFolder(path("many"), path("whole.atlas"));
    QVERIFY_RESULT(done);
    QCOMPARE(done->imported, std::size_t(kGoodFiles));
    QCOMPARE(done->failed.size(), std::size_t(20));
    std::set<std::string> names;
    for (const atlas::FailedFile& file : done->failed) {
        names.insert(file.path.substr(file.path.find(' ') + 1));
        QVERIFY2(file.reason.size() > 10, file.path.c_str());
    }
    for (const auto& [kind, bytes] : brokenFiles()) {
        QVERIFY2(names.count(kind + ".mid") == 1, kind.c_str());
    }
    auto atlas = atlas::Atlas::open(path("whole.atlas"), atlas::Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    QCOMPARE(atlas->failedFiles()->size(), std::size_t(20));
    QCOMPARE(atlas->songs()->size(), std::size_t(kGoodFiles));
    // By hand: bars go 1..8 in turn, 122 times 36 bars and then 1 + 2 + 3 + 4.
    QCOMPARE(atlas->points(1)->count(), std::size_t(122 * 36 + 10));
}

void TestImporter::latentsAndLabelsArriveInTheAtlas() {
    fs::create_directories(path("two"));
    // By hand: pitch 60 at velocity 100, pitch 64 at velocity 80, one beat each.
    std::ofstream(path("two/a.mid"), std::ios::binary)
        << smf(std::string("\0\x90\x3C\x64\x60\x80\x3C\x40\0\x90\x40\x50\x60\x80\x40\x40"
                           "\0\xFF\x2F\0",
                           20));
    std::ofstream(path("two/b.mid"), std::ios::binary) << songBytes(2, 1);
    std::ofstream(path("two/labels.csv")) << "path,title,genre,split,key\n"
                                             "a.mid,=A1,jazz,test,C\n"
                                             "absent.mid,x,y,z,D\n";
    QVERIFY_RESULT(importFolder(path("two"), path("two.atlas")));
    auto atlas = atlas::Atlas::open(path("two.atlas"), atlas::Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    const auto points = atlas->points(1);
    QVERIFY_RESULT(points);
    QCOMPARE(points->count(), std::size_t(2));
    const auto latent = points->latent(0);
    QCOMPARE(std::vector<float>(latent.begin(), latent.end()), (std::vector<float>{2, 62, 90, 1}));
    const atlas::SongRow& song = points->songOf(0);
    QCOMPARE(song.path, std::string("a.mid"));
    QCOMPARE(song.title, std::string("=A1"));
    QCOMPARE(song.genre, std::string("jazz"));
    QCOMPARE(song.split, std::string("test"));
    QCOMPARE(song.labels.at("key"), std::string("C"));
    QCOMPARE(song.notes, std::int64_t(2));
    QCOMPARE(song.seconds, 1.0); // two quarters at 120 a minute
    QCOMPARE(points->songOf(1).title, std::string("b"));
    QCOMPARE(points->songOf(1).split, std::string("mine"));
}

void TestImporter::killAfter(const QString& program, const QStringList& arguments, int dots) {
    QProcess child;
    child.setProcessChannelMode(QProcess::SeparateChannels);
    child.start(program, arguments);
    QVERIFY(child.waitForStarted(test::kHungMs));
    QByteArray seen;
    while (seen.size() < dots) {
        QVERIFY2(child.waitForReadyRead(test::kHungMs), "the child wrote nothing");
        seen += child.readAllStandardOutput();
    }
    ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
    QVERIFY(child.waitForFinished(test::kHungMs));
    QCOMPARE(child.exitStatus(), QProcess::CrashExit);
}

void TestImporter::killedAndRunAgainGivesTheSame() {
    const QStringList arguments = {QStringLiteral("--import"),
                                   QString::fromStdString(path("many").string()),
                                   QString::fromStdString(path("killed.atlas").string())};
    const QString self = QCoreApplication::applicationFilePath();
    Random random(3);
    std::size_t before = 0;
    for (int round = 0; round < 5; ++round) {
        killAfter(self, arguments, static_cast<int>(100 + random.below(400)));
        auto atlas = atlas::Atlas::open(path("killed.atlas"), atlas::Access::ReadOnly);
        QVERIFY_RESULT(atlas);
        const auto songs = atlas->songs();
        QVERIFY_RESULT(songs);
        QVERIFY(songs->size() >= before); // nothing that was there is lost
        QVERIFY(songs->size() < kGoodFiles);
        before = songs->size();
    }
    QVERIFY(before > 0);
    const auto done = importFolder(path("many"), path("killed.atlas"));
    QVERIFY_RESULT(done);
    QCOMPARE(done->kept, before);
    QCOMPARE(done->imported, kGoodFiles - before);
    QCOMPARE(digestOf(path("killed.atlas")), digestOf(path("whole.atlas")));
}

void TestImporter::cancelledAndRunAgainGivesTheSame() {
    const CancelToken cancel;
    const auto first = importFolder(
        path("many"), path("cancelled.atlas"), {},
        [&](std::size_t done, std::size_t) {
            if (done == 300) {
                cancel.cancel();
            }
        },
        cancel);
    QVERIFY_RESULT(first);
    QVERIFY(first->cancelled);
    QVERIFY(first->imported > 200 && first->imported <= 300);
    const auto second = importFolder(path("many"), path("cancelled.atlas"));
    QVERIFY_RESULT(second);
    QCOMPARE(second->kept, first->imported);
    QCOMPARE(digestOf(path("cancelled.atlas")), digestOf(path("whole.atlas")));
    const auto third = importFolder(path("many"), path("cancelled.atlas"));
    QVERIFY_RESULT(third);
    QCOMPARE(third->imported, std::size_t(0));
    QCOMPARE(third->kept, std::size_t(kGoodFiles));
}

void TestImporter::changedFilesAndLabelsAreTakenUp() {
    fs::create_directories(path("changing"));
    const auto write = [&](const char* name, const std::string& bytes) {
        std::ofstream(path("changing") / name, std::ios::binary) << bytes;
    };
    write("a.mid", songBytes(1, 2));
    write("b.mid", songBytes(2, 2));
    write("c.mid", "broken");
    QVERIFY_RESULT(importFolder(path("changing"), path("changing.atlas")));
    write("a.mid", songBytes(3, 5));
    write("c.mid", songBytes(4, 1));
    write("labels.csv", "file,genre\nb.mid,rock\n");
    const auto done = importFolder(path("changing"), path("changing.atlas"));
    QVERIFY_RESULT(done);
    QCOMPARE(done->imported, std::size_t(2));
    QCOMPARE(done->kept, std::size_t(1));
    QVERIFY(done->failed.empty());
    QVERIFY_RESULT(importFolder(path("changing"), path("undisturbed.atlas")));
    QCOMPARE(digestOf(path("changing.atlas")), digestOf(path("undisturbed.atlas")));
}

void TestImporter::hopAndMostThinTheSegments() {
    fs::create_directories(path("thin"));
    std::ofstream(path("thin/a.mid"), std::ios::binary) << songBytes(1, 12);
    const auto bars = [&](const ImportOptions& options, const std::string& name) {
        std::vector<int> found;
        const auto done = importFolder(path("thin"), path(name), options);
        auto atlas = atlas::Atlas::open(path(name), atlas::Access::ReadOnly);
        const auto points =
            atlas ? atlas->points(1) : Result<atlas::AtlasPoints>(fail(atlas.error()));
        for (const auto& segment :
             done&& points ? points->segments : std::vector<atlas::SegmentRow>()) {
            found.push_back(segment.bar);
        }
        return found;
    };
    QCOMPARE(bars({.hop = 4}, "hop.atlas"), (std::vector<int>{0, 4, 8}));
    QCOMPARE(bars({.maxSegments = 3}, "most.atlas"), (std::vector<int>{0, 4, 8}));
    QCOMPARE(bars({.hop = 2, .maxSegments = 4}, "both.atlas"), (std::vector<int>{0, 2, 6, 8}));
    QCOMPARE(bars({}, "all.atlas").size(), std::size_t(12));
}

void TestImporter::splitsAreLeftOut() {
    fs::create_directories(path("splits"));
    for (const char* name : {"a.mid", "b.mid", "c.mid"}) {
        std::ofstream(path("splits") / name, std::ios::binary) << songBytes(1, 1);
    }
    std::ofstream(path("splits/labels.csv")) << "path,split\na.mid,train\nb.mid,test\n";
    ImportOptions options;
    options.splits = {"test", "mine"};
    const auto done = importFolder(path("splits"), path("splits.atlas"), options);
    QVERIFY_RESULT(done);
    QCOMPARE(done->leftOut, std::size_t(1));
    QCOMPARE(done->imported, std::size_t(2));
}

void TestImporter::namesAndLinks() {
    std::string longName;
    while (longName.size() < 245) {
        longName += "é";
    }
    const auto folder = path("names");
    fs::create_directories(folder / "A b" / "음악");
    const std::vector<std::string> names = {"A b/with space.MID", "A b/음악/🎵.midi",
                                            "A b/음악/" + longName + ".mid", "\xFF\xFE.kar"};
    for (const std::string& name : names) {
        std::ofstream(folder / name, std::ios::binary) << songBytes(name.size(), 1);
    }
    fs::create_symlink(folder / "A b/with space.MID", folder / "link.mid");
    fs::create_symlink(folder, folder / "A b" / "circle");
    fs::create_symlink(folder / "nowhere.mid", folder / "dangling.mid");
    fs::create_directories(folder / "folder.mid");
    std::ofstream(folder / "notes.txt") << "no music";
    const auto done = importFolder(folder, path("names 🎼.atlas"));
    QVERIFY_RESULT(done);
    QCOMPARE(done->imported, std::size_t(5));
    QCOMPARE(done->failed.size(), std::size_t(1));
    QCOMPARE(done->failed.front().path, std::string("dangling.mid"));
    auto atlas = atlas::Atlas::open(path("names 🎼.atlas"), atlas::Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    for (const std::string& name : names) {
        QVERIFY2(atlas->findSong(name)->has_value(), name.c_str());
    }
    const std::vector<fs::path> absent = {folder / "absent"};
    QCOMPARE(findMidiFiles(absent, Naming::Absolute).error().code, Error::Code::NotFound);
    fs::remove_all(folder); // QTemporaryDir cannot remove names that are not UTF-8
}

// The same through the real program and the shipped model, where they are built.
void TestImporter::labelsMayLieElsewhere() {
    const fs::path folder = path("elsewhere/midi");
    fs::create_directories(folder / "inner");
    std::ofstream(folder / "inner" / "a.mid", std::ios::binary) << songBytes(1, 2);
    std::ofstream(folder / "b.mid", std::ios::binary) << songBytes(2, 2);
    atlas::LabelTable table;
    table.rows.resize(3);
    table.rows[0].path = "inner/a.mid";
    table.rows[0].genre = "jazz";
    table.rows[1].path = "b.mid";
    table.rows[1].genre = "rock";
    table.rows[2].path = "c.mid";
    const std::vector<fs::path> roots{folder};
    auto files = findMidiFiles(roots, Naming::Relative);
    QVERIFY_RESULT(files);
    const std::vector<fs::path> bases{path("elsewhere"), folder};
    QCOMPARE(attachLabels(*files, table, bases), std::size_t{1}); // c.mid is not there
    QCOMPARE(files->size(), std::size_t{2});
    QVERIFY(files->at(0).labelled && files->at(1).labelled);
    QCOMPARE(files->at(0).labels.genre, std::string("rock"));
    QCOMPARE(files->at(1).labels.genre, std::string("jazz"));
}

// A table made on Linux, files packed on macOS, and the other way round.
void TestImporter::labelsNameFilesInEitherUnicodeForm() {
    const fs::path folder = path("forms");
    const std::string composed = "Dvo\u0159\u00e1k", decomposed = "Dvor\u030ca\u0301k";
    fs::create_directories(folder / decomposed);
    fs::create_directories(folder / "both");
    for (const fs::path& file :
         {folder / decomposed / (decomposed + ".mid"), folder / (composed + ".mid"),
          folder / "both" / (composed + ".mid"), folder / "both" / (decomposed + ".mid")}) {
        std::ofstream(file, std::ios::binary) << songBytes(1, 2);
    }
    const auto table = atlas::parseLabels("path,genre\n" +                               //
                                              composed + "/" + composed + ".mid,one\n" + //
                                              decomposed + ".mid,two\n" +                //
                                              "both/" + composed + ".mid,three\n" +      //
                                              "both/" + decomposed + ".mid,four\n",
                                          "labels.csv");
    QVERIFY_RESULT(table);
    const std::vector<fs::path> roots{folder};
    auto files = findMidiFiles(roots, Naming::Relative);
    QVERIFY_RESULT(files);
    QCOMPARE(attachLabels(*files, *table, roots), std::size_t{0});
    std::map<std::string, std::string> genres;
    for (const ImportFile& file : *files) {
        genres[file.name] = file.labels.genre;
    }
    QCOMPARE(genres[decomposed + "/" + decomposed + ".mid"], std::string("one"));
    QCOMPARE(genres[composed + ".mid"], std::string("two"));
    QCOMPARE(genres["both/" + composed + ".mid"], std::string("three"));
    QCOMPARE(genres["both/" + decomposed + ".mid"], std::string("four"));

    FileNames names;
    QCOMPARE(names.nameIn(folder, composed + "/" + composed + ".mid"),
             decomposed + "/" + decomposed + ".mid");
    QCOMPARE(names.nameIn(folder, "both/" + composed + ".mid"), "both/" + composed + ".mid");
    QCOMPARE(names.nameIn(folder, "absent.mid"), std::string("absent.mid"));
    QCOMPARE(names.find(folder / composed), folder / decomposed);
}

void TestImporter::filesOfMacOsArePassedOverAndCounted() {
    const fs::path folder = path("mac");
    fs::create_directories(folder / "__MACOSX" / "album");
    fs::create_directories(folder / "album");
    std::ofstream(folder / "album" / "a.mid", std::ios::binary) << songBytes(1, 2);
    const std::string appleDouble("\0\5\x16\7", 4);
    for (const fs::path& file : {folder / "album" / "._a.mid", folder / "._notes.txt",
                                 folder / "__MACOSX" / "album" / "._a.mid",
                                 folder / "__MACOSX" / "b.mid", folder / ".DS_Store"}) {
        std::ofstream(file, std::ios::binary) << appleDouble;
    }
    const std::vector<fs::path> roots{folder};
    std::size_t passedOver = 0;
    const auto files = findMidiFiles(roots, Naming::Relative, &passedOver);
    QVERIFY_RESULT(files);
    QCOMPARE(files->size(), std::size_t{1});
    QCOMPARE(files->front().name, std::string("album/a.mid"));
    QCOMPARE(passedOver, std::size_t{3}); // those that are called like music
}

void TestImporter::theProgramImportsAThousandFiles() {
    const QString program = QStringLiteral(CANTO_BIN_DIR "/canto");
    if (!shippedWeights() || !fs::exists(program.toStdString())) {
        QSKIP("the program or the shipped weights are not there");
    }
    const auto arguments = [&](const std::string& atlas) {
        return QStringList{QStringLiteral("import"), QString::fromStdString(path("many").string()),
                           QStringLiteral("--relative"), QStringLiteral("--atlas"),
                           QString::fromStdString(path(atlas).string())};
    };
    const auto run = [&](const std::string& atlas) {
        QProcess child;
        child.start(program, arguments(atlas));
        return child.waitForFinished(600'000) && child.exitCode() == 0
                   ? QJsonDocument::fromJson(child.readAllStandardOutput()).object()
                   : QJsonObject();
    };
    const QJsonObject whole = run("program.atlas");
    QCOMPARE(whole[QStringLiteral("imported")].toInt(), kGoodFiles);
    QCOMPARE(whole[QStringLiteral("failed")].toArray().size(), 20);

    QProcess child;
    child.start(program, arguments("program killed.atlas"));
    QVERIFY(child.waitForStarted(test::kHungMs));
    const auto songs = [&]() -> std::size_t {
        auto atlas = atlas::Atlas::open(path("program killed.atlas"), atlas::Access::ReadOnly);
        const auto found =
            atlas ? atlas->songs() : Result<std::vector<atlas::SongRow>>(fail(atlas.error()));
        return found ? found->size() : 0;
    };
    QTRY_VERIFY(songs() > 50);
    ::kill(static_cast<pid_t>(child.processId()), SIGKILL);
    QVERIFY(child.waitForFinished(test::kHungMs));
    QVERIFY(songs() < kGoodFiles);
    const QJsonObject again = run("program killed.atlas");
    QVERIFY(again[QStringLiteral("kept")].toInt() > 50);
    QCOMPARE(again[QStringLiteral("digest")], whole[QStringLiteral("digest")]);
}

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--import") {
        return importAsChild(argv[2], argv[3]);
    }
    QCoreApplication app(argc, argv);
    TestImporter test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_importer.moc"
