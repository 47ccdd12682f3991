// SPDX-License-Identifier: GPL-3.0-or-later
// Where phrases begin, in the Style and the Emotion space. Ticks worked out by hand.

#include "core/codec/compound_words.h"
#include "core/codec/musae_codec.h"
#include "core/codec/phrase_starts.h"
#include "tests/support/odd_songs.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::codec;
using music::MetreChange;
using music::Song;
using music::Tick;

namespace {

constexpr Tick kQuarter = 480;
constexpr int kWordBars = 4;

/// Quarters from tick 0 to the end of the `bars`-th bar, four pitches in turn.
Song quartersIn(std::vector<MetreChange> metre, int bars) {
    Song song;
    song.tracks.resize(1);
    song.metre = music::MetreMap(kQuarter, std::move(metre));
    const Tick end = song.metre.barStart(bars);
    for (Tick tick = 0; tick < end; tick += kQuarter) {
        music::Note note;
        note.start = tick;
        note.length = kQuarter;
        note.pitch = static_cast<std::uint8_t>(60 + tick / kQuarter % 4);
        song.notes.push_back(note);
    }
    song.finish();
    return song;
}

QList<Tick> startsOf(const std::vector<PhrasePlace>& places) {
    QList<Tick> starts;
    for (const auto& place : places) {
        starts.append(place.start);
    }
    return starts;
}

std::size_t noteCount(const std::vector<Word>& words) {
    return static_cast<std::size_t>(
        std::count_if(words.begin(), words.end(), [](const Word& word) { return word.isNote(); }));
}

} // namespace

