// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_reader.h"

#include "core/midi/byte_reader.h"
#include "core/midi/smf_limits.h"
#include "tests/support/smf_bytes.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::test;
using midi::readSmf;
using midi::Repair;
using music::ChannelEvent;
using music::Tick;

/// Values by hand from Standard MIDI Files 1.0.
class TestSmfReader : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void byteReaderCannotPassItsEnd();
    void variableLengthNumbers_data();
    void variableLengthNumbers();
    void noteOnWithVelocityZeroEndsTheNote();
    void releaseVelocityIsKept();
    void samePitchEndsFirstInFirstOut();
    void zeroLengthNoteGetsOneTick();
    void hangingNoteEndsWithItsTrack();
    void endsBelongToTheirOwnTrack();
    void notesAreSortedAcrossTracks();
    void secondsFollowTheTempoMap();
    void tempoIsReadFromEveryTrack();
    void programOfTheSameTrack();
    void programFromAnotherTrack();
    void programAfterTheNoteInItsTickDoesNotCount();
    void channelEventsKeepNumberAndValue();
    void metaEventsFindTheirFields();
    void sysexKeepsItsFirstByte();
    void smpteTime_data();
    void smpteTime();
    void tempoIsLeftOutOfSmpteTime();
    void formatTwoPlaysOneAfterAnother();
    void riffIsUnwrapped();
    void divisionZeroIsReplaced();
    void nonsenseMetaIsLeftOut();
    void overlongTrackLength();
    void tooShortTrackLength();
    void trackLengthOverTheNextTrack();
    void junkBeforeAndAfter();
    void moreTracksThanDeclaredAreRead();
    void longTextIsCut();
    void dataBeforeAnyStatusIsSkipped();
    void foreignFiles_data();
    void foreignFiles();
    void errorsOfFilesNameThePath();
};

namespace {

struct Short {
    Tick start, length;
    int channel, pitch, velocity;
    bool operator==(const Short&) const = default;
};

std::vector<Short> shortNotes(const midi::MidiFile& file) {
    std::vector<Short> notes;
    for (const music::Note& n : file.song.notes) {
        notes.push_back({n.start, n.length, n.channel, n.pitch, n.velocity});
    }
    return notes;
}

bool mended(const midi::MidiFile& file, Repair::Kind kind, std::size_t times = 1) {
    return file.repairs.count(kind) == times;
}

} // namespace

void TestSmfReader::byteReaderCannotPassItsEnd() {
    const Bytes bytes{1, 2, 3};
    midi::ByteReader in(bytes);
    std::uint32_t wide = 7;
    QVERIFY(!in.u32(wide));
    QCOMPARE(in.offset(), std::size_t(0)); // nothing moved
    std::uint16_t narrow = 0;
    QVERIFY(in.u16(narrow));
    QCOMPARE(narrow, std::uint16_t(0x0102));
    QVERIFY(!in.skip(2));
    std::uint8_t byte = 0;
    QVERIFY(in.u8(byte));
    QVERIFY(!in.u8(byte));
    QCOMPARE(midi::ByteReader(bytes, 2, 99).left(), std::size_t(1));
    QCOMPARE(midi::ByteReader(bytes, 9, 1).left(), std::size_t(0));
}

void TestSmfReader::variableLengthNumbers_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<quint32>("value");
    QTest::addColumn<bool>("isLong");
    // The table of the specification, page 2, and what lies beyond it.
    QTest::newRow("40") << QByteArray::fromHex("40") << 0x40u << false;
    QTest::newRow("80") << QByteArray::fromHex("8100") << 0x80u << false;
    QTest::newRow("3FFF") << QByteArray::fromHex("FF7F") << 0x3FFFu << false;
    QTest::newRow("100000") << QByteArray::fromHex("C08000") << 0x100000u << false;
    QTest::newRow("FFFFFFF") << QByteArray::fromHex("FFFFFF7F") << 0xFFFFFFFu << false;
    QTest::newRow("padded") << QByteArray::fromHex("8080808005") << 5u << true;
    QTest::newRow("too large") << QByteArray::fromHex("FFFFFFFFFF7F") << 0xFFFFFFFu << true;
}

