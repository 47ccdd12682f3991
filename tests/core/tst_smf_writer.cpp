// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_writer.h"

#include "core/midi/smf_reader.h"
#include "tests/support/smf_kinds.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::test;
using midi::readSmf;
using midi::SmfFormat;
using midi::writeSmf;
using music::ChannelEvent;
using music::Note;
using music::Song;
using music::Tick;

class TestSmfWriter : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void bytesOfASmallSong();
    void everythingComesBack();
    void everyKindComesBack();
    void realMusicComesBack();
    void notesAloneGetTheirPrograms();
    void touchingNotesOfOnePitchStayApart();
    void notesAroundProgramsOfOneTickComeBack();
    void aNoteAheadOfAHundredProgramsComesBack();
    void twoNotesOfOnePitchAroundProgramsComeBack();
    void whatAFileCannotHoldIsBroughtIntoRange();
    void formatIsAsAsked();
    void smpteTimeKeepsItsSeconds();
    void emptySongIsAFile();
    void pathsOfAllKinds_data();
    void pathsOfAllKinds();
    void refusedFolderIsAnError();
};

namespace {

Note note(Tick start, Tick length, int pitch, int track = 0, int channel = 0) {
    Note made;
    made.start = start;
    made.length = length;
    made.pitch = static_cast<std::uint8_t>(pitch);
    made.track = static_cast<std::uint16_t>(track);
    made.channel = static_cast<std::uint8_t>(channel);
    return made;
}

/// Empty if both are the same music, else the difference.
QString difference(const Song& a, const Song& b) {
    return a.ticksPerQuarter != b.ticksPerQuarter      ? "ticksPerQuarter"
           : a.tracks != b.tracks                      ? "tracks"
           : a.notes != b.notes                        ? "notes"
           : a.events != b.events                      ? "events"
           : a.sysex != b.sysex                        ? "sysex"
           : a.metas != b.metas                        ? "metas"
           : a.keys != b.keys                          ? "keys"
           : a.tempo.changes() != b.tempo.changes()    ? "tempo"
           : !(a.metre.changes() == b.metre.changes()) ? "metre"
                                                       : "";
}

} // namespace

void TestSmfWriter::bytesOfASmallSong() {
    Song song;
    song.ticksPerQuarter = 96;
    song.tracks = {{"A"}};
    song.notes = {note(0, 96, 60), note(96, 200, 62)};
    song.notes[1].releaseVelocity = 3;
    song.finish();
    // By hand; running status from the first note's end to the second's start.
    const Bytes expected =
        header(0, 1) + track({0x00, 0xFF, 0x03, 1,  'A', 0x00, 0x90, 60,   80, 0x60,
                              60,   0,    0,    62, 80,  0x81, 0x48, 0x80, 62, 3});
    QVERIFY(writeSmf(song) == expected);
}

void TestSmfWriter::everythingComesBack() {
    Song song;
    song.ticksPerQuarter = 480;
    song.tracks = {{"Leader"}, {"\xED\x94\xBC\xEC\x95\x84\xEB\x85\xB8"}, {""}, {"Drums"}};
    song.tempo = music::TempoMap(480, {{0, 500000}, {960, 333333}, {5000, 1}, {5001, 0xFFFFFF}});
    song.metre = music::MetreMap(480, {{0, 4, 4, 24, 8}, {1920, 7, 8, 12, 8}, {9000, 3, 2}});
    song.keys = {{0, -7, false}, {1920, 7, true}};
    song.metas = {{0, 0, 0x02, "(c)"}, {10, 1, 0x05, std::string(300, 'y')}, {10, 2, 0x7F, ""}};
    song.sysex = {{0, 0, {0xF0, 0x7E, 0x7F, 9, 1, 0xF7}}, {50, 3, {0xF7}}};
    using Kind = ChannelEvent::Kind;
    song.events = {
        {0, 0, 1, 2, Kind::Program, 0, 48},        {0, 0, 1, 2, Kind::Control, 64, 127},
        {5, 0, 2, 3, Kind::PitchBend, 0, -8192},   {5, 0, 2, 3, Kind::PitchBend, 0, 8191},
        {9, 0, 2, 3, Kind::ChannelPressure, 0, 7}, {9, 0, 2, 3, Kind::PolyPressure, 60, 1},
        {700, 0, 1, 2, Kind::Program, 0, 12}};
    for (int i = 0; i < 50; ++i) {
        Note n = note(37 * i, 40 + i % 7, 40 + i % 12, 1 + i % 3, 2 + i % 3);
        n.velocity = static_cast<std::uint8_t>(1 + i * 2);
        n.releaseVelocity = static_cast<std::uint8_t>(i % 2 == 0 ? 64 : i);
        n.program = n.channel != 2 ? 0 : n.start < 700 ? 48 : 12;
        song.notes.push_back(n);
    }
    song.finish();
    const auto file = readSmf(writeSmf(song));
    QVERIFY_RESULT(file);
    QVERIFY(file->repairs.empty());
    QCOMPARE(difference(file->song, song), QString());
}

