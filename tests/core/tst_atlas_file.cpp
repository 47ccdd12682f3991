// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/curation.h"
#include "core/base/random.h"
#include "tests/support/atlas_support.h"
#include "tests/support/child_process.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <SQLiteCpp/SQLiteCpp.h>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace canto;
using namespace canto::atlas;
using namespace canto::test;
namespace fs = std::filesystem;
using Code = Error::Code;

namespace {
void writeAll(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}
} // namespace

class TestAtlasFile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path path(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    /// A closed atlas with two songs.
    fs::path made(const std::string& name) {
        auto atlas = Atlas::open(path(name), Access::Create);
        return atlas && fill(*atlas, 2) ? path(name) : fs::path();
    }

  private Q_SLOTS:
    void damagedFilesAreRefusedUntouched_data();
    void damagedFilesAreRefusedUntouched();
    void everyDamagedPageIsNoCrash();
    void aNewerSchemaIsRefusedUntouched();
    void aSchemaWithoutFirstLabelsIsReadAsItIs();
    void anOlderSchemaIsMigratedAfterABackup();
    void aBackupIsRestored();
    void aFinalisedAtlasOpensInAReadOnlyFolder();
    void aWalAtlasOpensInAReadOnlyFolder();
    void aReadOnlyAtlasRefusesWriting();
    void aFullDiskKeepsTheLastState();
    void namesOfAllKinds();
    void killedWhileWritingItStillOpens();
};

void TestAtlasFile::damagedFilesAreRefusedUntouched_data() {
    QTest::addColumn<QByteArray>("kind");
    QTest::addColumn<QByteArray>("says");
    const auto add = [](const char* kind, const char* says) {
        QTest::newRow(kind) << QByteArray(kind) << QByteArray(says);
    };
    add("empty", "0 bytes");
    add("zeroed", "zeros");
    add("zeroed first page", "zeros");
    add("text", "Not an atlas");
    add("half", "cut off");
    add("50 bytes", "cut off");
    add("one page short", "cut off");
    add("another database", "not an atlas");
    add("page of noise", "damaged");
}

