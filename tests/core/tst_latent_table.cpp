// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/latent_table.h"
#include "core/latents/npy.h"
#include "core/latents/npz_file.h"
#include "core/tensors/safetensors.h"
#include "tests/support/npy_bytes.h"
#include "tests/support/test_support.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <cmath>
#include <limits>

using namespace canto;
using namespace canto::latents;
using canto::test::npyBytes;
using canto::test::rawBytes;
using canto::test::writeBytes;

class TestLatentTable : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void arraysOfEveryKindHaveTheSameNumbers();
    void columnsOneAfterAnotherAreRows();
    void damagedArraysAreRefusedNotFollowed();
    void otherArraysSayWhatToDo_data();
    void otherArraysSayWhatToDo();
    void anArchiveHoldsLatentsAndTheirLabels();
    void severalTablesAreAskedFor();
    void tensorsAreRead();
    void numericColumnsAreDimensions();
    void quotesCommasAndLineEndsStayInLabels();
    void manyDistinctLabelsAreKept();
    void labelsBesideNeedAsManyRows();
    void rowsWithoutNumbersAreNamedAndDroppedWhenAsked();
    void constantColumnsAreSaidAndLeftOut();
    void duplicateRowsAreCounted();
    void fewRows();
    void finishedMapsAreTakenAsTheyAre();
    void soundPathsBeginAtTheTable();
    void textAmongNumbersIsNamed();
    void parquetIsRefusedWithAdvice();
    void numpyWritesTheSame();

  private:
    std::filesystem::path file(const std::string& name, const std::string& bytes);
    Result<LatentTable> read(const std::string& name, const std::string& bytes,
                             const TableOptions& options = {});

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestLatentTable::init() { m_folder = std::make_unique<QTemporaryDir>(); }

std::filesystem::path TestLatentTable::file(const std::string& name, const std::string& bytes) {
    const std::filesystem::path path = m_folder->path().toStdString() / std::filesystem::path(name);
    writeBytes(path, bytes);
    return path;
}

Result<LatentTable> TestLatentTable::read(const std::string& name, const std::string& bytes,
                                          const TableOptions& options) {
    return readLatentTable(file(name, bytes), options);
}

void TestLatentTable::arraysOfEveryKindHaveTheSameNumbers() {
    const std::vector<float> expected{1, 2, 3, 4, 5, 0};
    const std::vector<std::pair<std::string, std::string>> kinds{
        {"<f4", rawBytes<float>({1, 2, 3, 4, 5, 0})},
        {"<f8", rawBytes<double>({1, 2, 3, 4, 5, 0})},
        // binary16 by hand: 1 = 0x3C00, 2 = 0x4000, 3 = 0x4200, 4 = 0x4400, 5 = 0x4500
        {"<f2", rawBytes<std::uint16_t>({0x3C00, 0x4000, 0x4200, 0x4400, 0x4500, 0})},
        {"|i1", rawBytes<std::int8_t>({1, 2, 3, 4, 5, 0})},
        {"|u1", rawBytes<std::uint8_t>({1, 2, 3, 4, 5, 0})},
        {"<i2", rawBytes<std::int16_t>({1, 2, 3, 4, 5, 0})},
        {"<u4", rawBytes<std::uint32_t>({1, 2, 3, 4, 5, 0})},
        {"<i8", rawBytes<std::int64_t>({1, 2, 3, 4, 5, 0})},
        {"<u8", rawBytes<std::uint64_t>({1, 2, 3, 4, 5, 0})}};
    for (const auto& [kind, numbers] : kinds) {
        for (const int version : {1, 2, 3}) {
            const auto table = read("a.npy", npyBytes(kind, "(3, 2)", numbers, false, version));
            QVERIFY_RESULT(table);
            QCOMPARE(table->points.count, std::size_t(3));
            QCOMPARE(table->points.dimensions, std::size_t(2));
            QCOMPARE(table->points.values, expected);
            QCOMPARE(table->rows, (std::vector<std::uint32_t>{0, 1, 2}));
        }
    }
}

void TestLatentTable::columnsOneAfterAnotherAreRows() {
    // [[1, 2], [3, 4], [5, 0]] in column-major order: 1 3 5, then 2 4 0.
    const auto table =
        read("a.npy", npyBytes("<f4", "(3, 2)", rawBytes<float>({1, 3, 5, 2, 4, 0}), true));
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{1, 2, 3, 4, 5, 0}));
}