void TestSmfWriter::everyKindComesBack() {
    for (const SmfKind& kind : smfKinds()) {
        const auto file = readSmf(kind.bytes);
        if (!file) {
            continue;
        }
        const auto again = readSmf(writeSmf(file->song));
        QVERIFY_RESULT(again);
        QVERIFY2(again->repairs.empty(), kind.name.c_str());
        QCOMPARE(difference(again->song, file->song), QString());
    }
}

void TestSmfWriter::realMusicComesBack() {
    const auto folder = realData();
    if (folder.empty()) {
        QSKIP("CANTO_TEST_DATA names no folder of MIDI files");
    }
    int files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".mid" && entry.path().extension() != ".MID") {
            continue;
        }
        const auto file = midi::readSmfFile(entry.path());
        if (!file) {
            continue;
        }
        const auto again = readSmf(writeSmf(file->song));
        QVERIFY_RESULT(again);
        const QString what = difference(again->song, file->song);
        QVERIFY2(what.isEmpty(), (entry.path().string() + ": " + what.toStdString()).c_str());
        ++files;
    }
    qInfo("%d files came back", files);
    QVERIFY(files > 0);
}

void TestSmfWriter::notesAloneGetTheirPrograms() {
    Song song;
    song.tracks.resize(2);
    song.notes = {note(0, 10, 60, 0, 0), note(0, 10, 40, 1, 1), note(20, 10, 60, 0, 0)};
    song.notes[0].program = 25;
    song.notes[1].program = 33;
    song.notes[2].program = 26;
    song.finish();
    const auto file = readSmf(writeSmf(song));
    QVERIFY_RESULT(file);
    QVERIFY(file->song.notes == song.notes);
    QCOMPARE(file->song.events.size(), std::size_t(3));
}

void TestSmfWriter::touchingNotesOfOnePitchStayApart() {
    Song song;
    song.notes = {note(0, 10, 60), note(10, 10, 60), note(20, 10, 60)};
    song.finish();
    const auto file = readSmf(writeSmf(song));
    QVERIFY_RESULT(file);
    QVERIFY(file->song.notes == song.notes);
}

void TestSmfWriter::aNoteAheadOfAHundredProgramsComesBack() {
    // The note starts between the first and the second of 100 changes at one tick.
    Bytes events{0x00, 0xC0, 5, 0x00, 0x90, 60, 64};
    for (int i = 0; i < 99; ++i) {
        events = events + Bytes{0x00, 0xC0, static_cast<std::uint8_t>(20 + i % 50)};
    }
    const auto song = readSmf(oneTrack(events + Bytes{0x60, 0x80, 60, 64})).value().song;
    QCOMPARE(song.events.size(), std::size_t{100});
    QCOMPARE(int(song.notes.at(0).program), 5);
    const auto again = readSmf(writeSmf(song)).value().song;
    QCOMPARE(again.events.size(), std::size_t{100});
    QVERIFY(again.events == song.events);
    QVERIFY(again.notes == song.notes);
}

void TestSmfWriter::twoNotesOfOnePitchAroundProgramsComeBack() {
    // Middle C under program 10, again under 7, then back to 10; the first ends first.
    const auto song =
        readSmf(oneTrack({0x00, 0xC0, 10,   0x10, 0x90, 60,   64, 0x00, 0xC0, 7,    0x00, 0x90, 60,
                          64,   0x00, 0xC0, 10,   0x01, 0x80, 60, 64,   0x20, 0x80, 60,   64}))
            .value()
            .song;
    QCOMPARE(song.notes.size(), std::size_t{2});
    QCOMPARE(int(song.notes[0].program), 10);
    QCOMPARE(song.notes[0].length, Tick(1));
    QCOMPARE(int(song.notes[1].program), 7);
    QCOMPARE(song.notes[1].length, Tick(33));
    const auto again = readSmf(writeSmf(song)).value().song;
    QVERIFY(again.notes == song.notes);
    QVERIFY(again.events == song.events);
}

