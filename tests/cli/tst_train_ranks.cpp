// SPDX-License-Identifier: GPL-3.0-or-later
// Two processes of `canto train` that meet as torchrun arranges it, on loopback.

#include "tests/models/small_music.h"
#include "tests/models/toy_trainable.h"
#include "tests/support/test_support.h"

#include <QProcess>
#include <arpa/inet.h>
#include <cmath>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>

using namespace canto;
namespace fs = std::filesystem;

namespace {

/// A port of loopback that nobody uses.
int freePort() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(socket, reinterpret_cast<sockaddr*>(&address), length);
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(socket);
    return ntohs(address.sin_port);
}

std::unique_ptr<QProcess> start(const QStringList& words, int rank, int world, int port) {
    auto process = std::make_unique<QProcess>();
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CANTO_RANK_TIMEOUT"), QStringLiteral("60"));
    if (world > 1) {
        environment.insert(QStringLiteral("MASTER_ADDR"), QStringLiteral("127.0.0.1"));
        environment.insert(QStringLiteral("MASTER_PORT"), QString::number(port));
        environment.insert(QStringLiteral("RANK"), QString::number(rank));
        environment.insert(QStringLiteral("LOCAL_RANK"), QString::number(rank));
        environment.insert(QStringLiteral("WORLD_SIZE"), QString::number(world));
    }
    process->setProcessEnvironment(environment);
    process->start(QStringLiteral(CANTO_BIN_DIR "/canto"), words);
    return process;
}

} // namespace

