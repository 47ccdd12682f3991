// SPDX-License-Identifier: GPL-3.0-or-later
// Arranging by example: what is taken from a song, how it is moved to other chords, which example
// is chosen.

#include "core/arrange/examples.h"
#include "tests/support/test_support.h"

#include <algorithm>

using namespace canto;
using namespace canto::arrange;
using audio::parseChord;

namespace {

std::array<audio::Chord, kUnitBeats> all(const char* label) {
    std::array<audio::Chord, kUnitBeats> chords;
    chords.fill(*parseChord(label));
    return chords;
}

std::vector<int> pitchesAt(const std::vector<GridNote>& notes, int step) {
    std::vector<int> pitches;
    for (const auto& note : notes) {
        if (note.step == step) {
            pitches.push_back(note.pitch);
        }
    }
    std::sort(pitches.begin(), pitches.end());
    return pitches;
}

/// An example over C major with N notes, one on each of the first steps.
Example busy(int song, int bar, int notes) {
    Example example{song, bar, 4, all("C:maj"), {}};
    for (int step = 0; step < notes; ++step) {
        example.notes.push_back({step, 1, 60});
    }
    return example;
}

Unit unitOf(int firstBeat, int onsets) {
    Unit unit;
    unit.firstBeat = firstBeat;
    unit.chords = all("G:maj");
    for (int step = 0; step < onsets; ++step) {
        unit.onset[static_cast<std::size_t>(step)] = 1;
    }
    return unit;
}

} // namespace