class TestPhrasePlaces : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void phrasesBeginOnBarLines_data() {
        QTest::addColumn<Song>("song");
        QTest::addColumn<QList<Tick>>("starts");
        // The last phrase is the first of sixteen quarters that reaches the last note.
        QTest::newRow("4/4") << quartersIn({{0, 4, 4}}, 6) << QList<Tick>{0, 1920, 3840};
        QTest::newRow("pickup of two quarters") << quartersIn({{0, 2, 4}, {960, 4, 4}}, 9)
                                                << QList<Tick>{0, 960, 2880, 4800, 6720, 8640};
        QTest::newRow("pickup of one quarter")
            << quartersIn({{0, 1, 4}, {480, 4, 4}}, 6) << QList<Tick>{0, 480, 2400};
        QTest::newRow("2/4 in the middle") << quartersIn({{0, 4, 4}, {3840, 2, 4}, {4800, 4, 4}}, 7)
                                           << QList<Tick>{0, 1920, 3840, 4800};
        QTest::newRow("3/4") << quartersIn({{0, 3, 4}}, 7) << QList<Tick>{0, 1440, 2880};
        QTest::newRow("6/8") << quartersIn({{0, 6, 8}}, 7) << QList<Tick>{0, 1440, 2880};
        QTest::newRow("2/4") << quartersIn({{0, 2, 4}}, 9) << QList<Tick>{0, 960};
        QTest::newRow("12/8") << quartersIn({{0, 12, 8}}, 4) << QList<Tick>{0, 2880, 5760};
        // Bars of an eighth: none less than two quarters after the one before.
        QTest::newRow("1/8") << quartersIn({{0, 1, 8}}, 36) << QList<Tick>{0, 960};
    }

    void phrasesBeginOnBarLines() {
        QFETCH(Song, song);
        QFETCH(QList<Tick>, starts);
        const WordReader reader(song);
        QCOMPARE(startsOf(reader.places(kWordBars)), starts);
        // The Style space begins at the same ticks, for as long as it has phrases.
        const auto windows = MusaeSong(song, {.bars = kWordBars}).windows();
        for (std::size_t i = 0; i < windows.size() && i < std::size_t(starts.size()); ++i) {
            QCOMPARE(windows[i].start, starts[int(i)]);
        }
        QVERIFY(windows.size() >= std::size_t(starts.size()));
    }

    void aPhraseAfterAPickupHasItsBassOnTheFirstBeat() {
        Song song = quartersIn({{0, 2, 4}, {960, 4, 4}}, 9);
        const WordReader reader(song);
        const auto places = reader.places(kWordBars);
        QCOMPARE(places[1].bar, 1);
        const auto words = reader.words(places[1].step, kWordBars);
        QCOMPARE(noteCount(words), std::size_t(16));
        // The first note is that of tick 960, the third quarter: pitch 62 on Beat_0.
        QVERIFY(words[0].isBar());
        QCOMPARE(int(words[1][Field::Beat]), kBar + 1);
        QCOMPARE(words[2][Field::Pitch] - 1 + kLowestPitch, 62);
    }

    /// What training data is prepared from lies on the bars that most of the song has.
    void allWordsBeginWithTheBarsOfTheFile() {
        const auto words = wordsOf(quartersIn({{0, 2, 4}, {960, 4, 4}}, 9));
        QVERIFY(words.grid == BeatGrid::Source::Metre);
        QCOMPARE(words.starts[0], Tick(-960));
        QCOMPARE(words.starts[1], Tick(960));
        QCOMPARE(words.starts[2], Tick(2880));
        const auto usual = wordsOf(quartersIn({{0, 4, 4}}, 4));
        QCOMPARE(usual.starts, (std::vector<Tick>{0, 1920, 3840, 5760, 7680}));
    }

    /// In 4/4 a phrase read by itself has the very words of that part of the song.
    void phrasesInFourFourAreTheBarsOfTheSong() {
        const Song song = quartersIn({{0, 4, 4}}, 8);
        const WordReader reader(song);
        const auto all = reader.all();
        const auto places = reader.places(kWordBars);
        QCOMPARE(places.size(), std::size_t(5));
        for (std::size_t bar = 0; bar < places.size(); ++bar) {
            const auto window = all.window(int(bar), kWordBars, 1000);
            const auto words = reader.words(places[bar].step, kWordBars);
            QVERIFY(std::equal(words.begin(), words.end(), window.begin(), window.end()));
        }
    }

    void insideABarLongerThanAPhraseFurtherPhrasesBegin() {
        const music::MetreMap metre(kQuarter, {{0, 20, 4}});
        PhraseStarts starts(metre, kQuarter, 2);
        QList<Tick> ticks;
        while (ticks.size() < 6 && starts.next()) {
            ticks.append(starts.start());
        }
        QCOMPARE(ticks, (QList<Tick>{0, 1920, 3840, 5760, 7680, 9600}));
    }

    /// A file that was once refused: 384 ticks a quarter, 12/8, one note half a sixteenth or less
    /// before the end of the third bar.
    void aNoteJustBeforeABarLineIsInTheSong() {
        const Song song = test::songEndingNearABarLine(384, {{0, 12, 8}}, 3, 32);
        const MusaeSong reader(song);
        const auto windows = reader.windows();
        QCOMPARE(windows.back().start, Tick(3 * 2304));
        QCOMPARE(song.endTick(), Tick(3 * 2304));
        QVERIFY(reader.holds(windows.back().start));
        QVERIFY(!reader.holds(3 * 2304 + 384));
        QVERIFY(!reader.holds(-1));
    }

    void everythingThatIsListedCanBeRead() {
        for (const auto& [name, song] : test::oddSongs()) {
            const MusaeSong style(song);
            const auto windows = style.windows();
            QVERIFY2(!windows.empty(), name.c_str());
            for (const auto& window : windows) {
                QVERIFY2(style.holds(window.start), name.c_str());
                const auto tokens = style.encode(window.start);
                QVERIFY2(std::any_of(tokens.begin(), tokens.end(),
                                     [](Token token) { return token < kPitches; }),
                         name.c_str());
            }
            const WordReader reader(song);
            const auto places = reader.places(kWordBars);
            QVERIFY2(!places.empty(), name.c_str());
            std::int64_t until = places.front().step;
            for (const auto& place : places) {
                QVERIFY2(&placeOf(places, place.start) == &place, name.c_str());
                QVERIFY2(reader.barsFrom(place.step) > 0, name.c_str());
                QVERIFY2(place.step <= until, name.c_str()); // no note is left out between two
                until = place.step + 16 * kWordBars;
            }
            QVERIFY2(reader.barsFrom(until) == 0, name.c_str()); // nor at the end
        }
    }
};

QTEST_APPLESS_MAIN(TestPhrasePlaces)
#include "tst_phrase_places.moc"