void TestSmfReader::variableLengthNumbers() {
    QFETCH(QByteArray, bytes);
    QFETCH(quint32, value);
    QFETCH(bool, isLong);
    const Bytes own(bytes.begin(), bytes.end());
    midi::ByteReader in(own);
    std::uint32_t read = 0;
    bool wasLong = false;
    QVERIFY(in.varLen(read, wasLong));
    QCOMPARE(read, value);
    QCOMPARE(wasLong, isLong);
    QCOMPARE(in.left(), std::size_t(0));
    midi::ByteReader cut(own, 0, own.size() - 1);
    QVERIFY(!cut.varLen(read, wasLong));
}

void TestSmfReader::noteOnWithVelocityZeroEndsTheNote() {
    const auto file = readSmf(oneTrack({0x00, 0x90, 60, 64, 0x60, 60, 0})); // running status
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes.size(), std::size_t(1));
    QCOMPARE(file->song.notes[0].length, Tick(0x60));
    QCOMPARE(int(file->song.notes[0].releaseVelocity), 64);
    QCOMPARE(file->song.ticksPerQuarter, 96);
    QCOMPARE(file->format, 0);
    QVERIFY(file->repairs.empty());
}

void TestSmfReader::releaseVelocityIsKept() {
    const auto file = readSmf(oneTrack({0x00, 0x90, 60, 64, 0x60, 0x80, 60, 17}));
    QVERIFY_RESULT(file);
    QCOMPARE(int(file->song.notes[0].releaseVelocity), 17);
}

void TestSmfReader::samePitchEndsFirstInFirstOut() {
    const auto file = readSmf(oneTrack({0x00, 0x90, 60, 10, 0x10, 60, 20, // a second one on top
                                        0x10, 60, 0, 0x10, 60, 0}));
    QVERIFY_RESULT(file);
    QVERIFY(shortNotes(*file) ==
            (std::vector<Short>{{0, 0x20, 0, 60, 10}, {0x10, 0x20, 0, 60, 20}}));
    QVERIFY(file->repairs.empty());
}

void TestSmfReader::zeroLengthNoteGetsOneTick() {
    const auto file = readSmf(oneTrack({0x05, 0x90, 60, 64, 0x00, 60, 0}));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes[0].length, Tick(1));
    QVERIFY(mended(*file, Repair::Kind::ZeroLengthNote));
    // Offset by hand: header 14, chunk head 8, the note's start 4 bytes.
    QCOMPARE(file->repairs.entries()[0].offset, std::size_t(26));
    QCOMPARE(file->repairs.entries()[0].track, 0);
}

void TestSmfReader::hangingNoteEndsWithItsTrack() {
    const auto file = readSmf(
        oneTrack({0x00, 0x90, 60, 64, 0x00, 64, 64, 0x20, 60, 64, 0x30, 64, 0, 0x10, 65, 0}));
    QVERIFY_RESULT(file);
    QVERIFY(
        shortNotes(*file) ==
        (std::vector<Short>{{0, 0x60, 0, 60, 64}, {0, 0x50, 0, 64, 64}, {0x20, 0x40, 0, 60, 64}}));
    QVERIFY(mended(*file, Repair::Kind::HangingNote, 2));
    QVERIFY(mended(*file, Repair::Kind::UnmatchedNoteOff));
}

void TestSmfReader::endsBelongToTheirOwnTrack() {
    const auto file = readSmf(header(1, 2) + track({0x00, 0x90, 60, 64, 0x60, 60, 0}) +
                              track({0x00, 0x90, 60, 50, 0x30, 60, 0}));
    QVERIFY_RESULT(file);
    QVERIFY(shortNotes(*file) == (std::vector<Short>{{0, 0x60, 0, 60, 64}, {0, 0x30, 0, 60, 50}}));
    QCOMPARE(int(file->song.notes[1].track), 1);
}

