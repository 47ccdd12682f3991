// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/song.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::music;

/// Tempo, metre and the song's own sums, by hand.
class TestMusic : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void tempoBeforeTheFirstChangeIs120();
    void tempoChangesAddUp();
    void lastTempoOfATickWins();
    void tickIsTheNearest();
    void cursorGivesTheMapsNumbers();
    void barsOfFourFour();
    void changeInsideABarEndsIt();
    void farBarsStayInRange();
    void finishSortsAndFillsSeconds();
    void excerptCutsNotesAndKeepsTheState();
};

void TestMusic::tempoBeforeTheFirstChangeIs120() {
    const TempoMap map(96, {{192, 1'000'000}});
    QCOMPARE(map.secondsAt(96), 0.5);
    QCOMPARE(map.secondsAt(-96), -0.5);
    QCOMPARE(map.bpmAt(0), 120.0);
    QCOMPARE(map.bpmAt(192), 60.0);
}

void TestMusic::tempoChangesAddUp() {
    const TempoMap map(100, {{200, 250'000}, {0, 1'000'000}}); // any order
    QCOMPARE(map.secondsAt(200), 2.0);
    QCOMPARE(map.secondsAt(300), 2.25);
    QCOMPARE(map.tickAt(2.25), Tick(300));
}

void TestMusic::lastTempoOfATickWins() {
    const TempoMap map(100, {{0, 1'000'000}, {0, 2'000'000}, {100, 0}});
    QCOMPARE(map.changes().size(), std::size_t(2));
    QCOMPARE(map.secondsAt(100), 2.0);
    QCOMPARE(map.changes()[1].microsPerQuarter, 1u); // never 0
}

void TestMusic::tickIsTheNearest() {
    const TempoMap map(100, {}); // 5 ms a tick
    QCOMPARE(map.tickAt(0.0024), Tick(0));
    QCOMPARE(map.tickAt(0.0026), Tick(1));
    QCOMPARE(map.tickAt(-0.005), Tick(-1));
    QVERIFY(map.tickAt(1e300) > 0); // no overflow
}

void TestMusic::cursorGivesTheMapsNumbers() {
    std::vector<TempoChange> changes;
    for (int i = 0; i < 200; ++i) {
        changes.push_back({10 * i, 100'000u + 1'000u * static_cast<unsigned>(i * 7919 % 200)});
    }
    const TempoMap map(96, changes);
    TempoCursor forward(map);
    for (Tick tick = -3; tick < 2100; tick += 3) {
        QCOMPARE(forward.secondsAt(tick), map.secondsAt(tick));
    }
    TempoCursor about(map);
    for (Tick i = 0; i < 500; ++i) { // jumps over many changes, and back
        const Tick tick = i * 7919 % 2500;
        QCOMPARE(about.secondsAt(tick), map.secondsAt(tick));
    }
}

void TestMusic::barsOfFourFour() {
    const MetreMap map(480, {});
    QCOMPARE(map.barAt(1919), 0);
    QCOMPARE(map.barAt(1920), 1);
    QCOMPARE(map.barAt(-1), 0);
    QCOMPARE(map.barStart(3), Tick(5760));
    QCOMPARE(map.metreAt(0).numerator, 4);
}

void TestMusic::changeInsideABarEndsIt() {
    // 4/4, and 3/8 from the middle of the second bar.
    const MetreMap map(480, {{2400, 3, 8}});
    QCOMPARE(map.barAt(2399), 1);
    QCOMPARE(map.barAt(2400), 2);
    QCOMPARE(map.barStart(2), Tick(2400));
    QCOMPARE(map.barStart(4), Tick(2400 + 2 * 720));
    QCOMPARE(map.metreAt(2400).denominator, 8);
    QCOMPARE(map.metreAt(2399).denominator, 4);
}

void TestMusic::farBarsStayInRange() {
    const MetreMap map(1, {{0, 1, 128}, {Tick(1) << 50, 4, 4}}); // bars of one tick
    QVERIFY(map.barAt(Tick(1) << 49) > 0);
    QVERIFY(map.barAt(Tick(1) << 51) > 0);
}

void TestMusic::finishSortsAndFillsSeconds() {
    Song song;
    song.ticksPerQuarter = 100;
    song.tempo = TempoMap(100, {{0, 1'000'000}, {100, 500'000}});
    song.notes.resize(3);
    song.notes[0].start = 100;
    song.notes[0].length = 100;
    song.notes[1].pitch = 64;
    song.notes[1].length = 150;
    song.notes[2].pitch = 61;
    song.notes[2].length = 50;
    song.events.resize(2);
    song.events[0].tick = 200;
    song.keys = {{50, 1, false}, {0, 2, false}};
    song.finish();
    QCOMPARE(int(song.notes[0].pitch), 61);
    QCOMPARE(int(song.notes[1].pitch), 64);
    QCOMPARE(song.notes[0].lengthSeconds, 0.5);
    QCOMPARE(song.notes[1].lengthSeconds, 1.25);
    QCOMPARE(song.notes[2].startSeconds, 1.0);
    QCOMPARE(song.events[1].seconds, 1.5);
    QCOMPARE(song.keys[0].tick, Tick(0));
    QCOMPARE(song.endTick(), Tick(200));
    QCOMPARE(song.endSeconds(), 1.5);
    QCOMPARE(song.bars(), 1); // 480 ticks a quarter in the metre's default
    QCOMPARE(Song().bars(), 0);
}

void TestMusic::excerptCutsNotesAndKeepsTheState() {
    Song song;
    song.ticksPerQuarter = 100;
    song.tempo = TempoMap(100, {{0, 1'000'000}, {250, 500'000}});
    song.metre = MetreMap(100, {{0, 3, 4}, {300, 2, 4}});
    song.tracks.resize(1);
    for (const Tick start : {0, 150, 390, 400}) {
        Note note;
        note.start = start;
        note.length = 100;
        song.notes.push_back(note);
    }
    using Kind = ChannelEvent::Kind;
    song.events = {{0, 0, 0, 0, Kind::Control, 32, 1},   {0, 0, 0, 0, Kind::Control, 7, 90},
                   {10, 0, 0, 0, Kind::Program, 0, 5},   {20, 0, 0, 0, Kind::Control, 7, 100},
                   {300, 0, 0, 0, Kind::Control, 64, 1}, {400, 0, 0, 0, Kind::Control, 64, 0}};
    song.finish();
    const Song part = song.excerpt(200, 400);
    QCOMPARE(part.notes.size(), std::size_t(2));
    QCOMPARE(part.notes[0].start, Tick(0)); // began before: cut to the excerpt
    QCOMPARE(part.notes[0].length, Tick(50));
    QCOMPARE(part.notes[1].start, Tick(190));
    QCOMPARE(part.notes[1].length, Tick(10));
    QCOMPARE(part.tempo.secondsAt(50), 0.5);
    QCOMPARE(part.tempo.secondsAt(150), 1.0);
    QCOMPARE(part.metre.metreAt(0).numerator, 3);
    QCOMPARE(part.metre.metreAt(100).numerator, 2);
    // State in the order of the file, bank before program, only the latest of each.
    QCOMPARE(part.events.size(), std::size_t(4));
    QCOMPARE(int(part.events[0].number), 32);
    QVERIFY(part.events[1].kind == Kind::Program);
    QCOMPARE(int(part.events[2].value), 100);
    QCOMPARE(part.events[3].tick, Tick(100));
}

QTEST_APPLESS_MAIN(TestMusic)
#include "tst_music.moc"