void TestLatentTable::damagedArraysAreRefusedNotFollowed() {
    const std::string whole = npyBytes("<f4", "(3, 2)", rawBytes<float>({1, 2, 3, 4, 5, 6}));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        QVERIFY(!read("a.npy", whole.substr(0, size)));
    }
    QVERIFY(!read("a.npy", whole + "x"));
    // Sizes whose product does not fit any number.
    QVERIFY(!read("a.npy", npyBytes("<f4", "(999999999999, 999999999999)", "")));
    QVERIFY(!read("a.npy", npyBytes("<f4", "(99999999999999999999,)", "")));
    QVERIFY(!read("a.npy", npyBytes("<f4", "3", rawBytes<float>({1, 2, 3}))));
    const auto cut = read("a.npy", npyBytes("<f4", "(4, 2)", rawBytes<float>({1, 2})));
    QVERIFY(!cut);
    QCOMPARE(cut.error().code, Error::Code::Truncated);
    QVERIFY(cut.error().what.find("32 bytes, 8 are there") != std::string::npos);
    const auto none = readLatentTable(m_folder->path().toStdString() + "/none.npy", {});
    QVERIFY(!none);
    QCOMPARE(none.error().code, Error::Code::NotFound);
}

void TestLatentTable::otherArraysSayWhatToDo_data() {
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("shape");
    QTest::addColumn<QString>("words");
    const auto row = [](const char* name, const char* kind, const char* shape, const char* words) {
        QTest::newRow(name) << QString::fromLatin1(kind) << QString::fromLatin1(shape)
                            << QString::fromLatin1(words);
    };
    row("three dimensions", "<f4", "(2, 1, 1)", "reshape(len(a), -1)");
    row("none", "<f4", "()", "reshape(len(a), -1)");
    row("big-endian", ">f4", "(2, 1)", "astype('float32')");
    row("objects", "|O", "(1, 1)", "never loaded");
    row("text", "<U2", "(1, 1)", "Give text as labels");
    row("complex", "<c8", "(1, 1)", "astype('float32')");
}

void TestLatentTable::otherArraysSayWhatToDo() {
    QFETCH(QString, kind);
    QFETCH(QString, shape);
    QFETCH(QString, words);
    const std::size_t bytes = shape == QLatin1String("()") ? 4 : 8;
    const auto table =
        read("a.npy", npyBytes(kind.toStdString(), shape.toStdString(), std::string(bytes, '\0')));
    QVERIFY(!table);
    const QString message = QString::fromStdString(table.error().message());
    QVERIFY2(message.contains(words), qPrintable(message));
}

void TestLatentTable::anArchiveHoldsLatentsAndTheirLabels() {
    const auto path = file("a.npz", {});
    ZipWriter zip(path);
    const std::string latents = npyBytes("<f4", "(2, 2)", rawBytes<float>({1, 2, 3, 4}));
    const std::string genre =
        npyBytes("<U2", "(2,)", rawBytes<char32_t>({U'\u00E4', 0, U'b', U'c'}));
    const std::string year = npyBytes("<i8", "(2,)", rawBytes<std::int64_t>({1999, -5}));
    const std::string three = npyBytes("<i8", "(3,)", rawBytes<std::int64_t>({1, 2, 3}));
    const auto add = [&](const char* name, std::string_view bytes) {
        return zip.add(name, std::span<const std::string_view>(&bytes, 1));
    };
    QVERIFY_RESULT(add("mu.npy", latents));
    QVERIFY_RESULT(add("Genre.npy", genre));
    QVERIFY_RESULT(add("year.npy", year));
    QVERIFY_RESULT(add("three.npy", three)); // of other rows: no label
    QVERIFY_RESULT(zip.commit());
    const auto table = readLatentTable(path, {});
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{1, 2, 3, 4}));
    QCOMPARE(table->labels.size(), std::size_t(2));
    QCOMPARE(table->labels[0].name, std::string("genre"));
    QCOMPARE(table->labels[0].of(0), std::string("\xC3\xA4"));
    QCOMPARE(table->labels[0].of(1), std::string("bc"));
    QCOMPARE(table->labels[1].of(0), std::string("1999"));
    QCOMPARE(table->labels[1].of(1), std::string("-5"));
}

