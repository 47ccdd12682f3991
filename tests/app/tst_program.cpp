// SPDX-License-Identifier: GPL-3.0-or-later
// The program cantograph itself, in processes of their own: one window for each user and display,
// files of a second start, networks that are loaded after the first map.

#include "app/shell/single_instance.h"
#include "tests/support/script_client.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <algorithm>
#include <csignal>
#include <sys/prctl.h>
#include <sys/stat.h>

using namespace canto;
using namespace canto::app;
using test::ScriptClient;
using Json = nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path kProgram = fs::path(CANTO_BIN_DIR) / "cantograph";

/// Whether bytes that do not come from another start end the connection without an answer.
bool refused(const fs::path& socket, std::string_view bytes) {
    ScriptClient client(socket);
    if (!client.connected()) {
        return false;
    }
    client.send(bytes);
    client.endWriting();
    return client.line().is_null() && client.ends();
}

} // namespace

class TestProgram : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void aSecondStartHandsItsFilesOver();
    void aNewWindowIsItsOwn();
    void theSocketOfAKilledProgramIsReplaced();
    void ofManyStartsOneStays();
    void theSocketIsForItsOwner();
    void messagesThatAreNone();
    void aWindowThatHangsIsNotWaitedForLong();
    void theNetworksComeLater();
    void theMapIsThereWithoutTheNetworks();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    fs::path scripts() const { return folder() / "run" / "cantograph" / "cantograph.sock"; }
    fs::path socket() const { return folder() / "run" / "cantograph" / "window-offscreen.sock"; }
    QString path(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
    QProcess& start(const QStringList& words, const fs::path& program = kProgram);
    /// Asks the program for its state until `wanted` holds of it.
    bool stateHas(const std::function<bool(const Json&)>& wanted);
    bool shows(const char* library) {
        return stateHas([&](const Json& state) {
            return fs::path(state.value("library", "")).filename() == library;
        });
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<std::unique_ptr<QProcess>> m_started;
};

void TestProgram::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    fs::create_directories(folder() / "run");
    ::chmod((folder() / "run").c_str(), 0700);
    fs::create_directories(folder() / "config" / "Cantograph");
    QFile settings(path("config/Cantograph/Cantograph.conf"));
    QVERIFY(settings.open(QIODevice::WriteOnly));
    settings.write("[scripts]\nallowed=true\n[audio]\ndriver=none\n");
    const auto library = test::makeLibrary(folder());
    QVERIFY_RESULT(library);
    for (const char* name : {"a.atlas", "b.atlas"}) {
        fs::copy_file(*library, folder() / name);
    }
}

void TestProgram::cleanup() {
    for (const auto& process : m_started) {
        process->kill();
        process->waitForFinished(test::kHungMs);
    }
    m_started.clear();
    m_folder.reset();
}

QProcess& TestProgram::start(const QStringList& words, const fs::path& program) {
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("CANTO_ASSETS"), QStringLiteral(CANTO_SOURCE_DIR "/assets"));
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), path("run"));
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), path("config"));
    environment.insert(QStringLiteral("XDG_DATA_HOME"), path("data"));
    environment.insert(QStringLiteral("XDG_CACHE_HOME"), path("cache"));
    environment.insert(QStringLiteral("XDG_STATE_HOME"), path("state"));
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"}) {
        environment.remove(QLatin1String(name));
    }
    m_started.push_back(std::make_unique<QProcess>());
    QProcess& process = *m_started.back();
    process.setProcessEnvironment(environment);
    process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    process.setWorkingDirectory(m_folder->path());
    process.start(QString::fromStdString(program.string()), words);
    process.waitForStarted(test::kHungMs);
    return process;
}

bool TestProgram::stateHas(const std::function<bool(const Json&)>& wanted) {
    return QTest::qWaitFor(
        [&] {
            if (!fs::exists(scripts())) {
                return false;
            }
            ScriptClient client(scripts());
            const Json state = client.connected() ? client.result("state") : Json();
            return state.is_object() && wanted(state);
        },
        test::kHungMs);
}

void TestProgram::aSecondStartHandsItsFilesOver() {
    QProcess& first = start({QStringLiteral("a.atlas")});
    QVERIFY(shows("a.atlas"));
    // A path relative to where the second one was started.
    QProcess& second = start({QStringLiteral("b.atlas")});
    QVERIFY(second.waitForFinished(test::kHungMs));
    QCOMPARE(second.exitStatus(), QProcess::NormalExit);
    QCOMPARE(second.exitCode(), 0);
    QVERIFY(shows("b.atlas"));
    QProcess& third = start({}); // only raises the window
    QVERIFY(third.waitForFinished(test::kHungMs));
    QCOMPARE(third.exitCode(), 0);
    QCOMPARE(first.state(), QProcess::Running);
    QVERIFY(shows("b.atlas"));
}

void TestProgram::aNewWindowIsItsOwn() {
    start({QStringLiteral("a.atlas")});
    QVERIFY(shows("a.atlas"));
    QProcess& second = start({QStringLiteral("--new-window"), QStringLiteral("--socket"),
                              path("own.sock"), QStringLiteral("b.atlas")});
    QTRY_VERIFY(fs::exists(folder() / "own.sock"));
    QCOMPARE(second.state(), QProcess::Running);
    QVERIFY(shows("a.atlas"));
}

