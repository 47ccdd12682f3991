// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/quick_exit.h"
#include "tests/support/child_process.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cstdio>
#include <fcntl.h>

using namespace canto;

class TestQuickExit : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void whatWasPrintedIsWritten() {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("printed")).toStdString();
        const int code = test::inChild([&] {
            const int file = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
            ::dup2(file, STDOUT_FILENO); // a file, like a pipe, is buffered by the block
            std::fputs("{\"seconds\": 1}", stdout);
            quickExit(3);
            return 0;
        });
        QCOMPARE(code, 3);
        QCOMPARE(test::readAll(path), std::string("{\"seconds\": 1}"));
    }

    void nothingIsTakenAway() {
        // Neither handlers nor destructors of static objects run.
        const QTemporaryDir folder;
        static std::string path;
        path = folder.filePath(QStringLiteral("left")).toStdString();
        const int code = test::inChild([] {
            std::atexit([] { std::ofstream(path) << "handler"; });
            quickExit(0);
            return 1;
        });
        QCOMPARE(code, 0);
        QVERIFY(!std::filesystem::exists(path));
    }
};

QTEST_GUILESS_MAIN(TestQuickExit)
#include "tst_quick_exit.moc"
