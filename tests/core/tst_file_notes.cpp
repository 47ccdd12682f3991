// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/file_notes.h"
#include "tests/support/test_support.h"

#include <QTest>

using namespace canto;
using namespace canto::codec;
using music::Tick;

namespace {

music::Note noteOf(Tick start, int pitch, int velocity = 80, int channel = 0, Tick length = 100) {
    music::Note note;
    note.start = start;
    note.length = length;
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.velocity = static_cast<std::uint8_t>(velocity);
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

music::Song songOf(std::vector<music::Note> notes, int quarter = 480) {
    music::Song song;
    song.ticksPerQuarter = quarter;
    song.tempo = music::TempoMap(quarter, {});
    song.metre = music::MetreMap(quarter, {});
    song.tracks.push_back({"all"});
    song.notes = std::move(notes);
    song.finish();
    return song;
}

} // namespace

class TestFileNotes : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void countsByHand() {
        // Four notes; of these one comes back as it was, one a sixteenth late and 20 softer, one an
        // octave off, one not at all.
        const auto file =
            songOf({noteOf(0, 60), noteOf(480, 62), noteOf(960, 64), noteOf(1440, 65)});
        const auto other = songOf({noteOf(0, 60), noteOf(600, 62, 60), noteOf(960, 76)});
        const auto notes = compareNotes(file, other);
        QCOMPARE(notes.notes, std::uint64_t(4));
        QCOMPARE(notes.found, std::uint64_t(2));
        QCOMPARE(notes.exact, std::uint64_t(1));
        QCOMPARE(notes.other, std::uint64_t(3));
        QCOMPARE(notes.recall(), 0.5);
        QCOMPARE(notes.precision(), 2.0 / 3.0);
        QCOMPARE(notes.f1(), 4.0 / 7.0);
        QCOMPARE(notes.velocityOff(), 10.0);
        QCOMPARE(notes.top, std::uint64_t(4));
        QCOMPARE(notes.topFound, std::uint64_t(2));
    }

    void moreThanASixteenthIsNotFound() {
        const auto notes = compareNotes(songOf({noteOf(0, 60)}), songOf({noteOf(121, 60)}));
        QCOMPARE(notes.found, std::uint64_t(0));
    }

    void aNoteDoubledByTwoTracksCountsOnce() {
        const auto file = songOf({noteOf(0, 60), noteOf(0, 60, 80, 1), noteOf(0, 67)});
        const auto notes = compareNotes(file, songOf({noteOf(0, 60)}));
        QCOMPARE(notes.notes, std::uint64_t(2));
        QCOMPARE(notes.found, std::uint64_t(1));
    }

    void oneNoteAnswersForOneOnly() {
        // Two repeated notes, a sixteenth apart; one between them.
        const auto file = songOf({noteOf(0, 60), noteOf(120, 60)});
        const auto notes = compareNotes(file, songOf({noteOf(60, 60)}));
        QCOMPARE(notes.found, std::uint64_t(1));
    }

    void drumsAndPitchesAreDifferentNotes() {
        const auto file = songOf({noteOf(0, 42, 80, 9), noteOf(480, 42, 80, 9), noteOf(0, 42)});
        const auto notes = compareNotes(file, songOf({noteOf(0, 42, 80, 9)}));
        QCOMPARE(notes.drums, std::uint64_t(2));
        QCOMPARE(notes.drumsFound, std::uint64_t(1));
        QCOMPARE(notes.drumF1(), 2.0 / 3.0);
        QCOMPARE(notes.top, std::uint64_t(1)); // drums are never top notes
    }

    void theTopIsWhatNothingSoundsAbove() {
        // A chord has one top note; a low note under a held high one is none.
        const auto file = songOf({noteOf(0, 60, 80, 0, 960), noteOf(0, 64, 80, 0, 960),
                                  noteOf(0, 67, 80, 0, 960), noteOf(480, 62), noteOf(1440, 50)});
        const auto notes = compareNotes(file, file);
        QCOMPARE(notes.top, std::uint64_t(2));
        QCOMPARE(notes.topRecall(), 1.0);
    }

    void quartersMayHaveOtherTicks() {
        const auto notes = compareNotes(songOf({noteOf(480, 60)}), songOf({noteOf(96, 60)}, 96));
        QCOMPARE(notes.exact, std::uint64_t(1));
    }
};

QTEST_APPLESS_MAIN(TestFileNotes)
#include "tst_file_notes.moc"
