// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensors/safetensors.h"
#include "models/datasets/prepared_words.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <QTest>

using namespace canto;
using tensors::PreparedWords;
using tensors::TensorView;

namespace {

codec::WordSong wordsAt(int pitch, int bars) {
    music::Song song;
    song.ticksPerQuarter = 480;
    for (int bar = 0; bar < bars; ++bar) {
        music::Note note;
        note.start = bar * 1920;
        note.length = 480;
        note.pitch = static_cast<std::uint8_t>(pitch + bar);
        song.notes.push_back(note);
    }
    song.tempo = music::TempoMap(480, {});
    song.metre = music::MetreMap(480, {});
    song.finish();
    return codec::wordsOf(song);
}

PreparedWords twoSongs() {
    PreparedWords set;
    set.addSong({"a.mid", "A", "one", "Q3", "train"}, wordsAt(60, 3));
    set.addSong({"b.mid", "B", "two", "", "valid"}, wordsAt(40, 2));
    set.addSong({"c.mid", "C", "three", "Q1", "test"}, wordsAt(50, 1));
    set.finish("emotion");
    return set;
}

} // namespace

class TestPreparedWords : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path path(const char* name) {
        return m_folder.filePath(QString::fromLatin1(name)).toStdString();
    }

  private Q_SLOTS:
    void songsSurviveTheirFile() {
        const auto set = twoSongs();
        QVERIFY_RESULT(set.write(path("good")));
        const auto read = PreparedWords::open(path("good"));
        QVERIFY_RESULT(read);
        QVERIFY(read->songs() == set.songs());
        QCOMPARE(read->classes(), (std::vector<std::string>{"Q1", "Q3"}));
        QCOMPARE(read->classOf(0), 1);
        QCOMPARE(read->classOf(1), -1);
        QCOMPARE(read->classColumn(), std::string("emotion"));
        for (std::size_t song = 0; song < 3; ++song) {
            QVERIFY(std::ranges::equal(read->words(song), set.words(song)));
            QVERIFY(std::ranges::equal(read->bars(song), set.bars(song)));
        }
        // Each bar: a line, its place, a note.
        QCOMPARE(read->window(0, 1, 2, 100).size(), std::size_t(6));
        QCOMPARE(read->window(0, 1, 2, 4).size(), std::size_t(4));
        QCOMPARE(read->window(1, 1, 4, 100).size(), std::size_t(3));
        QVERIFY(read->window(1, 2, 4, 100).empty());
    }

    void damageIsNamed_data() {
        QTest::addColumn<QString>("what");
        QTest::newRow("a value outside the vocabulary") << "words";
        QTest::newRow("a bar outside its song") << "bar";
        QTest::newRow("songs that do not end where the words do") << "songWords";
        QTest::newRow("another vocabulary") << "vocabulary";
        QTest::newRow("another format") << "format";
    }
    void damageIsNamed() {
        QFETCH(QString, what);
        QVERIFY_RESULT(twoSongs().write(path("whole")));
        const auto file = tensors::SafeTensors::open(path("whole"));
        QVERIFY_RESULT(file);
        auto metadata = file->metadata();
        metadata.erase("canto.checksum");
        std::vector<std::vector<std::byte>> kept;
        std::vector<TensorView> tensors;
        for (const auto& tensor : file->tensors()) {
            auto& bytes = kept.emplace_back(tensor.bytes.begin(), tensor.bytes.end());
            if (tensor.name == what.toStdString()) {
                // Words: the type of the first; bars: the second bar; starts: the last, low byte.
                const std::size_t place = what == QLatin1String("words") ? 3
                                          : what == QLatin1String("bar") ? 4
                                                                         : bytes.size() - 8;
                bytes[place] = std::byte{200};
            }
            auto copy = tensor;
            tensors.push_back(copy);
        }
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            tensors[i].bytes = kept[i];
        }
        if (what == QLatin1String("vocabulary") || what == QLatin1String("format")) {
            metadata[what.toStdString()] = "{}";
        }
        QVERIFY_RESULT(tensors::writeSafeTensors(path("bad"), tensors, metadata));
        const auto read = PreparedWords::open(path("bad"));
        QVERIFY(!read);
        QCOMPARE(read.error().code, Error::Code::BadFile);
    }
};

QTEST_APPLESS_MAIN(TestPreparedWords)
#include "tst_prepared_words.moc"