void TestSmfReader::notesAreSortedAcrossTracks() {
    // Three tracks of 200 notes interleaved, chords of two written from the top down.
    Bytes bytes = header(1, 3);
    for (int t = 0; t < 3; ++t) {
        Bytes events{static_cast<std::uint8_t>(t), 0x90, 72, 64, 0x00, 60, 64};
        for (int i = 0; i < 99; ++i) {
            events = events + Bytes{0x03, 72, 0, 0x00, 60, 0, 0x00, 72, 64, 0x00, 60, 64};
        }
        bytes = bytes + track(events + Bytes{0x03, 72, 0, 0x00, 60, 0});
    }
    const auto file = readSmf(bytes);
    QVERIFY_RESULT(file);
    const auto& notes = file->song.notes;
    QCOMPARE(notes.size(), std::size_t(600));
    for (std::size_t i = 0; i < notes.size(); ++i) {
        QCOMPARE(notes[i].start, Tick(i / 2));
        QCOMPARE(int(notes[i].track), int(i / 2 % 3));
        QCOMPARE(int(notes[i].pitch), i % 2 == 0 ? 60 : 72);
        QCOMPARE(notes[i].length, Tick(3));
    }
}

void TestSmfReader::secondsFollowTheTempoMap() {
    // 60 quarters a minute, from tick 96 on 120.
    const auto file = readSmf(
        oneTrack(meta(0x51, {0x0F, 0x42, 0x40}) + Bytes{0x30, 0x90, 60, 64, 0x30, 0xFF, 0x51, 3,
                                                        0x07, 0xA1, 0x20, 0x30, 0x80, 60, 0}));
    QVERIFY_RESULT(file);
    const music::Note& note = file->song.notes.at(0);
    QCOMPARE(note.startSeconds, 0.5);         // 48 of 96 ticks at 1 s
    QCOMPARE(note.lengthSeconds, 0.5 + 0.25); // half a quarter at 1 s, half a one at 0.5 s
    QCOMPARE(file->song.tempo.changes().size(), std::size_t(2));
}

void TestSmfReader::tempoIsReadFromEveryTrack() {
    const auto file = readSmf(header(1, 2) + track({0x60, 0x90, 60, 64, 0x60, 60, 0}) +
                              track(meta(0x51, {0x1E, 0x84, 0x80}))); // 2 s a quarter
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes[0].startSeconds, 2.0);
}

void TestSmfReader::programOfTheSameTrack() {
    const auto file = readSmf(oneTrack(Bytes{0x00, 0xC0, 24} + quarter(60) + Bytes{0x00, 0xC0, 40} +
                                       quarter(62) + quarter(64, 1)));
    QVERIFY_RESULT(file);
    QCOMPARE(int(file->song.notes[0].program), 24);
    QCOMPARE(int(file->song.notes[1].program), 40);
    QCOMPARE(int(file->song.notes[2].program), 0); // another channel
}

void TestSmfReader::programFromAnotherTrack() {
    const auto file = readSmf(header(1, 2) + track(quarter(60) + quarter(62) + quarter(64)) +
                              track({0x00, 0xC0, 24, 0x60, 0xC0, 40, 0x50, 0xC0, 41}));
    QVERIFY_RESULT(file);
    QCOMPARE(int(file->song.notes[0].program), 24); // the same tick counts, track order or not
    QCOMPARE(int(file->song.notes[1].program), 40);
    QCOMPARE(int(file->song.notes[2].program), 41);
}

void TestSmfReader::programAfterTheNoteInItsTickDoesNotCount() {
    const Bytes early{0x00, 0xC0, 7, 0x00, 0x90, 60, 64, 0x00, 0xC0, 9, 0x60, 0x80, 60, 0};
    const auto alone = readSmf(oneTrack(early));
    QVERIFY_RESULT(alone);
    QCOMPARE(int(alone->song.notes[0].program), 7);
    // The same where the channel lives in two tracks and programs are looked up.
    const auto shared =
        readSmf(header(1, 2) + track(early) + track(quarter(70) + Bytes{0x00, 0xC0, 3}));
    QVERIFY_RESULT(shared);
    QCOMPARE(int(shared->song.notes[0].program), 7);
    QCOMPARE(int(shared->song.notes[1].program), 9);
}

