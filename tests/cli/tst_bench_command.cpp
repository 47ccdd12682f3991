// SPDX-License-Identifier: GPL-3.0-or-later
// canto bench beside its peers: that both are asked for the same thing and answer, not how fast.

#include "tests/support/test_support.h"

#include <QFileInfo>
#include <QProcess>
#include <nlohmann/json.hpp>

using namespace canto;

class TestBenchCommand : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void decodingRunsBesideItsPeer_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("model");
        QTest::newRow("without --id") << QStringList() << QStringLiteral("musae");
        QTest::newRow("emotion") << QStringList{QStringLiteral("--id"), QStringLiteral("muser")}
                                 << QStringLiteral("muser");
    }

    void decodingRunsBesideItsPeer() {
        QFETCH(QStringList, options);
        QFETCH(QString, model);
        if (!QFileInfo::exists(QStringLiteral(CANTO_BIN_DIR "/bench_decode"))) {
            QSKIP("This build has no benchmarks (CANTO_BENCH=OFF)");
        }
        if (QProcess::execute(QStringLiteral("/usr/bin/python3"),
                              {QStringLiteral("-c"), QStringLiteral("import torch")}) != 0) {
            QSKIP("The peer needs python3-torch");
        }
        QProcess process;
        process.start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                      QStringList{QStringLiteral("bench"), QStringLiteral("decode")} + options +
                          QStringList{QStringLiteral("--draws"), QStringLiteral("2")});
        QVERIFY(process.waitForFinished(-1));
        const QByteArray errors = process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, errors.constData());
        const auto document =
            nlohmann::json::parse(process.readAllStandardOutput().toStdString(), nullptr, false);
        QVERIFY(!document.is_discarded());
        QCOMPARE(document["cantograph"]["model"], model.toStdString());
        QVERIFY2(!document["peer"].contains("missing"), document["peer"].dump().c_str());
        QCOMPARE(document["peer"]["model"], model.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestBenchCommand)
#include "tst_bench_command.moc"