void TestProgram::theSocketOfAKilledProgramIsReplaced() {
    QProcess& first = start({QStringLiteral("a.atlas")});
    QVERIFY(shows("a.atlas"));
    first.kill(); // SIGKILL: its sockets stay
    QVERIFY(first.waitForFinished(test::kHungMs));
    QVERIFY(fs::exists(socket()));
    QProcess& second = start({QStringLiteral("b.atlas")});
    QVERIFY(shows("b.atlas"));
    QCOMPARE(second.state(), QProcess::Running);
    QProcess& third = start({QStringLiteral("a.atlas")});
    QVERIFY(third.waitForFinished(test::kHungMs));
    QCOMPARE(third.exitCode(), 0);
    QVERIFY(shows("a.atlas"));
}

void TestProgram::ofManyStartsOneStays() {
    constexpr int kStarts = 5;
    for (int i = 0; i < kStarts; ++i) {
        start({QStringLiteral("a.atlas")});
    }
    const auto ended = [this] {
        return std::count_if(m_started.begin(), m_started.end(), [](const auto& process) {
            return process->state() == QProcess::NotRunning && process->exitCode() == 0;
        });
    };
    QTRY_COMPARE(ended(), kStarts - 1);
    QVERIFY(shows("a.atlas"));
    QCOMPARE(ended(), kStarts - 1);
}

void TestProgram::theSocketIsForItsOwner() {
    qputenv("XDG_RUNTIME_DIR", path("run").toUtf8());
    const auto own = SingleInstance::socketPath();
    QVERIFY_RESULT(own);
    SingleInstance instance;
    QCOMPARE(instance.begin(*own, {}, {}), SingleInstance::Start::First);
    struct stat there {};
    QCOMPARE(::stat(own->c_str(), &there), 0);
    QCOMPARE(there.st_mode & 0777, 0600u);
    QCOMPARE(::stat(own->parent_path().c_str(), &there), 0);
    QCOMPARE(there.st_mode & 0777, 0700u);
}

void TestProgram::messagesThatAreNone() {
    SingleInstance instance;
    fs::create_directories(socket().parent_path());
    QCOMPARE(instance.begin(socket(), {}, {}), SingleInstance::Start::First);
    QSignalSpy files(&instance, &SingleInstance::filesComing);
    QVERIFY(refused(socket(), ""));
    QVERIFY(refused(socket(), "no end"));
    QVERIFY(refused(socket(), std::string(std::size_t(2) << 20, 'x')));
    QCOMPARE(files.count(), 0);
    // One that is: token, two paths.
    ScriptClient client(socket());
    QVERIFY(client.send(std::string_view("token\0/a b\0/\xc3\xa4\0", 15)));
    client.endWriting();
    QTRY_COMPARE(files.count(), 1);
    QCOMPARE(files[0][0].toStringList(),
             (QStringList{QStringLiteral("/a b"), QStringLiteral("/ä")}));
    QCOMPARE(files[0][1].toByteArray(), QByteArray("token"));
}

void TestProgram::aWindowThatHangsIsNotWaitedForLong() {
    fs::create_directories(socket().parent_path());
    ::chmod(socket().parent_path().c_str(), 0700);
    const auto hangs = LocalListener::listen(socket()); // connections wait for ever
    QVERIFY_RESULT(hangs);
    start({QStringLiteral("b.atlas")}); // its file is not lost: it opens a window of its own
    QVERIFY(shows("b.atlas"));
}

void TestProgram::theNetworksComeLater() {
    // What the dynamic loader would load; the program itself does not run.
    QProcess list;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LD_TRACE_LOADED_OBJECTS"), QStringLiteral("1"));
    list.setProcessEnvironment(environment);
    list.start(QString::fromStdString(kProgram.string()), QStringList());
    QVERIFY(list.waitForFinished(test::kHungMs));
    const QByteArray libraries = list.readAllStandardOutput();
    QVERIFY(libraries.contains("libQt6Widgets"));
    if (!fs::exists(kProgram.parent_path() / "cantograph-networks.so")) {
        QSKIP("This build links to LibTorch");
    }
    QVERIFY(!libraries.contains("torch"));
    // The space that ships decodes in it.
    start({QStringLiteral("--new-window")});
    QVERIFY(stateHas([](const Json& state) { return state["model"].is_object(); }));
    ScriptClient client(scripts());
    const Json music = client.result("decode", {{"row", 0}});
    QVERIFY(music.is_object());
    QVERIFY(music.contains("notes") && !music["notes"].empty());
}

void TestProgram::theMapIsThereWithoutTheNetworks() {
    if (!fs::exists(kProgram.parent_path() / "cantograph-networks.so")) {
        QSKIP("This build links to LibTorch");
    }
    fs::create_directories(folder() / "bin");
    fs::copy_file(kProgram, folder() / "bin" / "cantograph");
    QProcess& lonely = start({QStringLiteral("--atlas"), QStringLiteral("a.atlas")},
                             folder() / "bin" / "cantograph");
    QVERIFY(shows("a.atlas"));
    ScriptClient client(scripts());
    QVERIFY(client.ask("decode", {{"row", 0}}).contains("error"));
    QVERIFY(client.result("points").is_object());
    QCOMPARE(lonely.state(), QProcess::Running);
}

QTEST_MAIN(TestProgram)
#include "tst_program.moc"
