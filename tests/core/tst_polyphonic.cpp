// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/file_notes.h"
#include "core/codec/polyphonic.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <algorithm>

using namespace canto;
using namespace canto::codec;
using music::Tick;

namespace {

constexpr int kQuarter = 480;
constexpr Tick kStep = kQuarter / 4;

struct Part {
    int channel = 0;
    int program = 0;
    int track = 0;
};
constexpr Part kPiano{0, 0, 0};
constexpr Part kDrums{9, 0, 1};
constexpr Part kBass{1, 33, 2};

music::Note noteOf(const Part& part, Tick start, Tick length, int pitch, int velocity = 80) {
    music::Note note;
    note.start = start;
    note.length = length;
    note.track = static_cast<std::uint16_t>(part.track);
    note.channel = static_cast<std::uint8_t>(part.channel);
    note.program = static_cast<std::uint8_t>(part.program);
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.velocity = static_cast<std::uint8_t>(velocity);
    return note;
}

music::Song songOf(std::vector<music::Note> notes, std::vector<music::MetreChange> metre = {},
                   std::vector<music::TempoChange> tempo = {}) {
    music::Song song;
    song.ticksPerQuarter = kQuarter;
    song.tempo = music::TempoMap(kQuarter, std::move(tempo));
    song.metre = music::MetreMap(kQuarter, std::move(metre));
    song.tracks = {{"Piano"}, {"Drums"}, {"Bass"}, {"Other"}};
    song.notes = std::move(notes);
    song.finish();
    return song;
}

std::vector<GridPhrase> phrasesOf(const GridSong& grid) {
    std::vector<GridPhrase> phrases;
    for (const auto& window : grid.partition()) {
        phrases.push_back(grid.phrase(window));
    }
    return phrases;
}

/// (start in steps, pitch) of all notes, by start, then pitch.
std::vector<std::pair<int, int>> onsetsOf(const music::Song& song) {
    std::vector<std::pair<int, int>> onsets;
    for (const auto& note : song.notes) {
        onsets.emplace_back(static_cast<int>(note.start * 4 / song.ticksPerQuarter), note.pitch);
    }
    std::sort(onsets.begin(), onsets.end());
    return onsets;
}

} // namespace