void TestLatentTable::severalTablesAreAskedFor() {
    const auto path = file("a.npz", {});
    ZipWriter zip(path);
    const std::string first = npyBytes("<f4", "(2, 1)", rawBytes<float>({1, 2}));
    const std::string second = npyBytes("<f4", "(2, 1)", rawBytes<float>({3, 4}));
    std::string_view bytes = first;
    QVERIFY_RESULT(zip.add("a.npy", std::span<const std::string_view>(&bytes, 1)));
    bytes = second;
    QVERIFY_RESULT(zip.add("b.npy", std::span<const std::string_view>(&bytes, 1)));
    QVERIFY_RESULT(zip.commit());
    const auto asked = readLatentTable(path, {});
    QVERIFY(!asked);
    QVERIFY(asked.error().hint.find("--array: a (2, 1) float32, b (2, 1) float32") !=
            std::string::npos);
    TableOptions options;
    options.array = "b";
    const auto table = readLatentTable(path, options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{3, 4}));
    options.array = "c";
    QVERIFY(!readLatentTable(path, options));
}

void TestLatentTable::tensorsAreRead() {
    const std::vector<std::uint16_t> numbers{0x3F80, 0x4000, 0x4040, 0x4080}; // bfloat16: 1 2 3 4
    const std::vector<tensors::TensorView> views{
        {"z", tensors::Dtype::BF16, {2, 2}, std::as_bytes(std::span(numbers))}};
    const auto path = file("a.safetensors", {});
    QVERIFY_RESULT(tensors::writeSafeTensors(path, views, {}));
    const auto table = readLatentTable(path, {});
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{1, 2, 3, 4}));
}

void TestLatentTable::numericColumnsAreDimensions() {
    TableOptions options;
    options.labelColumns = {"Year"};
    const auto table = read("a.csv", "z0,name,Z1,year\n1,a,-2.5e1,1999\n3,b,4,2001\n", options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{1, -25, 3, 4}));
    QCOMPARE(table->labels.size(), std::size_t(2));
    QCOMPARE(table->labels[1].name, std::string("year"));
    QCOMPARE(table->labels[1].of(1), std::string("2001"));
    // Tabs and semicolons separate as well.
    const auto tabs = read("a.tsv", "z0\tz1\n1\t2\n3\t4\n");
    QVERIFY_RESULT(tabs);
    QCOMPARE(tabs->points.values, (std::vector<float>{1, 2, 3, 4}));
    options.labelColumns = {"month"};
    QVERIFY(!read("a.csv", "z0\n1\n2\n", options));
}

void TestLatentTable::quotesCommasAndLineEndsStayInLabels() {
    const auto table = read("a.csv", "z,title\r\n1,\"Lied, \"\"ohne\"\"\nWorte\"\r\n2,\"\"\r\n");
    QVERIFY_RESULT(table);
    QCOMPARE(table->labels[0].of(0), std::string("Lied, \"ohne\"\nWorte"));
    QCOMPARE(table->labels[0].of(1), std::string());
    const auto open = read("a.csv", "z,title\n1,\"never closed\n");
    QVERIFY(!open);
    QVERIFY(open.error().where.find("row 2") != std::string::npos);
    const auto ragged = read("a.csv", "z,title\n1,a\n2\n");
    QVERIFY(!ragged);
    QVERIFY(ragged.error().message().find("1 fields where the header has 2") != std::string::npos);
}