void TestSmfWriter::notesAroundProgramsOfOneTickComeBack() {
    // A note before, between and after two changes of one tick.
    const auto file = readSmf(
        oneTrack({0x00, 0xC0, 5,    0x10, 0x90, 60, 64,   0x00, 0xC0, 6, 0x00, 0x90, 62, 64, 0x00,
                  0xC0, 7,    0x00, 0x90, 64,   64, 0x20, 60,   0,    0, 62,   0,    0,  64, 0}));
    QVERIFY_RESULT(file);
    QCOMPARE(int(file->song.notes[0].program), 5);
    QCOMPARE(int(file->song.notes[1].program), 6);
    QCOMPARE(int(file->song.notes[2].program), 7);
    const auto again = readSmf(writeSmf(file->song));
    QVERIFY_RESULT(again);
    QCOMPARE(difference(again->song, file->song), QString());
}

void TestSmfWriter::whatAFileCannotHoldIsBroughtIntoRange() {
    Song song;
    song.ticksPerQuarter = 1'000'000;
    song.notes = {note(-5, 0, 60)};
    song.notes[0].velocity = 0;
    const auto file = readSmf(writeSmf(song));
    QVERIFY_RESULT(file);
    QVERIFY(file->repairs.empty());
    QCOMPARE(file->song.ticksPerQuarter, 32767);
    QCOMPARE(file->song.notes[0].start, Tick(0));
    QCOMPARE(file->song.notes[0].length, Tick(1));
    QCOMPARE(int(file->song.notes[0].velocity), 1);
}

void TestSmfWriter::formatIsAsAsked() {
    Song song;
    song.tracks = {{"one"}, {"two"}};
    song.notes = {note(0, 10, 60, 0), note(5, 10, 62, 1, 1)};
    song.finish();
    QCOMPARE(readSmf(writeSmf(song))->format, 1);
    QCOMPARE(readSmf(writeSmf(song))->song.tracks.size(), std::size_t(2));
    const auto single = readSmf(writeSmf(song, SmfFormat::SingleTrack));
    QVERIFY_RESULT(single);
    QCOMPARE(single->format, 0);
    QCOMPARE(single->song.tracks.size(), std::size_t(1));
    QCOMPARE(single->song.notes.size(), std::size_t(2));
    QVERIFY(single->repairs.empty());
}

void TestSmfWriter::smpteTimeKeepsItsSeconds() {
    const auto file = readSmf(header(0, 1, 0xE350) + track(quarter(60, 0, 100))); // 29.97 x 80
    QVERIFY_RESULT(file);
    const auto again = readSmf(writeSmf(file->song));
    QVERIFY_RESULT(again);
    QCOMPARE(difference(again->song, file->song), QString());
}

void TestSmfWriter::emptySongIsAFile() {
    const auto file = readSmf(writeSmf(Song()));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.tracks.size(), std::size_t(1));
    QVERIFY(file->song.notes.empty());
    QVERIFY(file->repairs.empty());
}

void TestSmfWriter::pathsOfAllKinds_data() {
    QTest::addColumn<QString>("name");
    QTest::newRow("spaces") << "two  words .mid";
    QTest::newRow("Korean") << QStringLiteral("노래.mid");
    QTest::newRow("emoji") << QStringLiteral("🎹🎶.mid");
    QTest::newRow("250 bytes") << QString(246, QLatin1Char('n')) + ".mid";
    QTest::newRow("300 bytes of folders")
        << QString(150, QLatin1Char('a')) + "/" + QString(150, QLatin1Char('b')) + "/song.mid";
    QTest::newRow("quotes") << "it's \"quoted\" $HOME; -rf.mid";
}

void TestSmfWriter::pathsOfAllKinds() {
    QFETCH(QString, name);
    QTemporaryDir folder;
    const std::filesystem::path path =
        std::filesystem::path(folder.path().toStdString()) / name.toStdString();
    std::filesystem::create_directories(path.parent_path());
    const auto song = readSmf(oneTrack(scale()))->song;
    QVERIFY_RESULT(midi::writeSmfFile(path, song));
    const auto file = midi::readSmfFile(path);
    QVERIFY_RESULT(file);
    QVERIFY(file->song.notes == song.notes);
    const auto link = std::filesystem::path(folder.path().toStdString()) / "link.mid";
    std::filesystem::create_symlink(path, link);
    const auto linked = midi::readSmfFile(link);
    QVERIFY_RESULT(linked);
    QVERIFY(linked->song.notes == song.notes);
}

void TestSmfWriter::refusedFolderIsAnError() {
    const auto written = midi::writeSmfFile("no such folder/song.mid", Song());
    QVERIFY(!written);
    QVERIFY(written.error().message().find("song.mid") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestSmfWriter)
#include "tst_smf_writer.moc"
