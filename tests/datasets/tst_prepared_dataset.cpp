// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/expression.h"
#include "core/tensors/safetensors.h"
#include "models/datasets/prepared_dataset.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace canto;
using namespace canto::tensors;
using codec::PhraseWindow;
using codec::Token;

namespace {

std::vector<Token> phraseOf(Token first) {
    std::vector<Token> tokens(codec::kPhraseTokens, codec::kHold);
    tokens[0] = first;
    return tokens;
}

std::vector<Token> joined(std::initializer_list<Token> firsts) {
    std::vector<Token> all;
    for (const Token first : firsts) {
        const auto one = phraseOf(first);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}

/// Two jazz phrases for training, one rock phrase and one without a genre for testing.
PreparedDataset small() {
    PreparedDataset set;
    const std::vector<PhraseWindow> two{{0, 0, 0, true}, {3, 0, 0, false}};
    const std::vector<PhraseWindow> one{{7, 0, 0, true}};
    set.addSong({"b.mid", "B", "Bé", "rock", "test"}, one, joined({40}));
    set.addSong({"a.mid", "A", "", "jazz", "train"}, two, joined({36, 128}));
    set.addSong({"c.mid", "C", "", "", "test"}, one, joined({41}));
    set.finish("genre", {{"hop", "1"}});
    return set;
}

QByteArray bytesOf(const std::filesystem::path& path) {
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The tensors of a valid file with three phrases of two songs, for a test to damage.
struct Parts {
    std::vector<std::uint8_t> tokens = joined({1, 2, 3});
    std::vector<std::int32_t> song{0, 0, 1};
    std::vector<std::int32_t> bar{0, 1, 0};
    std::vector<std::uint8_t> strict{1, 0, 1};
    std::vector<std::int64_t> tokenShape{3, 4, 32};
    Dtype barType = Dtype::I32;
    std::string left; ///< a tensor to leave out
    std::map<std::string, std::string> metadata{
        {"format", "canto.prepared.musae.1"},
        {"classColumn", "genre"},
        {"classes", R"(["jazz"])"},
        {"songs", R"([{"path":"a","genre":"jazz","split":"train"},{"path":"b","split":"test"}])"}};

    Result<void> write(const std::filesystem::path& path) const {
        std::vector<TensorView> all{
            {"tokens", Dtype::U8, tokenShape, std::as_bytes(std::span(tokens))},
            {"song", Dtype::I32, {std::ssize(song)}, std::as_bytes(std::span(song))},
            {"bar", barType, {std::ssize(bar)}, std::as_bytes(std::span(bar))},
            {"strict", Dtype::U8, {std::ssize(strict)}, std::as_bytes(std::span(strict))}};
        std::erase_if(all, [this](const TensorView& tensor) { return tensor.name == left; });
        return writeSafeTensors(path, all, metadata);
    }
};

} // namespace

class TestPreparedDataset : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void whatIsWrittenIsRead();
    void splitsAndStrictPhrasesAreFound();
    void theSameContentGivesTheSameBytes();
    void namesThatAreNotUtf8DoNotStopTheWriting();
    void aWellFormedFileFromElsewhereOpens();
    void spoiltFilesAreRefused_data();
    void spoiltFilesAreRefused();
    void touchesAreKeptAndChecked();

  private:
    QTemporaryDir m_folder;
    std::filesystem::path at(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }
};

void TestPreparedDataset::touchesAreKeptAndChecked() {
    QVERIFY(small().expressionsOf(0).empty());
    PreparedDataset set;
    const std::vector<PhraseWindow> windows{{0, 0, 0, true}, {3, 0, 0, false}};
    std::vector<codec::Expression> expressions(2 * codec::kPhraseTokens, codec::kNoExpression);
    expressions[codec::kPhraseTokens + 5] = 24;
    set.addSong({"a.mid", "A", "", "jazz", "train"}, windows, joined({36, 128}), expressions);
    set.finish("genre");
    QVERIFY_RESULT(set.write(at("expression.safetensors")));
    const auto read = PreparedDataset::open(at("expression.safetensors"));
    QVERIFY_RESULT(read);
    QCOMPARE(read->expressions().size(), expressions.size());
    QCOMPARE(read->expressionsOf(1)[5], codec::Expression{24});

    expressions[0] = 25;
    PreparedDataset wrong;
    wrong.addSong({"a.mid", "A", "", "jazz", "train"}, windows, joined({36, 128}), expressions);
    wrong.finish("genre");
    QVERIFY_RESULT(wrong.write(at("wrong.safetensors")));
    const auto refused = PreparedDataset::open(at("wrong.safetensors"));
    QVERIFY(!refused);
    QVERIFY(refused.error().what.find("expressions holds 25") != std::string::npos);
}

void TestPreparedDataset::whatIsWrittenIsRead() {
    const auto set = small();
    const auto written = set.write(at("set.safetensors"));
    QVERIFY_RESULT(written);
    const auto read = PreparedDataset::open(at("set.safetensors"));
    QVERIFY_RESULT(read);
    QCOMPARE(read->size(), std::size_t{4});
    QVERIFY(read->songs() == set.songs());
    QCOMPARE(read->classes(), (std::vector<std::string>{"jazz", "rock"}));
    QCOMPARE(read->classColumn(), std::string("genre"));
    QCOMPARE(read->metadata().at("hop"), std::string("1"));
    QCOMPARE(read->phrase(0)[0], Token{40});
    QCOMPARE(read->phrase(2)[0], codec::kSilence);
    QCOMPARE(read->phrase(2)[127], codec::kHold);
    QCOMPARE(read->song(2), std::size_t{1});
    QCOMPARE(read->bar(2), 3);
    QVERIFY(read->strict(1) && !read->strict(2));
    for (const PreparedDataset* each : {&set, &*read}) {
        QCOMPARE(each->classOf(0), 1);
        QCOMPARE(each->classOf(1), 0);
        QCOMPARE(each->classOf(3), -1);
    }
}

void TestPreparedDataset::splitsAndStrictPhrasesAreFound() {
    using Which = PreparedDataset::Which;
    using Numbers = std::vector<std::uint32_t>;
    const auto set = small();
    QCOMPARE(set.phrases("train"), (Numbers{1, 2}));
    QCOMPARE(set.phrases("train", Which::Strict), (Numbers{1}));
    QCOMPARE(set.phrases("test"), (Numbers{0, 3}));
    QCOMPARE(set.phrases("", Which::Strict), (Numbers{0, 1, 3}));
    QVERIFY(set.phrases("valid").empty());
}

void TestPreparedDataset::theSameContentGivesTheSameBytes() {
    QVERIFY(small().write(at("one")).has_value());
    QVERIFY(small().write(at("two")).has_value());
    QVERIFY(!bytesOf(at("one")).isEmpty());
    QCOMPARE(bytesOf(at("one")), bytesOf(at("two")));
}

void TestPreparedDataset::namesThatAreNotUtf8DoNotStopTheWriting() {
    PreparedDataset set;
    const std::vector<PhraseWindow> one{{0, 0, 0, true}};
    set.addSong({"caf\xe9.mid", "t", "", "caf\xe9", "train"}, one, joined({60}));
    set.finish("genre");
    const auto written = set.write(at("latin"));
    QVERIFY_RESULT(written);
    const auto read = PreparedDataset::open(at("latin"));
    QVERIFY_RESULT(read);
    QCOMPARE(read->classOf(0), 0);
}

void TestPreparedDataset::aWellFormedFileFromElsewhereOpens() {
    QVERIFY(Parts().write(at("parts")).has_value());
    const auto set = PreparedDataset::open(at("parts"));
    QVERIFY_RESULT(set);
    QCOMPARE(set->size(), std::size_t{3});
    QCOMPARE(set->classOf(2), -1);
}

void TestPreparedDataset::spoiltFilesAreRefused_data() {
    QTest::addColumn<int>("damage");
    QTest::addColumn<QString>("reason");
    const char* reason[] = {"not a prepared data set",
                            "tokens",
                            "song",
                            "song",
                            "bar",
                            "strict",
                            "tokens",
                            "strict",
                            "bar",
                            "song",
                            "songs",
                            "classes",
                            "songs",
                            "classes",
                            "bar"};
    for (int i = 0; i < 15; ++i) {
        QTest::addRow("%d", i) << i << QString::fromLatin1(reason[i]);
    }
}

void TestPreparedDataset::spoiltFilesAreRefused() {
    QFETCH(int, damage);
    QFETCH(QString, reason);
    Parts parts;
    switch (damage) {
    case 0:
        parts.metadata["format"] = "canto.prepared.other.1";
        break;
    case 1:
        parts.tokens[300] = 130;
        break;
    case 2:
        parts.song[1] = 2;
        break;
    case 3:
        parts.song[2] = -1;
        break;
    case 4:
        parts.bar[0] = -3;
        break;
    case 5:
        parts.strict[0] = 2;
        break;
    case 6:
        parts.tokenShape = {4, 3, 32};
        break;
    case 7:
        parts.strict.pop_back();
        break;
    case 8:
        parts.left = "bar";
        break;
    case 9:
        parts.song.push_back(0);
        break;
    case 10:
        parts.metadata["songs"] = "[{\"path\": 3}]";
        break;
    case 11:
        parts.metadata["classes"] = "{}";
        break;
    case 12:
        parts.metadata["songs"] = "[{";
        break;
    case 13:
        parts.metadata["classes"] = "[\"rock\"]"; // the songs say jazz
        break;
    default:
        parts.barType = Dtype::F32;
    }
    const auto written = parts.write(at("spoilt"));
    QVERIFY_RESULT(written);
    const auto set = PreparedDataset::open(at("spoilt"));
    QVERIFY(!set.has_value());
    QCOMPARE(set.error().code, Error::Code::BadFile);
    QVERIFY2(QString::fromStdString(set.error().message()).contains(reason),
             set.error().message().c_str());
}

QTEST_APPLESS_MAIN(TestPreparedDataset)
#include "tst_prepared_dataset.moc"