class TestPolyphonic : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void chordsAndTheWholeKitComeBack() {
        const auto song = songOf(
            {noteOf(kPiano, 0, 4 * kStep, 60, 90), noteOf(kPiano, 0, 4 * kStep, 64, 70),
             noteOf(kPiano, 0, 8 * kStep, 67, 50), noteOf(kDrums, 0, kStep, 36, 110),
             noteOf(kDrums, 0, kStep, 42, 40), noteOf(kBass, 4 * kStep, 4 * kStep, 40, 100)});
        const auto grid = toGrid(song);
        QCOMPARE(grid.musicBars, std::size_t(1));
        QCOMPARE(grid.notes.size(), std::size_t(6));
        const auto back = toSong(phrasesOf(grid));
        const auto notes = compareNotes(song, back);
        QCOMPARE(notes.notes, std::uint64_t(6));
        QCOMPARE(notes.found, std::uint64_t(6));
        QCOMPARE(notes.other, std::uint64_t(6));
        QCOMPARE(notes.exact, std::uint64_t(6));
        QCOMPARE(notes.velocityError, std::uint64_t(0));
        for (const auto& note : back.notes) {
            if (note.pitch == 67) {
                QCOMPARE(note.length, 8 * kStep);
            }
        }
    }

    void aRepeatedNoteIsStruckAgain() {
        const auto song =
            songOf({noteOf(kPiano, 0, 2 * kStep, 60), noteOf(kPiano, 2 * kStep, 2 * kStep, 60)});
        const auto phrases = phrasesOf(toGrid(song));
        QCOMPARE(phrases.size(), std::size_t(1));
        QCOMPARE(phrases[0].notes.size(), std::size_t(2));
        const auto back = toSong(phrases);
        QCOMPARE(onsetsOf(back), (std::vector<std::pair<int, int>>{{0, 60}, {2, 60}}));
        QCOMPARE(back.notes[0].length, 2 * kStep);
    }

    void tripletsAndSwingAreTwelfths() {
        // The second of three notes to a quarter lies at 4/12, the step at 3/12: one later. The
        // third lies at 8/12, one before the step at 9/12.
        const auto song = songOf({noteOf(kPiano, 0, 160, 60), noteOf(kPiano, 160, 160, 62),
                                  noteOf(kPiano, 320, 160, 64)});
        const auto phrases = phrasesOf(toGrid(song));
        const auto& notes = phrases[0].notes;
        QCOMPARE(notes.size(), std::size_t(3));
        QCOMPARE(int(notes[1].step), 1);
        QCOMPARE(int(notes[1].offset), 1);
        QCOMPARE(int(notes[2].step), 3);
        QCOMPARE(int(notes[2].offset), -1);
        const auto back = toSong(phrases);
        QCOMPARE(back.notes[1].start, Tick(160));
        QCOMPARE(back.notes[2].start, Tick(320));
    }

    void aNoteSoundsOnIntoTheNextPhrase() {
        // From the second bar's end into the third: two phrases, one note.
        const auto song = songOf({noteOf(kPiano, 30 * kStep, 6 * kStep, 60)});
        const auto phrases = phrasesOf(toGrid(song));
        QCOMPARE(phrases.size(), std::size_t(2));
        QCOMPARE(int(phrases[0].notes[0].length), 2);
        QVERIFY(phrases[1].notes[0].tied);
        QCOMPARE(int(phrases[1].notes[0].length), 4);
        const auto joined = toSong(phrases);
        QCOMPARE(joined.notes.size(), std::size_t(1));
        QCOMPARE(joined.notes[0].start, 30 * kStep);
        QCOMPARE(joined.notes[0].length, 6 * kStep);
        // Alone, the second begins with the note.
        const auto alone = toSong(std::span(phrases).subspan(1));
        QCOMPARE(alone.notes.size(), std::size_t(1));
        QCOMPARE(alone.notes[0].start, Tick(0));
        QCOMPARE(alone.notes[0].length, 4 * kStep);
    }

    void phrasesAreWholeBarsInEveryMetre_data() {
        QTest::addColumn<int>("numerator");
        QTest::addColumn<int>("denominator");
        QTest::addColumn<int>("steps");
        QTest::addColumn<int>("bars");
        QTest::newRow("4/4") << 4 << 4 << 32 << 2;
        QTest::newRow("3/4") << 3 << 4 << 24 << 2;
        QTest::newRow("2/4") << 2 << 4 << 32 << 4;
        QTest::newRow("6/8") << 6 << 8 << 24 << 2;
        QTest::newRow("12/8") << 12 << 8 << 24 << 1;
        QTest::newRow("7/8") << 7 << 8 << 28 << 2;
        QTest::newRow("5/4") << 5 << 4 << 20 << 1;
    }
    void phrasesAreWholeBarsInEveryMetre() {
        QFETCH(int, numerator);
        QFETCH(int, denominator);
        QFETCH(int, steps);
        QFETCH(int, bars);
        music::MetreChange metre;
        metre.numerator = numerator;
        metre.denominator = denominator;
        const Tick bar = Tick{numerator} * 4 * kQuarter / denominator;
        std::vector<music::Note> notes;
        for (int i = 0; i < 8; ++i) {
            notes.push_back(noteOf(kPiano, i * bar, kStep, 60 + i));
        }
        const auto song = songOf(notes, {metre});
        const auto grid = toGrid(song);
        QCOMPARE(grid.musicBars, std::size_t(8));
        const auto window = grid.window(0);
        QCOMPARE(int(window.steps), steps);
        QCOMPARE(int(window.end - window.first), bars);
        const auto back = toSong(phrasesOf(grid));
        QCOMPARE(onsetsOf(back), onsetsOf(song));
    }

    void aBarLongerThanAPhraseIsDivided() {
        music::MetreChange metre;
        metre.numerator = 12; // 48 sixteenths
        const auto song =
            songOf({noteOf(kPiano, 0, kStep, 60), noteOf(kPiano, 40 * kStep, kStep, 62)}, {metre});
        const auto grid = toGrid(song);
        QCOMPARE(grid.musicBars, std::size_t(3));
        QCOMPARE(int(grid.bars[2].step), 32);
        QCOMPARE(grid.bars[2].start, 32 * kStep);
        QCOMPARE(onsetsOf(toSong(phrasesOf(grid))), onsetsOf(song));
    }

    void pitchesOutsideTheRangeMoveByOctaves() {
        const auto grid =
            toGrid(songOf({noteOf(kBass, 0, kStep, 21), noteOf(kPiano, 0, kStep, 108)}));
        QCOMPARE(int(grid.notes[0].pitch), 33);
        QCOMPARE(int(grid.notes[1].pitch), 96);
    }

    void tracksFollowTheirPrograms() {
        const auto grid = toGrid(songOf(
            {noteOf({0, 5, 0}, 0, kStep, 60), noteOf({1, 27, 0}, kStep, kStep, 60),
             noteOf({2, 38, 0}, 2 * kStep, kStep, 40), noteOf({3, 61, 0}, 3 * kStep, kStep, 60),
             noteOf(kDrums, 4 * kStep, kStep, 36)}));
        std::vector<int> tracks;
        for (const auto& note : grid.notes) {
            tracks.push_back(note.track);
        }
        QCOMPARE(tracks, (std::vector<int>{2, 3, 1, 4, 0}));
        QCOMPARE(int(grid.bars[0].programs[3]), 27);
        QCOMPARE(int(grid.bars[0].programs[5]), int(kNoProgram));
    }

    void theLeadIsTheTuneAboveTheOthers() {
        std::vector<music::Note> notes;
        for (int i = 0; i < 16; ++i) {
            notes.push_back(noteOf({4, 73, 3}, i * 4 * kStep, 3 * kStep, 76 + i % 5));
            for (const int tone : {48, 52, 55}) {
                notes.push_back(noteOf(kPiano, i * 4 * kStep, 4 * kStep, tone));
            }
        }
        const auto song = songOf(notes);
        const auto lead = leadOf(song);
        QVERIFY(lead);
        QCOMPARE(int(lead->track), 3);
        QCOMPARE(int(lead->channel), 4);
        QVERIFY(qFuzzyCompare(lead->score, 1.0)); // single, on top, in every bar
        const auto grid = toGrid(song);
        for (const auto& note : grid.notes) {
            QCOMPARE(note.track == 5, note.pitch >= 76);
        }
    }

    void aPianoAloneHasNoLead() {
        std::vector<music::Note> notes;
        for (int i = 0; i < 16; ++i) {
            for (const int tone : {48, 52, 76}) {
                notes.push_back(noteOf(kPiano, i * 4 * kStep, 4 * kStep, tone + i % 3));
            }
        }
        QVERIFY(!leadOf(songOf(notes)));
    }

    void tempoAndProgramsOfPhrasesAreKept() {
        const auto song =
            songOf({noteOf({0, 5, 0}, 0, kStep, 60), noteOf({0, 5, 0}, 32 * kStep, kStep, 60)}, {},
                   {{0, 600'000}, {32 * kStep, 400'000}}); // 100, then 150
        const auto phrases = phrasesOf(toGrid(song));
        QCOMPARE(phrases.size(), std::size_t(2));
        const auto back = toSong(phrases);
        QCOMPARE(back.tempo.bpmAt(0), 100.0);
        QCOMPARE(back.tempo.bpmAt(32 * kStep), 150.0);
        QCOMPARE(int(back.notes[0].program), 5);
        QCOMPARE(toSong(phrases, {.bpm = 120.0}).tempo.bpmAt(32 * kStep), 120.0);
    }

    void onlyTheFirstBarsForStreaming() {
        const auto song =
            songOf({noteOf(kPiano, 0, 32 * kStep, 60), noteOf(kPiano, 16 * kStep, kStep, 64)});
        const auto first = toSong(phrasesOf(toGrid(song)), {.bars = 1});
        QCOMPARE(first.notes.size(), std::size_t(1));
        QCOMPARE(first.notes[0].length, 16 * kStep);
    }

    void windowsBeginWithEveryBarAndPartitionsDoNotOverlap() {
        std::vector<music::Note> notes;
        for (int bar = 0; bar < 5; ++bar) {
            notes.push_back(noteOf(kPiano, bar * 16 * kStep, kStep, 60));
        }
        const auto grid = toGrid(songOf(notes));
        const auto windows = grid.windows();
        QCOMPARE(windows.size(), std::size_t(4)); // the fourth reaches the end
        QCOMPARE(windows[3].first, std::size_t(3));
        const auto parts = grid.partition();
        QCOMPARE(parts.size(), std::size_t(3));
        QCOMPARE(parts[2].first, std::size_t(4));
        QVERIFY(!windows[0].strict);
    }

    void noNotesNoPhrases() {
        const auto grid = toGrid(songOf({}));
        QVERIFY(grid.windows().empty());
        QVERIFY(grid.partition().empty());
        QVERIFY(toSong({}).notes.empty());
    }
};

QTEST_APPLESS_MAIN(TestPolyphonic)
#include "tst_polyphonic.moc"