void TestAtlasFile::damagedFilesAreRefusedUntouched() {
    QFETCH(QByteArray, kind);
    QFETCH(QByteArray, says);
    const auto file = path("damaged " + kind.toStdString() + ".atlas");
    {
        auto atlas = Atlas::open(file, Access::Create);
        QVERIFY_RESULT(atlas);
        QVERIFY_RESULT(fill(*atlas, 40));
        QVERIFY_RESULT(atlas->backupTo(backupPath(file)));
        QVERIFY_RESULT(atlas->finalise());
    }
    std::string bytes = readAll(file);
    QVERIFY(bytes.size() > 30'000);
    if (kind == "empty") {
        bytes.clear();
    } else if (kind == "zeroed") {
        bytes.assign(bytes.size(), '\0');
    } else if (kind == "zeroed first page") {
        bytes.replace(0, 4096, 4096, '\0');
    } else if (kind == "text") {
        bytes = "<html>" + std::string(5000, 'x');
    } else if (kind == "half") {
        bytes.resize(bytes.size() / 2);
    } else if (kind == "50 bytes") {
        bytes.resize(50);
    } else if (kind == "one page short") {
        bytes.resize(bytes.size() - 4096);
    } else if (kind == "page of noise") {
        Random random(3);
        for (std::size_t i = 0; i < 3 * 4096; ++i) {
            bytes[bytes.size() - 4 * 4096 + i] = static_cast<char>(random.next());
        }
    }
    if (kind == "another database") {
        fs::remove(file);
        SQLite::Database other(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        other.exec("CREATE TABLE t(x)");
        bytes = readAll(file);
    } else {
        writeAll(file, bytes);
    }
    for (const Access access : {Access::ReadOnly, Access::ReadWrite, Access::Create}) {
        const auto atlas = Atlas::open(file, access);
        QVERIFY(!atlas);
        const std::string message = atlas.error().message();
        QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
        QVERIFY(message.find(file.string()) != std::string::npos);
        if (kind != "another database") {
            QVERIFY2(message.find(backupPath(file).string()) != std::string::npos, message.c_str());
        }
        QCOMPARE(readAll(file), bytes);
    }
}

// Noise in any one page: the file is refused, or read without a crash; it is never written to.
void TestAtlasFile::everyDamagedPageIsNoCrash() {
    const auto file = path("pages.atlas");
    {
        auto atlas = Atlas::open(file, Access::Create);
        QVERIFY_RESULT(atlas);
        QVERIFY_RESULT(fill(*atlas, 30));
        QVERIFY_RESULT(atlas->finalise());
    }
    const std::string whole = readAll(file);
    Random random(11);
    for (int i = 0; i < 200; ++i) {
        std::string bytes = whole;
        const std::size_t at = random.below(bytes.size() - 64);
        for (std::size_t k = 0; k < 64; ++k) {
            bytes[at + k] = static_cast<char>(random.next());
        }
        writeAll(file, bytes);
        if (auto atlas = Atlas::open(file, Access::ReadOnly)) {
            const auto points = atlas->points(1);
            QVERIFY(!points || points->latents.size() == points->count() * kLatent);
            (void)atlas->contentDigest();
        }
        QVERIFY(readAll(file) == bytes);
    }
}

void TestAtlasFile::aNewerSchemaIsRefusedUntouched() {
    const auto file = made("newer.atlas");
    {
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
        database.exec("PRAGMA user_version=99");
    }
    const std::string bytes = readAll(file);
    for (const Access access : {Access::ReadOnly, Access::ReadWrite, Access::Create}) {
        const auto atlas = Atlas::open(file, access);
        QVERIFY(!atlas);
        QVERIFY(atlas.error().what.find("newer Cantograph: its schema is 99") != std::string::npos);
        QVERIFY(readAll(file) == bytes);
    }
}

// Schema 2, without first labels: a library in a read-only folder opens as it is.
void TestAtlasFile::aSchemaWithoutFirstLabelsIsReadAsItIs() {
    const auto file = made("second.atlas");
    std::string digest;
    {
        digest = *Atlas::open(file, Access::ReadOnly)->contentDigest();
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
        database.exec("DROP TABLE original_labels");
        database.exec("PRAGMA user_version=2");
        database.exec("PRAGMA journal_mode=DELETE");
    }
    const std::string bytes = readAll(file);
    auto atlas = Atlas::open(file, Access::ReadOnly);
    QVERIFY_RESULT(atlas);
    QCOMPARE(*atlas->contentDigest(), digest);
    const auto labels = originalLabels(file);
    QVERIFY_RESULT(labels);
    QVERIFY(labels->empty());
    QVERIFY(readAll(file) == bytes);

    const std::vector<LabelChange> change = {{1, "genre", "jazz", "rock"}};
    QVERIFY_RESULT(changeLabels(file, change));
    QCOMPARE(originalLabels(file)->size(), std::size_t(1));
    QVERIFY(std::filesystem::exists(backupPath(file)));
}

// Schema 1, as the first version wrote it: without lineage.
void TestAtlasFile::anOlderSchemaIsMigratedAfterABackup() {
    const auto file = made("older.atlas");
    std::string digest;
    {
        digest = *Atlas::open(file, Access::ReadOnly)->contentDigest();
        SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
        database.exec("DROP TABLE lineage");
        database.exec("DROP TABLE original_labels");
        database.exec("PRAGMA user_version=1");
        database.exec("PRAGMA journal_mode=DELETE");
    }
    const std::string bytes = readAll(file);
    const auto refused = Atlas::open(file, Access::ReadOnly);
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("older Cantograph") != std::string::npos);
    QVERIFY(readAll(file) == bytes);

    auto atlas = Atlas::open(file, Access::ReadWrite);
    QVERIFY_RESULT(atlas);
    QCOMPARE(*atlas->contentDigest(), digest);
    QVERIFY_RESULT(atlas->lineage(1));
    SQLite::Database backup(backupPath(file).string(), SQLite::OPEN_READONLY);
    QCOMPARE(backup.execAndGet("PRAGMA user_version").getInt(), 1);
    QCOMPARE(backup.execAndGet("SELECT count(*) FROM songs").getInt(), 2);
    QCOMPARE(backup.execAndGet("PRAGMA integrity_check").getString(), std::string("ok"));
}

void TestAtlasFile::aBackupIsRestored() {
    const auto file = made("restored.atlas");
    QCOMPARE(restoreBackup(file).error().code, Code::NotFound);
    std::string digest;
    {
        auto atlas = Atlas::open(file, Access::ReadWrite);
        digest = *atlas->contentDigest();
        QVERIFY_RESULT(atlas->backupTo(backupPath(file)));
    }
    writeAll(file, std::string(10'000, '\0'));
    QVERIFY_RESULT(restoreBackup(file));
    auto atlas = Atlas::open(file, Access::ReadWrite);
    QVERIFY_RESULT(atlas);
    QCOMPARE(*atlas->contentDigest(), digest);
    QCOMPARE(readAll(path("restored.atlas.damaged")), std::string(10'000, '\0'));
}

void TestAtlasFile::aFinalisedAtlasOpensInAReadOnlyFolder() {
    const auto folder = path("read only");
    fs::create_directory(folder);
    const auto file = folder / "shipped.atlas";
    std::string digest;
    {
        auto atlas = Atlas::open(file, Access::Create);
        QVERIFY_RESULT(atlas);
        QVERIFY_RESULT(fill(*atlas, 5));
        digest = *atlas->contentDigest();
        QVERIFY_RESULT(atlas->finalise());
    }
    QCOMPARE(std::distance(fs::directory_iterator(folder), {}), 1);
    const std::string bytes = readAll(file);
    QCOMPARE(int(bytes[18]), 1); // not WAL, by SQLite's file format
    fs::permissions(file, fs::perms::owner_read);
    fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
    {
        auto atlas = Atlas::open(file, Access::ReadOnly);
        QVERIFY_RESULT(atlas);
        QCOMPARE(*atlas->contentDigest(), digest);
        QCOMPARE(atlas->points(1)->count(), std::size_t(15));
    }
    QCOMPARE(std::distance(fs::directory_iterator(folder), {}), 1);
    fs::permissions(folder, fs::perms::owner_all);
    QVERIFY(readAll(file) == bytes);
}

void TestAtlasFile::aWalAtlasOpensInAReadOnlyFolder() {
    const auto folder = path("read only wal");
    fs::create_directory(folder);
    const auto file = folder / "mine?#%20.atlas";
    {
        auto atlas = Atlas::open(file, Access::Create);
        QVERIFY_RESULT(atlas);
        QVERIFY_RESULT(fill(*atlas, 5));
    }
    QCOMPARE(int(readAll(file)[18]), 2);
    fs::permissions(folder, fs::perms::owner_read | fs::perms::owner_exec);
    // As a user without rights over permissions, where possible.
    const int code = inChild([&] {
        if (::geteuid() == 0 && (::chmod(m_folder.path().toLocal8Bit().data(), 0755) != 0 ||
                                 ::chmod(folder.c_str(), 0555) != 0 ||
                                 ::chmod(file.c_str(), 0444) != 0 || ::setuid(65534) != 0)) {
            return 9;
        }
        auto atlas = Atlas::open(file, Access::ReadOnly);
        if (!atlas) {
            std::fprintf(stderr, "%s\n", atlas.error().message().c_str());
            return 1;
        }
        const auto points = atlas->points(1);
        return points && points->count() == 15 ? 0 : 2;
    });
    fs::permissions(folder, fs::perms::owner_all);
    QCOMPARE(code, 0);
    QCOMPARE(std::distance(fs::directory_iterator(folder), {}), 1);
}

void TestAtlasFile::aReadOnlyAtlasRefusesWriting() {
    const auto file = made("locked.atlas");
    auto reading = Atlas::open(file, Access::ReadOnly);
    QVERIFY_RESULT(reading);
    QCOMPARE(reading->putFailed({"a", "b"}).error().code, Code::Io);
    QCOMPARE(Atlas::open(path("absent.atlas"), Access::ReadWrite).error().code, Code::NotFound);
    QVERIFY(!fs::exists(path("absent.atlas")));
    QVERIFY(!Atlas::open(path("no such folder/x.atlas"), Access::Create));
    QVERIFY(!Atlas::open(fs::path(m_folder.path().toStdString()), Access::Create));
}

// A limit on the size of files simulates a full disk without rights or a file system of its own.
void TestAtlasFile::aFullDiskKeepsTheLastState() {
    const auto file = made("full.atlas");
    const auto before = *Atlas::open(file, Access::ReadOnly)->contentDigest();
    const int code = inChild([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit = {96 * 1024, 96 * 1024};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        auto atlas = Atlas::open(file, Access::ReadWrite);
        if (!atlas) {
            return 1;
        }
        const auto put =
            atlas->putSong(songNamed("large"), 1, segmentsOf(5000), latentsOf(5000, 1));
        if (put || put.error().code != Code::Io ||
            put.error().where.find("full.atlas") == std::string::npos) {
            return 2;
        }
        return atlas->points(1) ? 0 : 3; // the program goes on
    });
    QCOMPARE(code, 0);
    auto atlas = Atlas::open(file, Access::ReadWrite);
    QVERIFY_RESULT(atlas);
    QCOMPARE(*atlas->contentDigest(), before);
}

void TestAtlasFile::namesOfAllKinds() {
    std::string longName;
    while (longName.size() < 230) {
        longName += "é";
    }
    fs::create_directory(path("폴더 🎼"));
    for (const std::string& name :
         {std::string("with spaces.atlas"), std::string("음악.atlas"), std::string("🎵 map.atlas"),
          "폴더 🎼/" + longName + ".atlas", std::string("file:x?mode=ro.atlas")}) {
        auto atlas = Atlas::open(path(name), Access::Create);
        QVERIFY2(atlas, (name + ": " + (atlas ? "" : atlas.error().message())).c_str());
        QVERIFY_RESULT(fill(*atlas, 1));
        QVERIFY(fs::exists(path(name)));
        auto reading = Atlas::open(path(name), Access::ReadOnly);
        QVERIFY_RESULT(reading);
        QCOMPARE(reading->points(1)->count(), std::size_t(3));
        QVERIFY_RESULT(atlas->putSong(songNamed(name), 1, segmentsOf(1), latentsOf(1, 1)));
        QCOMPARE((*atlas->findSong(name))->path, name);
    }
    fs::create_symlink(path("음악.atlas"), path("link.atlas"));
    auto linked = Atlas::open(path("link.atlas"), Access::ReadWrite);
    QVERIFY_RESULT(linked);
    QVERIFY_RESULT(linked->putFailed({"\xff\xfe not UTF-8.mid", "x"}));
    QCOMPARE(linked->failedFiles()->front().path, std::string("\xff\xfe not UTF-8.mid"));
    QVERIFY(fs::is_symlink(path("link.atlas")));
    const auto refused = Atlas::open(path("폴더 🎼/" + std::string(600, 'x')), Access::Create);
    QCOMPARE(refused.error().code, Code::Io);
}

// Row 12: 200 kills; every file opens and holds only whole songs.
void TestAtlasFile::killedWhileWritingItStillOpens() {
    const auto file = path("killed.atlas");
    Random random(17);
    std::size_t most = 0;
    for (int round = 0; round < 200; ++round) {
        int ready[2] = {-1, -1};
        QCOMPARE(::pipe(ready), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            auto atlas = Atlas::open(file, Access::Create);
            if (!atlas || !atlas->putModel({0, "musae", "v1", kLatent})) {
                ::_exit(1);
            }
            atlas->setDurability(Durability::Derived);
            for (std::uint64_t i = 0;; ++i) {
                const std::string name = std::to_string(i % 50);
                if (::write(ready[1], "x", 1) != 1 ||
                    !atlas->putSong(songNamed(name), 1, segmentsOf(20), latentsOf(20, i))) {
                    ::_exit(2);
                }
            }
        }
        // Some are killed while they open or create, the others after some songs.
        char byte = 0;
        for (std::uint64_t songs = random.below(8); songs > 0; --songs) {
            QCOMPARE(::read(ready[0], &byte, 1), ssize_t(1));
        }
        ::usleep(static_cast<useconds_t>(random.below(3'000)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(ready[0]);
        ::close(ready[1]);
        QVERIFY(WIFSIGNALED(status)); // it did not end by itself
        if (!fs::exists(file)) {
            continue; // killed before the first file was whole
        }
        auto atlas = Atlas::open(file, Access::ReadWrite);
        QVERIFY_RESULT(atlas);
        const auto songs = atlas->songs();
        QVERIFY_RESULT(songs);
        const auto points =
            atlas->models()->empty() ? Result<AtlasPoints>(AtlasPoints()) : atlas->points(1);
        QVERIFY_RESULT(points);
        QCOMPARE(points->count(), 20 * songs->size());
        most = std::max(most, songs->size());
    }
    QVERIFY(most > 0); // some lived long enough to write
}

QTEST_GUILESS_MAIN(TestAtlasFile)
#include "tst_atlas_file.moc"
