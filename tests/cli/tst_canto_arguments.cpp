// SPDX-License-Identifier: GPL-3.0-or-later
// The command line as a stranger meets it: the real program, its words and exit codes.

#include "tests/support/midi_folder.h"

#include <QJsonDocument>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

namespace {

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome runCanto(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(CANTO_BIN_DIR "/canto"), words);
    process.waitForFinished(120000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

/// The commands of the issue; the test fails when one is missing from the help.
const QStringList kCommands = {
    QStringLiteral("info"),    QStringLiteral("prepare"),     QStringLiteral("import"),
    QStringLiteral("train"),   QStringLiteral("evaluate"),    QStringLiteral("encode"),
    QStringLiteral("decode"),  QStringLiteral("interpolate"), QStringLiteral("project"),
    QStringLiteral("render"),  QStringLiteral("bench"),       QStringLiteral("fine-tune"),
    QStringLiteral("analyse"), QStringLiteral("arrange")};

} // namespace

class TestCantoWords : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void helpNamesEveryCommand() {
        const Outcome outcome = runCanto({QStringLiteral("--help")});
        QCOMPARE(outcome.code, 0);
        for (const QString& command : kCommands) {
            QVERIFY2(outcome.out.contains("\n  " + command.toUtf8() + " "), qPrintable(command));
        }
    }

    void everyCommandHelpsWithExamples_data() {
        QTest::addColumn<QString>("command");
        for (const QString& command : kCommands) {
            QTest::newRow(qPrintable(command)) << command;
        }
    }
    void everyCommandHelpsWithExamples() {
        QFETCH(QString, command);
        const Outcome outcome = runCanto({command, QStringLiteral("--help")});
        QCOMPARE(outcome.code, 0);
        QVERIFY(outcome.out.contains("Example"));
        QVERIFY(outcome.out.contains("canto " + command.toUtf8()));
        QVERIFY(outcome.err.isEmpty());
    }

    void wordsThatMakeNoSenseGiveTwo_data() {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("nothing") << QStringList();
        QTest::newRow("unknown command") << QStringList{QStringLiteral("transmogrify")};
        QTest::newRow("unknown option")
            << QStringList{QStringLiteral("info"), QStringLiteral("--loud")};
        QTest::newRow("missing option") << QStringList{QStringLiteral("train")};
        QTest::newRow("interpolation without songs") << QStringList{
            QStringLiteral("interpolate"), QStringLiteral("--out"), QStringLiteral("between.mid")};
        QTest::newRow("bars of sound")
            << QStringList{QStringLiteral("interpolate"), QStringLiteral("--audio"),
                           QStringLiteral("--from-bar"),  QStringLiteral("2"),
                           QStringLiteral("--out"),       QStringLiteral("between.wav")};
    }
    void wordsThatMakeNoSenseGiveTwo() {
        QFETCH(QStringList, words);
        const Outcome outcome = runCanto(words);
        QCOMPARE(outcome.code, 2);
        QVERIFY(outcome.out.isEmpty());
        QVERIFY(!outcome.err.isEmpty());
    }

    void aMissingFileIsNamedAndGivesTwo_data() {
        QTest::addColumn<QStringList>("words");
        const QString file = QStringLiteral("no such file \u2013 \uc74c\uc545.mid");
        QTest::newRow("info") << QStringList{QStringLiteral("info"), file};
        QTest::newRow("render") << QStringList{QStringLiteral("render"), file,
                                               QStringLiteral("--out"), QStringLiteral("x.wav")};
        QTest::newRow("evaluate") << QStringList{QStringLiteral("evaluate"),
                                                 QStringLiteral("--model"), file,
                                                 QStringLiteral("--dataset"), file};
    }
    void aMissingFileIsNamedAndGivesTwo() {
        QFETCH(QStringList, words);
        const Outcome outcome = runCanto(words);
        QCOMPARE(outcome.code, 2);
        QVERIFY2(outcome.err.contains("no such file"), outcome.err.constData());
        QVERIFY2(!outcome.err.contains("terminate called"), outcome.err.constData());
    }

    void outputThatCannotBeWrittenIsAnError_data() {
        QTest::addColumn<QStringList>("words");
        QTest::newRow("JSON") << QStringList{QStringLiteral("info"),
                                             m_folder.filePath(QStringLiteral("song.mid"))};
        QTest::newRow("help") << QStringList{QStringLiteral("--help")};
        QTest::newRow("version") << QStringList{QStringLiteral("--version")};
    }
    void outputThatCannotBeWrittenIsAnError() {
        QFETCH(QStringList, words);
        std::ofstream(m_folder.filePath(QStringLiteral("song.mid")).toStdString(), std::ios::binary)
            << canto::test::songBytes(1, 2);
        QCOMPARE(runCanto(words).code, 0);
        QProcess process;
        process.setStandardOutputFile(QStringLiteral("/dev/full"));
        process.start(QStringLiteral(CANTO_BIN_DIR "/canto"), words);
        QVERIFY(process.waitForFinished(120000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(process.readAllStandardError().contains("could not be written"));
    }

    void versionNamesCommitAndLibraries() {
        const Outcome outcome = runCanto({QStringLiteral("--version")});
        QCOMPARE(outcome.code, 0);
        QVERIFY(
            QRegularExpression(QStringLiteral("^canto \\d+\\.\\d+\\.\\d+( \\([0-9a-f]{7,}\\))?\n"
                                              "LibTorch \\d+\\.\\d+[^\n]*\n$"))
                .match(QString::fromUtf8(outcome.out))
                .hasMatch());
    }

    void commandsWithoutANetworkLoadNone() {
        // What the loader maps: canto itself must not depend on LibTorch, canto-networks does.
        const auto libraries = [](const QString& program) {
            QProcess process;
            process.start(QStringLiteral("ldd"), {program});
            process.waitForFinished();
            return process.readAllStandardOutput();
        };
        QVERIFY(!libraries(QStringLiteral(CANTO_BIN_DIR "/canto")).contains("libtorch"));
        QVERIFY(libraries(QStringLiteral(CANTO_BIN_DIR "/canto-networks")).contains("libtorch"));
    }

  private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestCantoWords)
#include "tst_canto_arguments.moc"
