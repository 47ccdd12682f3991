// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/atomic_file.h"
#include "core/base/random.h"
#include "core/tensors/safetensors.h"
#include "tests/support/child_process.h"
#include "tests/support/test_support.h"

#include <QCoreApplication>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <csignal>
#include <fstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace canto;
using namespace canto::test;
namespace fs = std::filesystem;

namespace {
std::string contentNumber(int number) {
    return std::string(300'000, static_cast<char>('a' + number % 26));
}

std::ptrdiff_t filesIn(const fs::path& folder) {
    return std::distance(fs::directory_iterator(folder), {});
}
} // namespace

class TestAtomicFile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    /// An empty folder.
    fs::path folder(const std::string& name) const {
        const auto path = fs::path(m_folder.path().toStdString()) / name;
        fs::create_directories(path);
        return path;
    }
    void killedSavesLeaveOldOrNew(const fs::path& path, const std::function<bool(int)>& save,
                                  const std::function<bool()>& isWhole);

  private Q_SLOTS:
    void commitReplacesTheWholeFile();
    void withoutCommitTheOldFileStays();
    void permissionsAreKept();
    void linksAreFollowed();
    void namesOfAllKinds();
    void twoSavesOfOneFileDoNotMix();
    void aReadOnlyFolderIsNamed();
    void aFullDiskTellsTheBytesNeeded();
    void killedWhileSavingText();
    void killedWhileSavingTensors();
    void systemCallsComeInTheOrderThatSurvivesAPowerCut();
};

void TestAtomicFile::commitReplacesTheWholeFile() {
    const auto path = folder("plain") / "a.txt";
    QVERIFY_RESULT(writeFileAtomically(path, "first and longer"));
    AtomicFile file(path);
    QVERIFY_RESULT(file.write("second"));
    QCOMPARE(readAll(path), std::string("first and longer"));
    QVERIFY_RESULT(file.write(" half"));
    QVERIFY_RESULT(file.commit());
    QCOMPARE(readAll(path), std::string("second half"));
    QVERIFY(!file.commit());
    QVERIFY(!file.write("more"));
    QCOMPARE(filesIn(path.parent_path()), std::ptrdiff_t(1));
    QVERIFY_RESULT(AtomicFile(path.parent_path() / "empty").commit());
    QCOMPARE(fs::file_size(path.parent_path() / "empty"), std::uintmax_t(0));
}

void TestAtomicFile::withoutCommitTheOldFileStays() {
    const auto path = folder("abandoned") / "a.txt";
    QVERIFY_RESULT(writeFileAtomically(path, "old"));
    {
        AtomicFile file(path);
        QVERIFY_RESULT(file.write("new"));
        QCOMPARE(filesIn(path.parent_path()), std::ptrdiff_t(2));
    }
    QCOMPARE(readAll(path), std::string("old"));
    QCOMPARE(filesIn(path.parent_path()), std::ptrdiff_t(1));
}

void TestAtomicFile::permissionsAreKept() {
    const auto path = folder("permissions") / "a.txt";
    const mode_t mask = ::umask(027);
    QVERIFY_RESULT(writeFileAtomically(path, "old"));
    ::umask(mask);
    struct stat state = {};
    QCOMPARE(::stat(path.c_str(), &state), 0);
    QCOMPARE(state.st_mode & 0777u, 0640u);
    QCOMPARE(::chmod(path.c_str(), 0604), 0);
    QVERIFY_RESULT(writeFileAtomically(path, "new"));
    QCOMPARE(::stat(path.c_str(), &state), 0);
    QCOMPARE(state.st_mode & 0777u, 0604u);
}

void TestAtomicFile::linksAreFollowed() {
    const auto where = folder("links");
    QVERIFY_RESULT(writeFileAtomically(where / "target", "old"));
    fs::create_symlink("target", where / "link");
    fs::create_symlink(where / "link", where / "link to link");
    fs::create_symlink("not yet", where / "dangling");
    QVERIFY_RESULT(writeFileAtomically(where / "link to link", "new"));
    QVERIFY_RESULT(writeFileAtomically(where / "dangling", "made"));
    QVERIFY(fs::is_symlink(where / "link to link") && fs::is_symlink(where / "dangling"));
    QCOMPARE(readAll(where / "target"), std::string("new"));
    QCOMPARE(readAll(where / "not yet"), std::string("made"));
}