class TestExamples : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theChordChangesAndTheTextureStays() {
        // C2, then C4 E4 G4, and a passing D4.
        const Example example{
            0, 0, 4, all("C:maj"), {{0, 4, 36}, {4, 4, 60}, {4, 4, 64}, {4, 4, 67}, {6, 1, 62}}};
        const auto minor = reharmonised(example, all("A:min"));
        QCOMPARE(pitchesAt(minor, 0), std::vector<int>({33}));         // A1: the bass
        QCOMPARE(pitchesAt(minor, 4), std::vector<int>({57, 60, 64})); // A3 C4 E4
        QCOMPARE(pitchesAt(minor, 6), std::vector<int>({60}));         // B3 would rub against C4
        // A passing tone keeps its distance to the root.
        QCOMPARE(pitchesAt(reharmonised(example, all("G:maj")), 6), std::vector<int>({57}));
        const auto same = reharmonised(example, all("C:maj"));
        QCOMPARE(same, example.notes);
        // An inversion: the bass goes to its tone.
        QCOMPARE(pitchesAt(reharmonised(example, all("C:maj/3")), 0), std::vector<int>({40}));
    }

    void allRootsMoveToTheSameSide() {
        // F# is as far above C as below it; with G after it, both go down or both up.
        Example example{0, 0, 4, all("C:maj"), {{0, 4, 48}, {16, 4, 48}}};
        auto chords = all("F#:maj");
        std::fill(chords.begin() + 4, chords.end(), *parseChord("G:maj"));
        const auto moved = reharmonised(example, chords);
        QCOMPARE(moved.size(), std::size_t(2));
        QCOMPARE(moved[1].pitch - moved[0].pitch, 1);
    }

    void beatsWithoutAChordAreSilent() {
        const Example example{0, 0, 4, all("C:maj"), {{0, 4, 48}, {4, 4, 52}}};
        auto chords = all("C:maj");
        chords[1] = {};
        QCOMPARE(reharmonised(example, chords).size(), std::size_t(1));
    }

    void examplesComeFromEveryBarWithMusic() {
        // Four bars of 4/4 at 120: a chord on every beat of bars 1, 2 and 4.
        music::Song song;
        song.tracks.emplace_back();
        for (const int bar : {0, 1, 3}) {
            for (int beat = 0; beat < 4; ++beat) {
                for (const int pitch : {48, 60, 64, 67}) {
                    music::Note note;
                    note.start = (bar * 4 + beat) * 480;
                    note.length = 400;
                    note.pitch = static_cast<std::uint8_t>(pitch);
                    song.notes.push_back(note);
                }
            }
        }
        song.finish();
        const auto examples = examplesOf(song, 7);
        QCOMPARE(examples.size(), std::size_t(1)); // bars 2-3 and 3-4 have an empty one
        QCOMPARE(examples[0].song, 7);
        QCOMPARE(examples[0].bar, 0);
        QCOMPARE(examples[0].notes.size(), std::size_t(32));
        QCOMPARE(examples[0].notes[4].step, 4);
        QCOMPARE(examples[0].chords[0].root, 0);
        QVERIFY(examplesOf(music::Song(), 0).empty());
    }

    void busyPartsGetDenseExamples() {
        ExampleArranger arranger({busy(0, 0, 2), busy(1, 0, 16), busy(2, 0, 30)});
        const std::vector<Unit> units{unitOf(0, 2), unitOf(8, 30)};
        const std::vector<const Unit*> song{&units[0], &units[1]};
        arranger.begin(song);
        QCOMPARE(arranger.chosenAt(0), 0);
        QCOMPARE(arranger.chosenAt(8), 2);
        QCOMPARE(arranger.chosenAt(4), -1);
        arranger.setDensity(-1);
        arranger.begin(song);
        QVERIFY(arranger.chosenAt(8) < 2);
    }

    void aSongGoesOnWhereItFitsAsWell() {
        // Two songs with equal bars: the second unit stays with the song of the first.
        ExampleArranger arranger({busy(0, 0, 8), busy(1, 2, 8), busy(0, 2, 8)});
        const std::vector<Unit> units{unitOf(0, 8), unitOf(8, 8)};
        arranger.begin(std::vector<const Unit*>{&units[0], &units[1]});
        QCOMPARE(arranger.chosenAt(0), 0);
        QCOMPARE(arranger.chosenAt(8), 2);
    }

    void aSectionThatIsRepeatedHasItsExamplesAgain() {
        // Two bars with few notes, two with many; then, busier than before, the first again.
        ExampleArranger arranger({busy(0, 0, 2), busy(1, 0, 8), busy(2, 0, 16)});
        std::vector<Unit> units{unitOf(0, 2), unitOf(8, 16), unitOf(16, 8)};
        const std::vector<const Unit*> all{&units[0], &units[1], &units[2]};
        arranger.begin(all);
        QCOMPARE(arranger.chosenAt(16), 1);
        units[2].repeats = 0;
        arranger.begin(all);
        QCOMPARE(arranger.chosenAt(0), 0);
        QCOMPARE(arranger.chosenAt(16), 0);
        units[2].repeats = 4; // no unit begins there
        arranger.begin(all);
        QCOMPARE(arranger.chosenAt(16), 1);
    }

    void theMelodyLiesAbove() {
        ExampleArranger arranger({{0, 0, 4, all("C:maj"), {{0, 4, 60}, {0, 4, 72}, {4, 4, 84}}}});
        Unit unit = unitOf(0, 1);
        unit.chords = all("C:maj");
        std::fill(unit.melody.begin(), unit.melody.begin() + 4, 67);
        arranger.begin(std::vector<const Unit*>{&unit});
        const auto notes = arranger.arrange(unit, {}, {});
        QVERIFY_RESULT(notes);
        QCOMPARE(pitchesAt(*notes, 0), std::vector<int>({60, 67})); // 72 would hide the melody
        QCOMPARE(pitchesAt(*notes, 4), std::vector<int>({84}));
    }

    void anotherMetreIsArrangedByRules() {
        ExampleArranger arranger({busy(0, 0, 8)});
        Unit waltz = unitOf(0, 8);
        waltz.barBeats = 3;
        waltz.audio.resize(kUnitAudio);
        arranger.begin(std::vector<const Unit*>{&waltz});
        QCOMPARE(arranger.chosenAt(0), -1);
        const auto notes = arranger.arrange(waltz, {}, {});
        QVERIFY_RESULT(notes);
        QVERIFY(!notes->empty());
    }
};

QTEST_GUILESS_MAIN(TestExamples)
#include "tst_examples.moc"
