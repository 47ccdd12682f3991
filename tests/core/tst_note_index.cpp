// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/note_index.h"

#include <QTest>

using namespace canto::music;

namespace {

/// A rising C major tetrachord in quarters, with its bass on the first.
const PhraseNotes kScale{{0, 48}, {0, 60}, {12, 62}, {24, 64}, {36, 65}};

PhraseNotes transposed(PhraseNotes notes, int semitones) {
    for (auto& note : notes) {
        note.pitch = std::int16_t(note.pitch + semitones);
    }
    return notes;
}

Note noteAt(Tick start, int pitch) {
    Note note;
    note.start = start;
    note.length = 100;
    note.pitch = std::uint8_t(pitch);
    return note;
}

} // namespace

class TestNoteIndex : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void notesOfAPart() {
        Song song; // 480 ticks a quarter: a step is 40
        song.notes = {noteAt(0, 50), noteAt(480, 60), noteAt(480 + 245, 64), noteAt(480 + 260, 67),
                      noteAt(1440, 70)};
        Note doubled = song.notes[1];
        doubled.track = 1;
        song.notes.push_back(doubled);
        Note drum = noteAt(500, 36);
        drum.channel = kDrumChannel;
        song.notes.push_back(drum);
        // 245 ticks are 6.1 steps, 260 are 6.5, which counts up.
        const PhraseNotes expected{{0, 60}, {6, 64}, {7, 67}};
        QCOMPARE(phraseNotes(song, 480, 1440), expected);
    }

    void everyNoteOfATransposition() {
        for (const int semitones : {0, 5, -7, 60}) {
            const auto same = sameNotes(kScale, transposed(kScale, semitones));
            QCOMPARE(same.count, std::size_t(5));
            QCOMPARE(same.share, 1.0);
            QCOMPARE(same.semitones, semitones);
        }
    }

    void shareOfTheLongerPhrase() {
        // E becomes E flat and the fourth note comes late: 3 of 5 notes stay.
        const PhraseNotes changed{{0, 48}, {0, 60}, {12, 62}, {24, 63}, {42, 65}};
        QCOMPARE(sameNotes(kScale, changed).count, std::size_t(3));
        QCOMPARE(sameNotes(kScale, changed).share, 0.6);
        // A part of a phrase is not the phrase: 2 of 5, from either side.
        const PhraseNotes part{{12, 62}, {24, 64}};
        QCOMPARE(sameNotes(kScale, part).share, 0.4);
        QCOMPARE(sameNotes(part, kScale).share, 0.4);
    }

    void nothingInCommon() {
        QCOMPARE(sameNotes(kScale, {}).share, 0.0);
        QCOMPARE(sameNotes({}, {}).share, 0.0);
        QCOMPARE(sameNotes(kScale, {{5, 60}}).count, std::size_t(0));
    }

    void ofEqualTranspositionsTheSmallest() {
        // Either of two notes can be the one: the nearer, and of equals the upper.
        QCOMPARE(sameNotes({{0, 60}}, {{0, 50}, {0, 63}}).semitones, 3);
        QCOMPARE(sameNotes({{0, 60}}, {{0, 57}, {0, 63}}).semitones, 3);
        QCOMPARE(sameNotes({{0, 60}}, {{0, 57}, {0, 64}}).semitones, -3);
    }

    void nearestFirst() {
        const PhraseNotes half{{0, 48}, {0, 60}, {12, 65}, {24, 70}};
        const NoteIndex index({{{5, 60}}, half, transposed(kScale, 2), kScale, {}});
        const auto found = index.nearest(kScale, 10);
        QCOMPARE(found.size(), std::size_t(3));
        QCOMPARE(found[0].phrase, std::size_t(2)); // as near as 3, and before it
        QCOMPARE(found[0].same.semitones, 2);
        QCOMPARE(found[1].phrase, std::size_t(3));
        QCOMPARE(found[2].phrase, std::size_t(1));
        QCOMPARE(found[2].same.share, 0.4);
        QCOMPARE(index.nearest(kScale, 1).size(), std::size_t(1));
        QVERIFY(index.nearest({}, 10).empty());
    }

    void nearDuplicates() {
        auto changed = transposed(kScale, -3);
        changed[0].pitch = 40; // another bass: 4 of 5 notes
        const PhraseNotes other{{0, 60}, {12, 67}, {24, 72}, {36, 60}};
        const NoteIndex index({kScale, other, changed, transposed(kScale, 1)});
        const auto pairs = index.duplicates(0.8);
        QCOMPARE(pairs.size(), std::size_t(3));
        QCOMPARE(pairs[0].a, std::size_t(0));
        QCOMPARE(pairs[0].b, std::size_t(3));
        QCOMPARE(pairs[0].same.share, 1.0);
        QCOMPARE(pairs[1].b, std::size_t(2));
        QCOMPARE(pairs[1].same.share, 0.8);
        QCOMPARE(pairs[1].same.semitones, -3);
        QCOMPARE(pairs[2].a, std::size_t(2));
        QCOMPARE(pairs[2].b, std::size_t(3));
        QCOMPARE(index.duplicates(0.9).size(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestNoteIndex)
#include "tst_note_index.moc"