void TestSmfReader::channelEventsKeepNumberAndValue() {
    const auto file = readSmf(oneTrack({0x00, 0xB3, 64,   127,  0x01, 0xA3, 60, 5,    0x01, 0xD3, 9,
                                        0x01, 0xE3, 0x00, 0x40, 0x01, 0,    0,  0x01, 0x7F, 0x7F}));
    QVERIFY_RESULT(file);
    using Kind = ChannelEvent::Kind;
    const std::vector<std::tuple<Tick, Kind, int, int>> expected{
        {0, Kind::Control, 64, 127},      {1, Kind::PolyPressure, 60, 5},
        {2, Kind::ChannelPressure, 0, 9}, {3, Kind::PitchBend, 0, 0},
        {4, Kind::PitchBend, 0, -8192},   {5, Kind::PitchBend, 0, 8191}};
    QCOMPARE(file->song.events.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const ChannelEvent& event = file->song.events[i];
        QVERIFY(expected[i] ==
                std::tuple(event.tick, event.kind, int(event.number), int(event.value)));
        QCOMPARE(int(event.channel), 3);
        QCOMPARE(event.seconds, static_cast<double>(event.tick) / 192.0); // 96 ticks in 0.5 s
    }
}

void TestSmfReader::metaEventsFindTheirFields() {
    const auto file = readSmf(oneTrack(meta(0x03, text("Piano")) + meta(0x03, text("more")) +
                                       meta(0x58, {6, 3, 36, 8}) + meta(0x59, {0xFD, 1}) +
                                       meta(0x05, text("la")) + meta(0x7F, {1, 2})));
    QVERIFY_RESULT(file);
    const music::Song& song = file->song;
    QCOMPARE(song.tracks[0].name, std::string("Piano"));
    QVERIFY(song.metre.changes() == (std::vector<music::MetreChange>{{0, 6, 8, 36, 8}}));
    QVERIFY(song.keys == (std::vector<music::KeyChange>{{0, -3, true}}));
    QVERIFY(song.metas == (std::vector<music::MetaEvent>{
                              {0, 0, 0x03, "more"}, {0, 0, 0x05, "la"}, {0, 0, 0x7F, "\x01\x02"}}));
    QVERIFY(file->repairs.empty());
}

void TestSmfReader::sysexKeepsItsFirstByte() {
    const auto file = readSmf(oneTrack({0x00, 0xF0, 3, 0x43, 0x12, 0xF7, 0x08, 0xF7, 1, 0xF8}));
    QVERIFY_RESULT(file);
    QVERIFY(file->song.sysex == (std::vector<music::SysExEvent>{{0, 0, {0xF0, 0x43, 0x12, 0xF7}},
                                                                {8, 0, {0xF7, 0xF8}}}));
}

void TestSmfReader::smpteTime_data() {
    QTest::addColumn<int>("frames");
    QTest::addColumn<int>("ticks");
    QTest::addColumn<int>("perQuarter");
    QTest::addColumn<double>("second"); // seconds that one second's ticks last
    QTest::newRow("24") << 24 << 80 << 1920 << 1.0;
    QTest::newRow("25, milliseconds") << 25 << 40 << 1000 << 1.0;
    QTest::newRow("29.97") << 29 << 80 << 2400 << 1.001;
    QTest::newRow("30") << 30 << 100 << 3000 << 1.0;
}

void TestSmfReader::smpteTime() {
    QFETCH(int, frames);
    QFETCH(int, ticks);
    QFETCH(int, perQuarter);
    QFETCH(double, second);
    const int division = (256 - frames) << 8 | ticks;
    const auto file = readSmf(header(0, 1, division) + track(quarter(60, 0, 100)));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.ticksPerQuarter, perQuarter);
    QCOMPARE(file->song.notes[0].startSeconds, 100.0 * second / perQuarter);
    QCOMPARE(file->division, std::uint16_t(division));
}

void TestSmfReader::tempoIsLeftOutOfSmpteTime() {
    const auto file =
        readSmf(header(0, 1, 0xE728) + track(meta(0x51, {1, 2, 3}) + quarter(60, 0, 100)));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes[0].startSeconds, 0.1); // 25 x 40: a tick is a millisecond
    QVERIFY(mended(*file, Repair::Kind::TempoInSmpteTime));
}