void TestLatentTable::manyDistinctLabelsAreKept() {
    std::string text = "z,name\n";
    for (int row = 0; row < 100'000; ++row) {
        text += std::to_string(row) + ",name " + std::to_string(row) + "\n";
    }
    const auto table = read("a.csv", text);
    QVERIFY_RESULT(table);
    QCOMPARE(table->labels[0].values.size(), std::size_t(100'000));
    QCOMPARE(table->labels[0].of(99'999), std::string("name 99999"));
}

void TestLatentTable::labelsBesideNeedAsManyRows() {
    TableOptions options;
    options.labels = file("labels.csv", "genre,number\nrock,1\njazz,2\n");
    const auto table = read("a.npy", npyBytes("<f4", "(2,)", rawBytes<float>({7, 8})), options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.dimensions, std::size_t(1)); // one number a row
    QCOMPARE(table->labels[0].of(1), std::string("jazz"));
    QCOMPARE(table->labels[1].of(0), std::string("1")); // numbers beside are labels
    const auto three = read("b.npy", npyBytes("<f4", "(3,)", rawBytes<float>({7, 8, 9})), options);
    QVERIFY(!three);
    QCOMPARE(three.error().code, Error::Code::BadShape);
    QCOMPARE(three.error().what, std::string("The labels have 2 rows, the latents 3"));
}

void TestLatentTable::rowsWithoutNumbersAreNamedAndDroppedWhenAsked() {
    const std::string text = "z0,z1,name\n1,2,a\nnan,3,b\n4,5,c\n6,inf,d\n7,,e\n";
    const auto refused = read("a.csv", text);
    QVERIFY(!refused);
    QCOMPARE(refused.error().what,
             std::string("3 of 5 rows hold NaN, infinity or nothing: 2, 4, 5"));
    QVERIFY(refused.error().hint.find("--drop-bad-rows") != std::string::npos);
    TableOptions options;
    options.dropBadRows = true;
    const auto table = read("a.csv", text, options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{1, 2, 4, 5}));
    QCOMPARE(table->rows, (std::vector<std::uint32_t>{0, 2}));
    QCOMPARE(table->labels[0].of(1), std::string("c"));
    QCOMPARE(table->findings.badRows, std::size_t(3));
    QCOMPARE(table->findings.badRowNumbers, (std::vector<std::size_t>{2, 4, 5}));
    QVERIFY(!read("a.csv", "z\nnan\nnan\n1e999\n", options));
}

void TestLatentTable::constantColumnsAreSaidAndLeftOut() {
    const auto table = read("a.csv", "a,b,c\n1,9,2\n1,8,2\n1,7,2\n");
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.dimensions, std::size_t(1));
    QCOMPARE(table->points.values, (std::vector<float>{9, 8, 7}));
    QCOMPARE(table->findings.constantColumns, (std::vector<std::string>{"a", "c"}));
    QCOMPARE(table->findings.notes.front(),
             std::string("2 of 3 columns are constant and left out: a, c"));
    const auto equal = read("a.csv", "a,b\n1,2\n1,2\n1,2\n");
    QVERIFY(!equal);
    QCOMPARE(equal.error().what, std::string("All rows are equal: there is nothing to map"));
}

void TestLatentTable::duplicateRowsAreCounted() {
    const auto table = read("a.csv", "a,b\n1,2\n3,4\n1,2\n1,2\n3,5\n");
    QVERIFY_RESULT(table);
    QCOMPARE(table->findings.duplicates, std::size_t(2));
    QCOMPARE(table->points.count, std::size_t(5)); // they stay
}

void TestLatentTable::fewRows() {
    const auto none = read("a.npy", npyBytes("<f4", "(0, 8)", ""));
    QVERIFY(!none);
    QCOMPARE(none.error().what, std::string("The file has no rows"));
    QVERIFY(!read("a.csv", ""));
    QVERIFY(!read("a.csv", "z0,z1\n"));
    const auto one = read("a.csv", "a,b\n1,2\n");
    QVERIFY_RESULT(one);
    QCOMPARE(one->points.dimensions, std::size_t(2)); // nothing can be said of constancy
    const auto text = read("a.csv", "a,b\nx,y\n");
    QVERIFY(!text);
    QCOMPARE(text.error().what, std::string("The table has no numeric columns"));
}

void TestLatentTable::finishedMapsAreTakenAsTheyAre() {
    TableOptions options;
    options.x = "x";
    options.y = "Y";
    const auto table = read("a.csv", "x,y,z0,z1\n0.5,-3,1,2\n7,8,3,4\n", options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->points.values, (std::vector<float>{1, 2, 3, 4}));
    QCOMPARE(table->places.size(), std::size_t(2));
    QCOMPARE(table->places[0].x, 0.5F);
    QCOMPARE(table->places[1].y, 8.0F);
    // Without latents the positions are all there is.
    const auto alone = read("a.csv", "x,y,name\n0.5,-3,a\n7,8,b\n", options);
    QVERIFY_RESULT(alone);
    QCOMPARE(alone->points.values, (std::vector<float>{0.5F, -3, 7, 8}));
    options.y.clear();
    QVERIFY(!read("a.csv", "x,y\n1,2\n3,4\n", options));
    options.y = "z";
    const auto missing = read("a.csv", "x,y\n1,2\n3,4\n", options);
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, Error::Code::NotFound);
}

void TestLatentTable::soundPathsBeginAtTheTable() {
    TableOptions options;
    options.sound = "file";
    options.start = "from";
    options.length = "for";
    const auto table =
        read("a.csv", "z,file,from,for\n1,sub/../a.mid,,\n2,/music/b.wav,1.5,2\n3,,,\n", options);
    QVERIFY_RESULT(table);
    QCOMPARE(table->sound.of(0), m_folder->path().toStdString() + "/a.mid");
    QCOMPARE(table->sound.of(1), std::string("/music/b.wav"));
    QCOMPARE(table->sound.of(2), std::string());
    QVERIFY(std::isnan(table->start[0]));
    QCOMPARE(table->start[1], 1.5);
    QCOMPARE(table->length[1], 2.0);
    QVERIFY(table->labels.empty()); // a column with a meaning is not a label
    options.sound = "nothing";
    QVERIFY(!read("a.csv", "z,file,from,for\n1,a,2,3\n", options));
}

void TestLatentTable::textAmongNumbersIsNamed() {
    std::string text = "z\n";
    for (int row = 0; row < 2000; ++row) {
        text += std::to_string(row) + "\n";
    }
    const auto table = read("a.csv", text + "oops\n");
    QVERIFY(!table);
    QCOMPARE(table.error().what, std::string("Column \"z\" holds numbers, but here \"oops\""));
    QVERIFY(table.error().where.find("row 2002") != std::string::npos);
    QVERIFY(table.error().hint.find("--label z") != std::string::npos);
}

void TestLatentTable::parquetIsRefusedWithAdvice() {
    const auto table = read("a.parquet", "PAR1");
    QVERIFY(!table);
    QVERIFY(table.error().hint.find("pandas") != std::string::npos);
    QVERIFY(table.error().hint.find("duckdb") != std::string::npos);
    QVERIFY(!read("a.txt", "1,2"));
    QVERIFY(isLatentFile("A.NPY"));
    QVERIFY(!isLatentFile("a.mid"));
}

void TestLatentTable::numpyWritesTheSame() {
    const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
    const auto run = [&](const QString& program) {
        QProcess process;
        process.setWorkingDirectory(m_folder->path());
        process.start(python, {QStringLiteral("-c"), program});
        return process.waitForFinished(test::kHungMs) && process.exitCode() == 0;
    };
    if (python.isEmpty() || !run(QStringLiteral("import numpy"))) {
        QSKIP("NumPy is not installed");
    }
    QVERIFY(run(QStringLiteral(
        "import numpy as n\n"
        "a = n.array([[1.5, -2], [3, 4e10], [0, 65504]])\n"
        "n.save('f8.npy', a)\n"
        "n.save('f2.npy', n.asfortranarray(n.array([[1, 2], [3, 4], [5, 6]], 'float16')))\n"
        "n.savez('s.npz', mu=a, name=n.array(['a', '\\u00e4\\u00f6', '']))\n"
        "n.savez_compressed('c.npz', mu=a, name=n.array(['a', '\\u00e4\\u00f6', '']))\n")));
    const auto at = [&](const char* name) {
        return std::filesystem::path(m_folder->path().toStdString()) / name;
    };
    const std::vector<float> expected{1.5F, -2, 3, 4e10F, 0, 65504};
    for (const char* name : {"f8.npy", "s.npz", "c.npz"}) {
        const auto table = readLatentTable(at(name), {});
        QVERIFY_RESULT(table);
        QCOMPARE(table->points.values, expected);
        if (std::string(name) != "f8.npy") {
            QCOMPARE(table->labels[0].of(1), std::string("\xC3\xA4\xC3\xB6"));
        }
    }
    const auto half = readLatentTable(at("f2.npy"), {});
    QVERIFY_RESULT(half);
    QCOMPARE(half->points.values, (std::vector<float>{1, 2, 3, 4, 5, 6}));
}

QTEST_APPLESS_MAIN(TestLatentTable)
#include "tst_latent_table.moc"
