// SPDX-License-Identifier: GPL-3.0-or-later
// Finding the files that songs were imported from, after they were moved or renamed.

#include "app/library/importer.h"
#include "app/library/originals.h"
#include "core/base/checksum.h"
#include "tests/support/midi_folder.h"
#include "tests/support/note_count_model.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::test;
namespace fs = std::filesystem;

class TestOriginals : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { setNamedFolders({}); }

    void aFileAtItsPathIsFound();
    void absolutePathsAreFoundBelowANamedFolder();
    void relativePathsAreFoundInAnyFolder();
    void ofSeveralFilesTheRightOneIsFound();
    void aRenamedFileIsFoundByItsChecksum();
    void withoutAChecksumTheNameHasToBeClear();
    void anotherFileAtThePathIsNotTheOriginal();
    void onlyNamedFoldersAreSearched();

    void foldersAreGenres();
    void guessesReplaceNothing();
    void knownContentIsNoNewSong();

  private:
    fs::path root() const { return m_folder->path().toStdString(); }
    /// Writes a song of its own for each seed. @return the song as a library has it.
    atlas::SongRow write(const fs::path& file, std::uint64_t seed) const;
    static std::optional<fs::path> search(const atlas::SongRow& song, const fs::path& atlas) {
        return searchOriginal(song, libraryFolders(atlas));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestOriginals::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    setNamedFolders({});
}

atlas::SongRow TestOriginals::write(const fs::path& file, std::uint64_t seed) const {
    fs::create_directories(file.parent_path());
    const std::string bytes = songBytes(seed, 4);
    std::ofstream(file, std::ios::binary) << bytes;
    Checksum sum;
    sum.update(std::as_bytes(std::span(bytes)));
    atlas::SongRow song;
    song.path = file.string();
    song.hash = sum.hex();
    return song;
}

void TestOriginals::aFileAtItsPathIsFound() {
    const auto song = write(root() / "a.mid", 1);
    QVERIFY(findOriginal(song, libraryFolders(root() / "x.atlas")) == root() / "a.mid");
    QVERIFY_RESULT(readOriginal(song, libraryFolders(root() / "x.atlas")));
}

void TestOriginals::absolutePathsAreFoundBelowANamedFolder() {
    const auto song = write(root() / "music" / "rock" / "a.mid", 1);
    fs::create_directories(root() / "disk");
    fs::rename(root() / "music", root() / "disk" / "moved");
    const fs::path atlas = root() / "library" / "x.atlas";
    QVERIFY(!search(song, atlas));
    const auto missing = readOriginal(song, libraryFolders(atlas));
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, Error::Code::NotFound);
    setNamedFolders({root() / "disk"});
    QVERIFY(search(song, atlas) == root() / "disk" / "moved" / "rock" / "a.mid");
    QVERIFY_RESULT(readOriginal(song, libraryFolders(atlas)));
    setNamedFolders({});
    qputenv("CANTO_LIBRARY", QByteArray((root() / "disk" / "moved").string().c_str()));
    QVERIFY(search(song, atlas) == root() / "disk" / "moved" / "rock" / "a.mid");
    qunsetenv("CANTO_LIBRARY");
}

void TestOriginals::relativePathsAreFoundInAnyFolder() {
    auto song = write(root() / "one" / "rock" / "a.mid", 1);
    song.path = "rock/a.mid";
    QVERIFY(search(song, root() / "one" / "x.atlas") == root() / "one" / "rock" / "a.mid");
    QVERIFY(!search(song, root() / "two" / "x.atlas")); // a copy of the library elsewhere
    setNamedFolders({root() / "one"});
    QVERIFY(search(song, root() / "two" / "x.atlas") == root() / "one" / "rock" / "a.mid");
    setNamedFolders({root()}); // and deeper
    QVERIFY(search(song, root() / "two" / "x.atlas") == root() / "one" / "rock" / "a.mid");
}

void TestOriginals::ofSeveralFilesTheRightOneIsFound() {
    auto song = write(root() / "b" / "1.mid", 2);
    write(root() / "a" / "1.mid", 1);
    write(root() / "c" / "1.mid", 3);
    song.path = "/elsewhere/1.mid";
    setNamedFolders({root()});
    QVERIFY(search(song, "/nowhere/x.atlas") == root() / "b" / "1.mid");
}

void TestOriginals::aRenamedFileIsFoundByItsChecksum() {
    const auto song = write(root() / "old.mid", 1);
    write(root() / "other.mid", 2);
    fs::rename(root() / "old.mid", root() / "new.mid");
    setNamedFolders({root()});
    QVERIFY(!findOriginal(song, libraryFolders("/nowhere/x.atlas")));
    QVERIFY(search(song, "/nowhere/x.atlas") == root() / "new.mid");
}

void TestOriginals::withoutAChecksumTheNameHasToBeClear() {
    // As recordings are known: by their path alone.
    write(root() / "brahms" / "first.wav", 1);
    write(root() / "mahler" / "first.wav", 2);
    write(root() / "mahler" / "ninth.wav", 3);
    setNamedFolders({root()});
    atlas::SongRow song;
    song.path = "/old/mahler/first.wav";
    QVERIFY(search(song, "/nowhere/x.atlas") == root() / "mahler" / "first.wav");
    song.path = "/old/first.wav";
    QVERIFY(!search(song, "/nowhere/x.atlas"));
    song.path = "/old/ninth.wav";
    QVERIFY(search(song, "/nowhere/x.atlas") == root() / "mahler" / "ninth.wav");
}

