// SPDX-License-Identifier: GPL-3.0-or-later
// `canto train` killed at any instant and resumed ends as if nothing had been. The command runs in
// children of this program, which so need not load LibTorch two hundred times.

#include "app/cli/commands.h"
#include "models/nn/weights_io.h"
#include "tests/models/small_music.h"
#include "tests/models/toy_trainable.h"
#include "tests/support/test_support.h"

#include <QElapsedTimer>
#include <csignal>
#include <fcntl.h>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

using namespace canto;
namespace fs = std::filesystem;

namespace {

constexpr int kKills = 200;

/// Does something in a child. LibTorch must not have worked in this process before.
pid_t inChild(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        const int nowhere = ::open("/dev/null", O_WRONLY);
        ::dup2(nowhere, STDOUT_FILENO);
        ::dup2(nowhere, STDERR_FILENO);
        ::_exit(work());
    }
    return child;
}

/// Starts the command.
pid_t start(const std::vector<std::string>& words) {
    return inChild([&] {
        CLI::App app{"canto", "canto"};
        cli::Action action;
        cli::addTrainCommand(app, action);
        std::vector<std::string> reversed(words.rbegin(), words.rend());
        try {
            app.parse(reversed);
        } catch (const CLI::ParseError&) {
            return 99;
        }
        return action();
    });
}

/// Random weights of a network so small that its steps take no time.
int writeSmallWeights(const fs::path& path) {
    const auto config = test::smallNet();
    const models::musae::Net net(config);
    const auto written = models::saveWeights(
        *net, path, {{"architecture", "musae"}, {"config", config.toJson().dump()}},
        models::Precision::Full);
    return written ? 0 : 1;
}

/// Waits for a child; its exit code, or -1 when it was killed.
int wait(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct Files {
    fs::path dataset;
    fs::path weights;
};

std::vector<std::string> freshWords(const Files& files, const fs::path& run) {
    return {"train",
            "--dataset",
            files.dataset.string(),
            "--out",
            run.string(),
            "--from",
            files.weights.string(),
            "--steps",
            "16",
            "--epoch-steps",
            "4",
            "--log-steps",
            "3",
            "--batch",
            "4",
            "--threads",
            "1",
            "--device",
            "cpu",
            "--seed",
            "3"};
}

/// Words that go on with a run, or begin it when it was killed before it wrote what it is.
std::vector<std::string> nextWords(const Files& files, const fs::path& run) {
    if (fs::exists(run / "run.json")) {
        return {"train", "--resume", run.string()};
    }
    return freshWords(files, run);
}

} // namespace

class TestTrainKill : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void killedAtAnyInstantItEndsAsIfNothingHadBeen() {
        const QTemporaryDir folder;
        const Files files{test::pathIn(folder, "songs.safetensors"),
                          test::pathIn(folder, "small.safetensors")};
        QVERIFY_RESULT(test::smallMusic(14).write(files.dataset));
        QCOMPARE(wait(inChild([&] { return writeSmallWeights(files.weights); })), 0);
        const auto straight = test::pathIn(folder, "straight");
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(wait(start(freshWords(files, straight))), cli::kGood);
        const auto whole = static_cast<std::uint64_t>(clock.nsecsElapsed() / 1000);
        const auto weights = test::tensorsOf(straight / "best.safetensors");
        const auto state = test::tensorsOf(straight / "checkpoint-16.safetensors");
        const auto losses = test::lossesOf(straight);
        QVERIFY(!weights.empty() && !state.empty());
        QCOMPARE(losses.size(), std::size_t(6)); // 3 6 9 12 15 16

        Random random(17);
        fs::path run = test::pathIn(folder, "run");
        int kills = 0;
        int runs = 0;
        while (kills < kKills || fs::exists(run)) {
            const pid_t child = start(nextWords(files, run));
            if (kills < kKills) {
                // From the first instruction to a little past the end of a whole run.
                ::usleep(static_cast<useconds_t>(random.below(whole + whole / 8)));
                ::kill(child, SIGKILL);
            }
            const int code = wait(child);
            if (code == -1) {
                ++kills;
                continue;
            }
            QCOMPARE(code, cli::kGood); // never a refusal
            QVERIFY(test::tensorsOf(run / "best.safetensors") == weights);
            QVERIFY(test::tensorsOf(run / "last.safetensors") ==
                    test::tensorsOf(straight / "last.safetensors"));
            QVERIFY(test::tensorsOf(run / "checkpoint-16.safetensors") == state);
            QVERIFY(test::lossesOf(run) == losses);
            fs::remove_all(run);
            ++runs;
        }
        qInfo("%d kills in %d runs, each %.2f s undisturbed", kills, runs,
              static_cast<double>(whole) / 1e6);
        QVERIFY(runs > 0);
    }
};

QTEST_APPLESS_MAIN(TestTrainKill)
#include "tst_train_kill.moc"