void TestAtomicFile::namesOfAllKinds() {
    const auto where = folder("names");
    std::string longest;
    while (longest.size() < 254) {
        longest += "é";
    }
    fs::create_directories(where / "폴더 🎵");
    for (const std::string& name :
         {std::string("with space"), std::string("음악.txt"), std::string("🎵"), longest,
          "폴더 🎵/" + longest, std::string("\xFF\xFE no UTF-8"), std::string(".hidden")}) {
        QVERIFY_RESULT(writeFileAtomically(where / name, name));
        QVERIFY_RESULT(writeFileAtomically(where / name, name + name));
        QCOMPARE(readAll(where / name), name + name);
    }
    fs::remove_all(where); // QTemporaryDir cannot remove names that are not UTF-8
}

void TestAtomicFile::twoSavesOfOneFileDoNotMix() {
    const auto path = folder("two") / "a.txt";
    AtomicFile first(path);
    QVERIFY_RESULT(first.write("first"));
    const auto refused = writeFileAtomically(path, "second");
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("being saved elsewhere") != std::string::npos);
    QVERIFY_RESULT(first.commit());
    QCOMPARE(readAll(path), std::string("first"));
    QVERIFY_RESULT(writeFileAtomically(path, "third"));
    QCOMPARE(readAll(path), std::string("third"));
}

void TestAtomicFile::aReadOnlyFolderIsNamed() {
    const auto where = folder("read only");
    const auto path = where / "a.txt";
    QVERIFY_RESULT(writeFileAtomically(path, "old"));
    QCOMPARE(::chmod(m_folder.path().toLocal8Bit().data(), 0755), 0);
    QCOMPARE(::chmod(where.c_str(), 0555), 0);
    const int code = inChild([&] {
        if (::geteuid() == 0 && ::setuid(65534) != 0) { // rights do not bind root
            return 9;
        }
        const auto ok = writeFileAtomically(path, "new");
        return !ok && ok.error().code == Error::Code::Io && ok.error().where == path.string() &&
                       ok.error().what.find("ermission") != std::string::npos &&
                       !ok.error().hint.empty()
                   ? 0
                   : 1;
    });
    QCOMPARE(::chmod(where.c_str(), 0755), 0);
    QCOMPARE(code, 0);
    QCOMPARE(readAll(path), std::string("old"));
    QVERIFY(!writeFileAtomically(where / "no such folder" / "a.txt", "new"));
    QVERIFY(!writeFileAtomically(where, "a folder is not a file"));
}

