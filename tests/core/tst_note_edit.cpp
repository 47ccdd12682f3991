// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/note_edit.h"
#include "core/music/track_mix.h"
#include "tests/support/test_support.h"

#include <QtTest>

using namespace canto;
using namespace canto::music;
using Kind = NoteDifference::Kind;

namespace {

Note note(Tick start, Tick length, int pitch, int track = 0, int velocity = 80) {
    Note made;
    made.start = start;
    made.length = length;
    made.pitch = static_cast<std::uint8_t>(pitch);
    made.track = static_cast<std::uint16_t>(track);
    made.channel = static_cast<std::uint8_t>(track);
    made.velocity = static_cast<std::uint8_t>(velocity);
    return made;
}

/// 480 ticks a quarter, 4/4: three quarters of C4, E4, G4 on track 0.
Song threeNotes() {
    Song song;
    song.tracks = {{"Piano"}, {"Bass"}};
    song.notes = {note(0, 480, 60), note(480, 480, 64), note(960, 480, 67)};
    song.finish();
    return song;
}

std::vector<Tick> starts(const Song& song) {
    std::vector<Tick> all;
    for (const Note& each : song.notes) {
        all.push_back(each.start);
    }
    return all;
}

} // namespace

class TestNoteEdit : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void gridsHaveTheirSteps() {
        QCOMPARE(gridStep(Snap::Quarter, 480), Tick(480));
        QCOMPARE(gridStep(Snap::Eighth, 480), Tick(240));
        QCOMPARE(gridStep(Snap::Sixteenth, 480), Tick(120));
        QCOMPARE(gridStep(Snap::EighthTriplet, 480), Tick(160));
        QCOMPARE(gridStep(Snap::SixteenthTriplet, 480), Tick(80));
        QCOMPARE(gridStep(Snap::Off, 480), Tick(1));
        QCOMPARE(gridStep(Snap::Sixteenth, 2), Tick(1)); // never 0
    }

    void ticksGoToTheNearestLineOfTheirBar() {
        Song song = threeNotes();
        QCOMPARE(snapped(song, 130, Snap::Sixteenth), Tick(120));
        QCOMPARE(snapped(song, 180, Snap::Sixteenth), Tick(240)); // as near to both: the later
        QCOMPARE(snapped(song, 130, Snap::Off), Tick(130));
        QCOMPARE(snapped(song, -50, Snap::Quarter), Tick(0));
        // A bar of 7/8 holds 1680 ticks: quarters of the second bar lie at 1680, 2160 ...
        song.metre = MetreMap(480, {{0, 7, 8}});
        QCOMPARE(snapped(song, 2100, Snap::Quarter), Tick(2160));
        QCOMPARE(snapped(song, 1550, Snap::Quarter), Tick(1440)); // 110 away, 130 from the bar
        QCOMPARE(snapped(song, 1570, Snap::Quarter), Tick(1680)); // 130 away, 110 from the bar
    }

    void aGroupMovesAsOne() {
        const Song song = threeNotes();
        const NoteIndices first{0, 1};
        const EditedSong moved = moveNotes(song, first, 240, 2);
        QCOMPARE(starts(moved.song), (std::vector<Tick>{240, 720, 960}));
        QCOMPARE(int(moved.song.notes[0].pitch), 62);
        QCOMPARE(int(moved.song.notes[1].pitch), 66);
        QCOMPARE(int(moved.song.notes[2].pitch), 67);
        QCOMPARE(moved.notes, first);
        // 240 ticks at 120 bpm are a quarter of a second.
        QCOMPARE(moved.song.notes[0].startSeconds, 0.25);
        QCOMPARE(song.notes[0].start, Tick(0)); // the song itself stays
    }

    void aGroupStopsAtTheEdgeAndKeepsItsShape() {
        const Song song = threeNotes();
        const NoteIndices last{1, 2};
        const EditedSong early = moveNotes(song, last, -2000, 0);
        QCOMPARE(starts(early.song), (std::vector<Tick>{0, 0, 480}));
        const EditedSong high = moveNotes(song, last, 0, 100); // 67 can rise by 60
        QCOMPARE(int(high.song.notes[1].pitch), 124);
        QCOMPARE(int(high.song.notes[2].pitch), 127);
        const EditedSong low = moveNotes(song, last, 0, -100); // 64 can fall by 64
        QCOMPARE(int(low.song.notes[1].pitch), 0);
        QCOMPARE(int(low.song.notes[2].pitch), 3);
    }

    void movedNotesAreFoundAgainAfterSorting() {
        const Song song = threeNotes();
        const NoteIndices first{0};
        const EditedSong moved = moveNotes(song, first, 1440, 0);
        QCOMPARE(starts(moved.song), (std::vector<Tick>{480, 960, 1440}));
        QCOMPARE(moved.notes, NoteIndices{2});
        QCOMPARE(int(moved.song.notes[2].pitch), 60);
    }

    void lengthsChangeAndNeverVanish() {
        const Song song = threeNotes();
        const NoteIndices two{0, 2};
        const EditedSong longer = resizeNotes(song, two, 120, 120);
        QCOMPARE(longer.song.notes[0].length, Tick(600));
        QCOMPARE(longer.song.notes[1].length, Tick(480));
        QCOMPARE(longer.song.notes[2].length, Tick(600));
        const EditedSong shorter = resizeNotes(song, two, -5000, 120);
        QCOMPARE(shorter.song.notes[0].length, Tick(120));
        Song brief = song;
        brief.notes[0].length = 10;
        QCOMPARE(resizeNotes(brief, two, -100, 120).song.notes[0].length, Tick(10));
    }

    void notesGoAndCome() {
        const Song song = threeNotes();
        const NoteIndices some{1, 99}; // 99: there is none
        const EditedSong fewer = deleteNotes(song, some);
        QCOMPARE(starts(fewer.song), (std::vector<Tick>{0, 960}));
        QVERIFY(fewer.notes.empty());
        const EditedSong more = addNote(song, note(240, 0, 72, 1, 200));
        QCOMPARE(more.song.notes.size(), std::size_t(4));
        QCOMPARE(more.notes, NoteIndices{1});
        QCOMPARE(more.song.notes[1].length, Tick(1));
        QCOMPARE(int(more.song.notes[1].velocity), 127);
    }

    void velocitiesStayInTheirRange() {
        const Song song = threeNotes();
        const NoteIndices two{0, 1};
        QCOMPARE(int(setVelocity(song, two, 33).song.notes[1].velocity), 33);
        QCOMPARE(int(setVelocity(song, two, 0).song.notes[0].velocity), 1);
        QCOMPARE(int(changeVelocity(song, two, 20).song.notes[0].velocity), 100);
        QCOMPARE(int(changeVelocity(song, two, 90).song.notes[0].velocity), 127);
        QCOMPARE(int(changeVelocity(song, two, 90).song.notes[2].velocity), 80);
    }

    void quantisedNotesBeginOnLines() {
        Song song = threeNotes();
        song.notes[0].start = 50;
        song.notes[1].start = 530;
        song.finish();
        const NoteIndices two{0, 1};
        const EditedSong even = quantise(song, two, Snap::Sixteenth);
        QCOMPARE(starts(even.song), (std::vector<Tick>{0, 480, 960}));
        QCOMPARE(even.song.notes[0].length, Tick(480));
        // Triplets of an eighth lie at 0, 160, 320, 480, 640: 530 is 50 from 480.
        QCOMPARE(starts(quantise(song, two, Snap::EighthTriplet).song),
                 (std::vector<Tick>{0, 480, 960}));
    }

    void aTrackGetsAnotherInstrument() {
        Song song = threeNotes();
        song.notes.push_back(note(0, 480, 40, 1));
        ChannelEvent program;
        program.kind = ChannelEvent::Kind::Program;
        program.channel = 1;
        program.value = 33;
        song.events = {program};
        song.finish();
        const Song changed = withProgram(song, 1, 38);
        QCOMPARE(int(changed.notes[1].program), 38);
        QCOMPARE(int(changed.notes[0].program), 0);
        QVERIFY(changed.events.empty());
        // A drum kit has no program to choose.
        song.notes[1].part = PartMode::Drums;
        QCOMPARE(int(withProgram(song, 1, 38).notes[1].program), 0);
    }

    void aDrawnNoteIsLikeItsTrack() {
        Song song = threeNotes();
        song.notes[0].program = 12;
        QCOMPARE(int(noteFor(song, 0).program), 12);
        QCOMPARE(int(noteFor(song, 0).channel), 0);
        const Note other = noteFor(song, 1);
        QCOMPARE(int(other.track), 1);
        QCOMPARE(int(other.channel), 1); // channel 0 is used
    }

    void versionsAreCompared() {
        const Song before = threeNotes();
        Song after = before;
        after.notes[0].velocity = 100; // changed
        after.notes[1].pitch = 65;     // moved from 64
        after.notes.erase(after.notes.begin() + 2);
        after.notes.push_back(note(1440, 240, 72)); // added: another length than the removed one
        after.finish();
        const NoteDifference difference = compareNotes(before, after);
        QVERIFY(difference.after == (std::vector<Kind>{Kind::Changed, Kind::Moved, Kind::Added}));
        QCOMPARE(difference.removed, NoteIndices{2});
        QCOMPARE(difference.movedFrom, NoteIndices{1});
        const NoteDifference none = compareNotes(before, before);
        QVERIFY(none.after == std::vector<Kind>(3, Kind::Same));
        QVERIFY(none.removed.empty() && none.movedFrom.empty());
    }

    void mutedAndUnsoloedTracksAreSilent() {
        Song song = threeNotes();
        song.notes.push_back(note(0, 480, 40, 1));
        song.finish();
        TrackMix mix(2);
        QVERIFY(plain(mix));
        mix[0].mute = true;
        QVERIFY(!plain(mix) && !audible(mix, 0) && audible(mix, 1));
        QCOMPARE(mixed(song, mix).notes.size(), std::size_t(1));
        mix = TrackMix(1);
        mix[0].solo = true;
        QVERIFY(audible(mix, 0) && !audible(mix, 1)); // beyond the end of the mix
        QCOMPARE(mixed(song, mix).notes.size(), std::size_t(3));
        mix[0].mute = true;
        QVERIFY(!audible(mix, 0));
    }

    void volumeAndPanAreControllersOfAnOwnChannel() {
        Song song = threeNotes();
        ChannelEvent volume;
        volume.number = 7;
        volume.value = 80;
        song.events = {volume};
        song.notes.push_back(note(0, 480, 40, 1));
        song.finish();
        TrackMix mix(2);
        mix[0].volume = 0.5; // 80 / 2
        mix[1].volume = 0.3; // of 100, as General MIDI has it
        mix[1].pan = -1;
        const Song sounds = mixed(song, mix);
        QVERIFY(sounds.notes == song.notes);
        const auto value = [&sounds](int channel, int number) {
            for (const ChannelEvent& event : sounds.events) {
                if (event.channel == channel && event.number == number && event.tick == 0) {
                    return int(event.value);
                }
            }
            return -1;
        };
        QCOMPARE(value(0, 7), 40);
        QCOMPARE(value(0, 10), -1);
        QCOMPARE(value(1, 7), 30);
        QCOMPARE(value(1, 10), 1); // 64 - 63
        const auto levels = channelLevels(song, mix);
        QCOMPARE(levels.size(), std::size_t(2));
        QCOMPARE(levels[0].volume, 40);
        QCOMPARE(levels[0].pan, 64);
        QCOMPARE(levels[1].volume, 30);
        QCOMPARE(levels[1].pan, 1);
    }

    void onASharedChannelVolumeIsVelocity() {
        Song song = threeNotes();
        song.notes.push_back(note(0, 480, 40, 1));
        song.notes.back().channel = 0;
        song.finish();
        TrackMix mix(2);
        mix[1].volume = 0.5;
        mix[1].pan = 1;
        const Song sounds = mixed(song, mix);
        QVERIFY(sounds.events.empty());
        QCOMPARE(int(sounds.notes[0].velocity), 80);
        QCOMPARE(int(sounds.notes[1].velocity), 40);
        QVERIFY(channelLevels(song, mix).empty());
    }
};

QTEST_APPLESS_MAIN(TestNoteEdit)
#include "tst_note_edit.moc"
