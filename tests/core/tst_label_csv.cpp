// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/label_csv.h"
#include "core/base/random.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto::atlas;

class TestLabelCsv : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void columnsAreKnownByTheirNames();
    void quotesHoldCommasLinesAndQuotes();
    void formulasAreText();
    void tablesOfSpreadsheetsAreRead_data();
    void tablesOfSpreadsheetsAreRead();
    void aLabelIsOneClassHoweverItIsWritten();
    void errorsNameTheRow_data();
    void errorsNameTheRow();
    void everyTruncationAndMutationEnds();
    void aMillionRowsAreRead();
    void filesThatAreNotThereAreNamed();
};

void TestLabelCsv::columnsAreKnownByTheirNames() {
    const auto table = parseLabels("\xEF\xBB\xBF File ,GENRE,Title,key,Split\r\n"
                                   "a b.mid,jazz,Ein Lied,C major,train\r\n"
                                   "\r\n"
                                   "음악/🎵.mid,,,,\n"
                                   "c.mid,rock,x,,mine",
                                   "labels.csv");
    QVERIFY_RESULT(table);
    QCOMPARE(table->columns, (std::vector<std::string>{"file", "genre", "title", "key", "split"}));
    QCOMPARE(table->rows.size(), std::size_t(3));
    QCOMPARE(table->rows[0].path, std::string("a b.mid"));
    QCOMPARE(table->rows[0].genre, std::string("jazz"));
    QCOMPARE(table->rows[0].split, std::string("train"));
    QCOMPARE(table->rows[0].labels.at("key"), std::string("C major"));
    QCOMPARE(table->rows[1].path, std::string("음악/🎵.mid"));
    QVERIFY(table->rows[1].labels.empty());
    QCOMPARE(table->rows[2].split, std::string("mine"));
}

void TestLabelCsv::quotesHoldCommasLinesAndQuotes() {
    const auto table = parseLabels("path,title,note\n"
                                   "\"a,b.mid\",\"He said \"\"no\"\"\",\"two\r\nlines\"\n"
                                   "\"\"\"\",\"\",\n",
                                   "labels.csv");
    QVERIFY_RESULT(table);
    QCOMPARE(table->rows[0].path, std::string("a,b.mid"));
    QCOMPARE(table->rows[0].title, std::string("He said \"no\""));
    QCOMPARE(table->rows[0].labels.at("note"), std::string("two\r\nlines"));
    QCOMPARE(table->rows[1].path, std::string("\""));
    QCOMPARE(table->rows[1].title, std::string());
}

void TestLabelCsv::formulasAreText() {
    const auto table = parseLabels(
        "path,title\n=cmd|' /C calc'!A0,\"=HYPERLINK(\"\"x\"\")\"\n+1,@x\n-2,1e5\n", "x");
    QVERIFY_RESULT(table);
    QCOMPARE(table->rows[0].path, std::string("=cmd|' /C calc'!A0"));
    QCOMPARE(table->rows[0].title, std::string("=HYPERLINK(\"x\")"));
    QCOMPARE(table->rows[1].title, std::string("@x"));
    QCOMPARE(table->rows[2].title, std::string("1e5"));
}

void TestLabelCsv::tablesOfSpreadsheetsAreRead_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("semicolons") << QByteArray("path;genre;bpm\na,b.mid;Drum, Bass;120,5\n");
    QTest::newRow("tabs") << QByteArray("path\tgenre\tbpm\na,b.mid\tDrum, Bass\t120,5\n");
    QTest::newRow("commas") << QByteArray("path,genre,bpm\n\"a,b.mid\",\"Drum, Bass\",\"120,5\"\n");
    QTest::newRow("byte order mark")
        << QByteArray("\xEF\xBB\xBFpath;genre;bpm\r\na,b.mid;Drum, Bass;120,5\r\n");
    QTest::newRow("separator named")
        << QByteArray("sep=|\r\npath|genre|bpm\r\na,b.mid|Drum, Bass|120,5\r\n");
    QTest::newRow("quoted header")
        << QByteArray("\"genre\";\"path\";\"bpm\"\n\"Drum, Bass\";\"a,b.mid\";\"120,5\"\n");
}

void TestLabelCsv::tablesOfSpreadsheetsAreRead() {
    QFETCH(QByteArray, text);
    const auto table = parseLabels(text.toStdString(), "labels.csv");
    QVERIFY_RESULT(table);
    QCOMPARE(table->columns.size(), std::size_t(3));
    QCOMPARE(table->rows.size(), std::size_t(1));
    QCOMPARE(table->rows[0].path, std::string("a,b.mid"));
    QCOMPARE(table->rows[0].genre, std::string("Drum, Bass"));
    QCOMPARE(table->rows[0].labels.at("bpm"), std::string("120,5"));
}