void TestOriginals::anotherFileAtThePathIsNotTheOriginal() {
    const auto song = write(root() / "music" / "a.mid", 1);
    fs::create_directories(root() / "disk");
    fs::rename(root() / "music" / "a.mid", root() / "disk" / "a.mid");
    write(root() / "music" / "a.mid", 2);
    const auto wrong = readOriginal(song, libraryFolders("/nowhere/x.atlas"));
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().code, Error::Code::BadFile);
    setNamedFolders({root() / "disk"});
    QVERIFY(search(song, "/nowhere/x.atlas") == root() / "disk" / "a.mid");
}

void TestOriginals::onlyNamedFoldersAreSearched() {
    auto song = write(root() / "deep" / "down" / "a.mid", 1);
    song.path = "/old/a.mid";
    QVERIFY(!search(song, root() / "x.atlas")); // the library's folder may be anything
}

void TestOriginals::foldersAreGenres() {
    for (const char* file : {"JAZZ/a.mid", "folk/deep/b.mid", "c.mid"}) {
        write(root() / "music" / file, std::hash<std::string>()(file));
    }
    const std::vector<std::string> known = {"jazz", "rock"};
    const auto genres = [&](const fs::path& folder) {
        const std::vector<fs::path> paths = {folder};
        auto files = findMidiFiles(paths, Naming::Absolute);
        std::vector<std::string> found;
        if (files) {
            labelByFolder(*files, folder, known);
            for (const ImportFile& file : *files) {
                found.push_back(file.labels.genre);
            }
        }
        return found;
    };
    // In the order of the names: JAZZ/a, c, folk/deep/b.
    QCOMPARE(genres(root() / "music"), (std::vector<std::string>{"jazz", "", "folk"}));
    QCOMPARE(genres(root() / "music" / ""), (std::vector<std::string>{"jazz", "", "folk"}));
    // A folder of one genre; its own name counts when it is one that is known.
    QCOMPARE(genres(root() / "music" / "JAZZ"), (std::vector<std::string>{"jazz"}));
    QCOMPARE(genres(root() / "music" / "folk" / "deep"), (std::vector<std::string>{""}));
}

void TestOriginals::guessesReplaceNothing() {
    write(root() / "jazz" / "a.mid", 1);
    write(root() / "jazz" / "b.mid", 2);
    const std::vector<fs::path> paths = {root() / "jazz"};
    auto files = findMidiFiles(paths, Naming::Absolute);
    QVERIFY_RESULT(files);
    auto atlas = atlas::Atlas::open(root() / "x.atlas", atlas::Access::Create);
    QVERIFY_RESULT(atlas);
    files->front().labels.genre = "rock";
    files->front().labels.split = "train";
    QVERIFY_RESULT(importFiles(*atlas, NoteCountModel(), *files, {}, {}, {}));
    for (ImportFile& file : *files) {
        file.labels = {};
        file.labels.genre = "jazz";
    }
    ImportOptions options;
    options.labelsAreGuesses = true;
    const auto report = importFiles(*atlas, NoteCountModel(), *files, options, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->kept, std::size_t(2));
    QCOMPARE(report->relabelled, std::size_t(1));
    QCOMPARE(report->keptSongs.size(), std::size_t(2));
    const auto songs = atlas->songs();
    QVERIFY_RESULT(songs);
    QCOMPARE(songs->at(0).genre, std::string("rock"));
    QCOMPARE(songs->at(0).split, std::string("train"));
    QCOMPARE(songs->at(1).genre, std::string("jazz"));
}

void TestOriginals::knownContentIsNoNewSong() {
    write(root() / "music" / "a.mid", 1);
    const auto import = [&](const char* folder, bool byContent) {
        const std::vector<fs::path> paths = {root() / folder};
        const auto files = findMidiFiles(paths, Naming::Absolute);
        auto atlas = atlas::Atlas::open(root() / "x.atlas", atlas::Access::Create);
        ImportOptions options;
        options.knowByContent = byContent;
        const auto report = importFiles(*atlas, NoteCountModel(), *files, options, {}, {});
        return std::pair(report->imported, report->kept);
    };
    using Counts = std::pair<std::size_t, std::size_t>;
    QCOMPARE(import("music", true), Counts(1, 0));
    fs::rename(root() / "music", root() / "moved");
    write(root() / "moved" / "new.mid", 2);
    fs::copy_file(root() / "moved" / "new.mid", root() / "moved" / "twin.mid");
    QCOMPARE(import("moved", true), Counts(2, 1));  // twins of one import are two songs
    QCOMPARE(import("moved", false), Counts(1, 2)); // as the command line does
    // A copy of what is still there is a song of its own.
    fs::create_directories(root() / "copy");
    fs::copy_file(root() / "moved" / "new.mid", root() / "copy" / "new.mid");
    QCOMPARE(import("copy", true), Counts(1, 0));
}

QTEST_MAIN(TestOriginals)
#include "tst_originals.moc"