class TestTrainRanks : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_dataset;

    QStringList words(const fs::path& run, int batch, const QString& steps) const {
        return {QStringLiteral("train"),
                QStringLiteral("--dataset"),
                QString::fromStdString(m_dataset.string()),
                QStringLiteral("--out"),
                QString::fromStdString(run.string()),
                QStringLiteral("--steps"),
                steps,
                QStringLiteral("--epoch-steps"),
                QStringLiteral("10"),
                QStringLiteral("--log-steps"),
                QStringLiteral("1"),
                QStringLiteral("--batch"),
                QString::number(batch),
                QStringLiteral("--device"),
                QStringLiteral("cpu"),
                QStringLiteral("--threads"),
                QStringLiteral("1")};
    }

  private Q_SLOTS:
    void initTestCase() {
        m_dataset = test::pathIn(m_folder, "songs.safetensors");
        QVERIFY_RESULT(test::smallMusic(30).write(m_dataset));
    }

    // Three terms of the loss compare the phrases of a batch with each other ("momentMatching",
    // "controls", "controlConsistency"); each process takes them over its part, so they are left
    // out here.
    void twoProcessesLearnAsOneWithTwiceTheBatch_data() {
        QTest::addColumn<QString>("matrixRate");
        QTest::addColumn<int>("steps");
        QTest::newRow("Adam") << "0" << 30;
        // Making momentum orthogonal amplifies rounding from step to step.
        QTest::newRow("orthogonal momentum") << "0.03" << 10;
    }
    void twoProcessesLearnAsOneWithTwiceTheBatch() {
        QFETCH(QString, matrixRate);
        QFETCH(int, steps);
        const auto alone = test::pathIn(m_folder, ("alone" + matrixRate.toStdString()).c_str());
        const auto together =
            test::pathIn(m_folder, ("together" + matrixRate.toStdString()).c_str());
        const int port = freePort();
        const QStringList similar{
            QStringLiteral("--set"), QStringLiteral("momentWeight=0"),
            QStringLiteral("--set"), QStringLiteral("controlConsistencyWeight=0"),
            QStringLiteral("--set"), QStringLiteral("controlWeight=0"),
            QStringLiteral("--set"), QStringLiteral("matrixRate=") + matrixRate};
        const auto one = start(words(alone, 16, QString::number(steps)) + similar, 0, 1, 0);
        QVERIFY(one->waitForFinished(300000));
        QVERIFY2(one->exitCode() == 0, one->readAllStandardError().constData());
        const auto first = start(words(together, 8, QString::number(steps)) + similar, 0, 2, port);
        const auto second = start(words(together, 8, QString::number(steps)) + similar, 1, 2, port);
        QVERIFY(first->waitForFinished(300000));
        QVERIFY(second->waitForFinished(300000));
        QVERIFY2(first->exitCode() == 0, first->readAllStandardError().constData());
        QVERIFY2(second->exitCode() == 0, second->readAllStandardError().constData());
        QVERIFY(second->readAllStandardOutput().isEmpty()); // the first speaks for both

        const auto expected = test::lossesOf(alone);
        const auto found = test::lossesOf(together);
        QCOMPARE(expected.size(), static_cast<std::size_t>(steps));
        QCOMPARE(found.size(), expected.size());
        double firstStep = 0;
        double largest = 0;
        for (std::size_t step = 0; step < found.size(); ++step) {
            QCOMPARE(found[step].size(), expected[step].size());
            for (const auto& [name, value] : expected[step].items()) {
                const double a = value.get<double>();
                const double b = found[step].at(name).get<double>();
                const double difference = std::abs(a - b) / std::max(1.0, std::abs(a));
                largest = std::max(largest, difference);
                firstStep = step == 0 ? largest : firstStep;
            }
        }
        qInfo("largest relative difference: %.2g in the first step, %.2g in %d steps", firstStep,
              largest, steps);
        QVERIFY(firstStep < 1e-5); // sums in another order
        QVERIFY(largest < 1e-4);   // grown over the steps
    }

    void aLostProcessEndsTheRunAndTheRestCanBeResumed_data() {
        QTest::addColumn<int>("lost");
        QTest::newRow("the second is lost") << 1;
        QTest::newRow("the first is lost") << 0;
    }
    void aLostProcessEndsTheRunAndTheRestCanBeResumed() {
        QFETCH(int, lost);
        const auto run = test::pathIn(m_folder, lost == 1 ? "lost second" : "lost first");
        int port = freePort();
        const auto many = QStringLiteral("100000");
        std::unique_ptr<QProcess> both[2] = {start(words(run, 4, many), 0, 2, port),
                                             start(words(run, 4, many), 1, 2, port)};
        QTRY_VERIFY(fs::exists(run / "best.safetensors"));
        ::kill(static_cast<pid_t>(both[lost]->processId()), SIGKILL);
        auto& left = *both[1 - lost];
        QVERIFY(left.waitForFinished(90000)); // at once; the patience of 60 s is the bound
        QCOMPARE(left.exitStatus(), QProcess::NormalExit);
        QCOMPARE(left.exitCode(), 1);
        QVERIFY(left.readAllStandardError().contains("Another process of this run is gone"));
        both[lost]->waitForFinished();

        port = freePort();
        const QStringList again{QStringLiteral("train"), QStringLiteral("--resume"),
                                QString::fromStdString(run.string()), QStringLiteral("--steps"),
                                QStringLiteral("12")};
        const auto first = start(again, 0, 2, port);
        const auto second = start(again, 1, 2, port);
        QVERIFY(first->waitForFinished(120000));
        QVERIFY(second->waitForFinished(120000));
        QVERIFY2(first->exitCode() == 0, first->readAllStandardError().constData());
        QVERIFY2(second->exitCode() == 0, second->readAllStandardError().constData());
    }

    void anEnvironmentThatMakesNoSenseIsNamed() {
        auto process = std::make_unique<QProcess>();
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("WORLD_SIZE"), QStringLiteral("2"));
        environment.insert(QStringLiteral("RANK"), QStringLiteral("two"));
        process->setProcessEnvironment(environment);
        process->start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                       words(test::pathIn(m_folder, "none"), 4, QStringLiteral("1")));
        QVERIFY(process->waitForFinished(test::kHungMs));
        QCOMPARE(process->exitCode(), 2);
        QVERIFY(process->readAllStandardError().contains("RANK"));
    }
};

QTEST_GUILESS_MAIN(TestTrainRanks)
#include "tst_train_ranks.moc"