void TestLabelCsv::aLabelIsOneClassHoweverItIsWritten() {
    const auto table = parseLabels("path,genre,composer,mood\n"
                                   "a.mid,R&B,Dvo\u0159\u00e1k,calm\n"            // composed
                                   "b.mid,R&B ,Dvor\u030ca\u0301k,\u00a0calm\t\n" // decomposed
                                   " c.mid,\"\tR&B\n\",Dvo\u0159\u00e1k,  \n",
                                   "labels.csv");
    QVERIFY_RESULT(table);
    for (const LabelRow& row : table->rows) {
        QCOMPARE(row.genre, std::string("R&B"));
        QCOMPARE(row.composer, std::string("Dvo\u0159\u00e1k"));
    }
    QCOMPARE(table->rows[1].labels.at("mood"), std::string("calm"));
    QVERIFY(table->rows[2].labels.empty());               // a label of blanks is none
    QCOMPARE(table->rows[2].path, std::string(" c.mid")); // a file may be called so
}

void TestLabelCsv::errorsNameTheRow_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("row");
    QTest::newRow("empty") << QByteArray() << QByteArray("row 1");
    QTest::newRow("no path") << QByteArray("title,genre\n") << QByteArray("row 1");
    QTest::newRow("path and file") << QByteArray("path,file\n") << QByteArray("row 1");
    QTest::newRow("column twice") << QByteArray("path,genre,Genre\n") << QByteArray("row 1");
    QTest::newRow("too few") << QByteArray("path,genre\na,b\nc\n") << QByteArray("row 3");
    QTest::newRow("too many") << QByteArray("path,genre\na,b,c\n") << QByteArray("row 2");
    QTest::newRow("open quote") << QByteArray("path,genre\n\"a,b\n") << QByteArray("row 2");
    QTest::newRow("quote in a field") << QByteArray("path,genre\na\"b,c\n") << QByteArray("row 2");
    QTest::newRow("after a quote") << QByteArray("path,genre\n\"a\"b,c\n") << QByteArray("row 2");
    QTest::newRow("no file") << QByteArray("path,genre\n,c\n") << QByteArray("row 2");
    QTest::newRow("too many columns")
        << QByteArray("path" + QByteArray(300, ',')) << QByteArray("row 1");
    QTest::newRow("field too long")
        << QByteArray("path\n" + QByteArray(kMaxLabelField + 1, 'a')) << QByteArray("row 2");
    QTest::newRow("UTF-16") << QByteArray("\xFF\xFEp\0a\0", 6) << QByteArray("row 1");
    QTest::newRow("too few after semicolons")
        << QByteArray("path;genre\na;b\nc\n") << QByteArray("row 3");
    QTest::newRow("zeros") << QByteArray(1000, '\0') << QByteArray("row 1");
}

void TestLabelCsv::errorsNameTheRow() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, row);
    const auto table = parseLabels(text.toStdString(), "labels.csv");
    QVERIFY(!table);
    QCOMPARE(table.error().where, "labels.csv, " + row.toStdString());
}

// Every row that is returned has a path: no crash, no endless loop, no partial row.
void TestLabelCsv::everyTruncationAndMutationEnds() {
    const std::string whole = "path,title,x\r\n\"a,b\",\"q\"\"\r\n\",\nc,d,e\r\"\",\"f\",g\n";
    Random random(5);
    const std::string alphabet = "\",\r\n\0a\xEF\xBB\xBF";
    const auto holds = [](const std::string& text) {
        const auto table = parseLabels(text, "x");
        for (const LabelRow& row : table ? table->rows : std::vector<LabelRow>()) {
            if (row.path.empty()) {
                return false;
            }
        }
        return table || table.error().where.find("x, row ") == 0;
    };
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        QVERIFY(holds(whole.substr(0, size)));
    }
    for (int i = 0; i < 20'000; ++i) {
        std::string text = whole;
        for (int change = 0; change < 4; ++change) {
            text[random.below(text.size())] = alphabet[random.below(alphabet.size())];
        }
        QVERIFY(holds(text));
    }
}

// The time is printed by bench_storage.
void TestLabelCsv::aMillionRowsAreRead() {
    std::string text = "path,title,genre\n";
    for (int i = 0; i < 1'000'000; ++i) {
        text +=
            "folder/" + std::to_string(i) + ".mid,\"Song, no. " + std::to_string(i) + "\",jazz\n";
    }
    const auto table = parseLabels(text, "labels.csv");
    QVERIFY_RESULT(table);
    QCOMPARE(table->rows.size(), std::size_t(1'000'000));
    QCOMPARE(table->rows.back().path, std::string("folder/999999.mid"));
    QCOMPARE(table->rows.back().title, std::string("Song, no. 999999"));
}

void TestLabelCsv::filesThatAreNotThereAreNamed() {
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "음 labels.csv";
    QCOMPARE(readLabels(path).error().code, Error::Code::NotFound);
    QCOMPARE(readLabels(path).error().where, path.string());
    std::ofstream(path) << "path\na.mid\n";
    QVERIFY_RESULT(readLabels(path));
    QCOMPARE(readLabels(path)->rows.size(), std::size_t(1));
    QVERIFY(!readLabels(path.parent_path()));
}

QTEST_GUILESS_MAIN(TestLabelCsv)
#include "tst_label_csv.moc"