void TestSmfReader::formatTwoPlaysOneAfterAnother() {
    const auto file =
        readSmf(header(2, 2) + track(meta(0x51, {0x0F, 0x42, 0x40}) + quarter(60)) + // 1 s
                track(quarter(62)));                                                 // 0.5 s again
    QVERIFY_RESULT(file);
    QVERIFY(shortNotes(*file) == (std::vector<Short>{{0, 96, 0, 60, 64}, {96, 96, 0, 62, 64}}));
    QCOMPARE(file->song.notes[1].startSeconds, 1.0);
    QCOMPARE(file->song.notes[1].lengthSeconds, 0.5);
    QCOMPARE(file->format, 2);
}

void TestSmfReader::riffIsUnwrapped() {
    const Bytes inner = oneTrack(scale());
    const auto little = [](std::size_t n) {
        return Bytes{static_cast<std::uint8_t>(n), static_cast<std::uint8_t>(n >> 8), 0, 0};
    };
    const Bytes body = text("RMIDdata") + little(inner.size()) + inner;
    const auto file = readSmf(text("RIFF") + little(body.size()) + body);
    QVERIFY_RESULT(file);
    QVERIFY(file->riff);
    QCOMPARE(file->song.notes.size(), std::size_t(8));
    QVERIFY(file->repairs.empty());
}

void TestSmfReader::divisionZeroIsReplaced() {
    const auto file = readSmf(header(0, 1, 0) + track(quarter(60)));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.ticksPerQuarter, 480);
    QVERIFY(mended(*file, Repair::Kind::ZeroDivision));
}

void TestSmfReader::nonsenseMetaIsLeftOut() {
    const auto file = readSmf(oneTrack(meta(0x51, {0, 0, 0}) + meta(0x51, {1}) +
                                       meta(0x58, {0, 2, 24, 8}) + meta(0x58, {4, 200, 24, 8}) +
                                       meta(0x59, {8, 0}) + meta(0x59, {1, 0xFF}) + quarter(60)));
    QVERIFY_RESULT(file);
    QVERIFY(mended(*file, Repair::Kind::BadMeta, 6));
    QVERIFY(file->song.tempo.changes().empty());
    QVERIFY(file->song.metre.changes().empty());
    QVERIFY(file->song.keys.empty());
    QCOMPARE(file->song.notes[0].lengthSeconds, 0.5); // 120 quarters a minute
}

void TestSmfReader::overlongTrackLength() {
    const auto file =
        readSmf(header(0, 1) + text("MTrk") + big32(0x7FFFFFFF) + scale() + kEndOfTrack);
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes.size(), std::size_t(8));
    QVERIFY(mended(*file, Repair::Kind::WrongChunkLength));
}

void TestSmfReader::tooShortTrackLength() {
    for (const std::uint32_t length : {0u, 4u, 7u, 61u, 66u}) { // between and inside events
        const auto file = readSmf(header(1, 2) + text("MTrk") + big32(length) + scale() +
                                  kEndOfTrack + track(scale(1)));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.notes.size(), std::size_t(16));
        QCOMPARE(file->song.tracks.size(), std::size_t(2));
        QVERIFY(mended(*file, Repair::Kind::WrongChunkLength));
    }
}

void TestSmfReader::trackLengthOverTheNextTrack() {
    for (const std::uint32_t extra : {3u, 8u, 30u}) {
        const auto file = readSmf(header(1, 2) + text("MTrk") + big32(68 + extra) + scale() +
                                  kEndOfTrack + track(scale(1)));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.notes.size(), std::size_t(16));
        QVERIFY(mended(*file, Repair::Kind::WrongChunkLength));
    }
}

void TestSmfReader::junkBeforeAndAfter() {
    const auto file = readSmf(Bytes(128, 0) + oneTrack(scale()) + Bytes(200, 0xE5));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes.size(), std::size_t(8));
    QVERIFY(mended(*file, Repair::Kind::LeadingJunk));
    QVERIFY(mended(*file, Repair::Kind::TrailingJunk));
    const auto twice = readSmf(oneTrack(scale()) + oneTrack(scale())); // two files in one
    QVERIFY_RESULT(twice);
    QCOMPARE(twice->song.notes.size(), std::size_t(8));
    QVERIFY(mended(*twice, Repair::Kind::TrailingJunk));
}