// A limit on the size of files simulates a full disk without rights or a file system of its own.
void TestAtomicFile::aFullDiskTellsTheBytesNeeded() {
    const auto path = folder("full") / "a.txt";
    QVERIFY_RESULT(writeFileAtomically(path, "old"));
    const int code = inChild([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit = {64 * 1024, 64 * 1024};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto ok = writeFileAtomically(path, std::string(100'000, 'n'));
        if (ok || ok.error().where != path.string() ||
            ok.error().hint.find("100000 bytes") == std::string::npos ||
            ok.error().hint.find("are free") == std::string::npos) {
            return 1;
        }
        return writeFileAtomically(path, "small enough") ? 0 : 2; // the program goes on
    });
    QCOMPARE(code, 0);
    QCOMPARE(readAll(path), std::string("small enough"));
    QCOMPARE(filesIn(path.parent_path()), std::ptrdiff_t(1));
}

/// 200 children that save again and again are killed at random times.
void TestAtomicFile::killedSavesLeaveOldOrNew(const fs::path& path,
                                              const std::function<bool(int)>& save,
                                              const std::function<bool()>& isWhole) {
    QVERIFY(save(0));
    Random random(4);
    for (int round = 0; round < 200; ++round) {
        int ready[2] = {-1, -1};
        QCOMPARE(::pipe(ready), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            for (int i = 0;; ++i) {
                if (::write(ready[1], "x", 1) != 1 || !save(i)) {
                    ::_exit(1);
                }
            }
        }
        char byte = 0;
        QCOMPARE(::read(ready[0], &byte, 1), ssize_t(1)); // the first save begins
        ::usleep(static_cast<useconds_t>(random.below(4'000)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        ::close(ready[0]);
        ::close(ready[1]);
        QVERIFY(WIFSIGNALED(status)); // it did not end by itself
        QVERIFY(isWhole());
    }
    QVERIFY(save(1)); // the remains of a killed save do no harm
    QCOMPARE(filesIn(path.parent_path()), std::ptrdiff_t(1));
}

void TestAtomicFile::killedWhileSavingText() {
    const auto path = folder("killed") / "session.json";
    killedSavesLeaveOldOrNew(
        path, [&](int i) { return writeFileAtomically(path, contentNumber(i)).has_value(); },
        [&] {
            const std::string text = readAll(path);
            return text.size() == 300'000 && text.find_first_not_of(text[0]) == std::string::npos;
        });
}

void TestAtomicFile::killedWhileSavingTensors() {
    const auto path = folder("killed weights") / "best.safetensors";
    killedSavesLeaveOldOrNew(
        path,
        [&](int i) {
            const std::vector<float> numbers(50'000, static_cast<float>(i));
            const std::vector<tensors::TensorView> tensors = {
                {"w", tensors::Dtype::F32, {50'000}, std::as_bytes(std::span(numbers))}};
            return tensors::writeSafeTensors(path, tensors, {}).has_value();
        },
        [&] {
            return tensors::SafeTensors::open(path, tensors::OpenOptions::weights()).has_value();
        });
}

void TestAtomicFile::systemCallsComeInTheOrderThatSurvivesAPowerCut() {
    const QString strace = QStandardPaths::findExecutable(QStringLiteral("strace"));
    if (strace.isEmpty()) {
        QSKIP("strace is not installed");
    }
#ifdef CANTO_SANITIZED
    QSKIP("LeakSanitizer does not run under strace");
#endif
    const auto where = folder("traced");
    const auto log = where / "trace";
    const auto run = [&](const char* kind) {
        QProcess child;
        child.start(strace, {QStringLiteral("-f"), QStringLiteral("-e"),
                             QStringLiteral("trace=write,pwrite64,fsync,fdatasync,rename,renameat,"
                                            "renameat2,openat"),
                             QStringLiteral("-o"), QString::fromStdString(log.string()),
                             QCoreApplication::applicationFilePath(), QStringLiteral("--save"),
                             QString::fromLatin1(kind), QString::fromStdString(where.string())});
        return child.waitForFinished(60'000) && child.exitCode() == 0;
    };
    if (!run("text") && readAll(log).find("--save") == std::string::npos &&
        readAll(log).find("openat") == std::string::npos) {
        QSKIP("strace may not trace here");
    }
    for (const char* kind : {"text", "tensors"}) {
        QVERIFY(run(kind));
        const std::string trace = readAll(log);
        // From the opening of the hidden file on: write, fsync, rename, open the folder, fsync.
        std::size_t at = trace.find(".canto-saving\", O_WRONLY");
        for (const char* call : {"write(", "fsync(", "rename(", "O_DIRECTORY", "fsync("}) {
            QVERIFY2(at != std::string::npos, call);
            at = trace.find(call, at);
        }
        QVERIFY(at != std::string::npos);
        const std::size_t renamed = trace.find("rename(");
        QVERIFY(trace.find("canto-saving\", O_WRONLY", renamed) == std::string::npos);
    }
}

namespace {
/// One save for the tracer: kinds of the test above.
int saveForTrace(std::string_view kind, const fs::path& folder) {
    if (kind == "text") {
        return writeFileAtomically(folder / "a.txt", "text") ? 0 : 1;
    }
    const std::vector<float> numbers = {1, 2};
    const std::vector<tensors::TensorView> tensors = {
        {"w", tensors::Dtype::F32, {2}, std::as_bytes(std::span(numbers))}};
    return tensors::writeSafeTensors(folder / "a.safetensors", tensors, {}) ? 0 : 1;
}
} // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--save") {
        return saveForTrace(argv[2], argv[3]);
    }
    QCoreApplication app(argc, argv);
    TestAtomicFile test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_atomic_file.moc"
