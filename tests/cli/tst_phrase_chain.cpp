// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/phrase_chain.h"

#include <QTest>
#include <tuple>

using namespace canto;

namespace {

/// Two bars of 4/4 with a note at the beginning of each, on a track of this name.
music::Song phraseOf(const char* track, int first, int second) {
    music::Song song;
    song.ticksPerQuarter = 480;
    song.tracks = {{track}};
    for (const auto& [tick, pitch] : {std::pair(0, first), std::pair(1920, second)}) {
        music::Note note;
        note.start = tick;
        note.length = 480;
        note.pitch = static_cast<std::uint8_t>(pitch);
        song.notes.push_back(note);
    }
    song.finish();
    return song;
}

using Placed = std::tuple<music::Tick, music::Tick, int>; ///< start, length, pitch

std::vector<Placed> notesOf(const music::Song& song) {
    std::vector<Placed> notes;
    for (const auto& note : song.notes) {
        notes.emplace_back(note.start, note.length, note.pitch);
    }
    return notes;
}

} // namespace

class TestPhraseChain : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void tracksOfOneNameAreOne() {
        const std::vector<music::Song> phrases{phraseOf("Bass", 40, 41), phraseOf("Keys", 60, 61),
                                               phraseOf("Bass", 42, 43)};
        const auto song = chainPhrases(phrases, 2);
        QCOMPARE(song.tracks, (std::vector<music::Track>{{"Bass"}, {"Keys"}}));
        QCOMPARE(song.notes.size(), std::size_t(6));
        QCOMPARE(int(song.notes[2].track), 1); // 60
        QCOMPARE(song.notes[2].start, music::Tick(2 * 1920));
        QCOMPARE(int(song.notes[4].track), 0); // 42
    }

    void everyBarComesOnce() {
        // Three bars of 960 ticks; a phrase from each bar from which two follow.
        const std::vector<music::Song> phrases{phraseOf("Keys", 60, 61), phraseOf("Keys", 71, 72)};
        const std::vector<PhrasePlace> places{{0, 1920}, {960, 2880}};
        const music::TempoMap tempo(240, {{0, 400000}});
        const auto song = placePhrases(phrases, places, tempo, music::MetreMap(240, {}));
        QCOMPARE(song.ticksPerQuarter, 240);
        QCOMPARE(song.tempo.bpmAt(0), 150.0);
        QCOMPARE(notesOf(song),
                 (std::vector<Placed>{{0, 240, 60}, {960, 240, 61}, {1920, 240, 72}}));
    }

    void silenceBetweenPhrasesStays() {
        const std::vector<music::Song> phrases{phraseOf("Keys", 60, 61), phraseOf("Keys", 71, 72)};
        const std::vector<PhrasePlace> places{{0, 3840}, {7680, 11520}};
        const auto song =
            placePhrases(phrases, places, music::TempoMap(480, {}), music::MetreMap(480, {}));
        QCOMPARE(
            notesOf(song),
            (std::vector<Placed>{{0, 480, 60}, {1920, 480, 61}, {7680, 480, 71}, {9600, 480, 72}}));
    }

    void notesEndWithTheirPlace() {
        const std::vector<music::Song> phrases{phraseOf("Keys", 60, 61)};
        const std::vector<PhrasePlace> places{{0, 2160}}; // half of the second note
        const auto song =
            placePhrases(phrases, places, music::TempoMap(480, {}), music::MetreMap(480, {}));
        QCOMPARE(notesOf(song), (std::vector<Placed>{{0, 480, 60}, {1920, 240, 61}}));
    }
};

QTEST_GUILESS_MAIN(TestPhraseChain)
#include "tst_phrase_chain.moc"