void TestSmfReader::moreTracksThanDeclaredAreRead() {
    const auto more = readSmf(header(1, 1) + track(scale()) + track(scale(1)));
    QVERIFY_RESULT(more);
    QCOMPARE(more->song.notes.size(), std::size_t(16));
    QVERIFY(mended(*more, Repair::Kind::TrackCount));
    const auto fewer = readSmf(header(1, 40000) + track(scale()));
    QVERIFY_RESULT(fewer);
    QCOMPARE(fewer->song.tracks.size(), std::size_t(1));
    QCOMPARE(fewer->declaredTracks, 40000);
    QVERIFY(mended(*fewer, Repair::Kind::TrackCount));
}

void TestSmfReader::longTextIsCut() {
    // 100,000 = 6 x 16,384 + 13 x 128 + 32.
    const Bytes events = Bytes{0x00, 0xFF, 0x01, 0x86, 0x8D, 0x20} + Bytes(100000, 'x');
    const auto file = readSmf(oneTrack(events + scale()));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.metas.at(0).bytes.size(), midi::kMaxTextBytes);
    QCOMPARE(file->song.notes.size(), std::size_t(8));
    QVERIFY(mended(*file, Repair::Kind::LongText));
}

void TestSmfReader::dataBeforeAnyStatusIsSkipped() {
    const auto file = readSmf(oneTrack(Bytes{0x00, 0x40, 0x00, 0x41} + scale()));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes.size(), std::size_t(8));
    QVERIFY(mended(*file, Repair::Kind::NoRunningStatus, 2));
}

void TestSmfReader::foreignFiles_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("word");
    QTest::newRow("empty") << QByteArray() << "empty";
    QTest::newRow("HTML") << QByteArray("\n <!DOCTYPE HTML><title>MThd</title>") << "web page";
    QTest::newRow("gzip") << QByteArray::fromHex("1F8B0800") << "gzip";
    QTest::newRow("zip with a stored MIDI file")
        << QByteArray("PK\x03\x04 song.mid MThd", 18) << "zip";
    QTest::newRow("WAV") << QByteArray("RIFF\x24\0\0\0WAVEfmt ", 16) << "WAV";
    QTest::newRow("text") << QByteArray("just words") << "text";
    QTest::newRow("zeros") << QByteArray(5000, '\0') << "zeros";
    QTest::newRow("MusicXML") << QByteArray("<?xml version=\"1.0\"?>") << "XML";
    QTest::newRow("SoundFont") << QByteArray("RIFF\x24\0\0\0sfbkLIST", 16) << "SoundFont";
    QTest::newRow("MP3") << QByteArray("ID3\x03\0", 5) << "MP3";
    QTest::newRow("unknown") << QByteArray::fromHex("0102030405060708") << "unknown";
    QTest::newRow("header alone") << QByteArray::fromHex("4D546864000000060001000100600000")
                                  << "no track";
    QTest::newRow("header cut") << QByteArray("MThd\0\0", 6) << "ends inside its header";
}

void TestSmfReader::foreignFiles() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, word);
    const auto file = readSmf(Bytes(bytes.begin(), bytes.end()));
    QVERIFY(!file);
    const QString message = QString::fromStdString(file.error().message());
    QVERIFY2(message.contains(word), qPrintable(message));
    QVERIFY(!file.error().where.empty());
    QVERIFY(!file.error().hint.empty());
}

void TestSmfReader::errorsOfFilesNameThePath() {
    const auto missing = midi::readSmfFile("no such folder/song.mid");
    QVERIFY(!missing);
    QVERIFY(missing.error().code == Error::Code::NotFound);
    QVERIFY(missing.error().message().find("song.mid") != std::string::npos);
    const auto folder = midi::readSmfFile(std::filesystem::temp_directory_path());
    QVERIFY(!folder);
    QVERIFY(folder.error().code == Error::Code::BadFile);
}

QTEST_APPLESS_MAIN(TestSmfReader)
#include "tst_smf_reader.moc"
