// SPDX-License-Identifier: GPL-3.0-or-later
// Several MIDI ports in one file, and drum parts beside channel 10. Bytes by hand: Standard MIDI
// Files 1.0, RP-019 (device name), Roland SC-88 and Yamaha MU80 owner's manuals.

#include "core/codec/pianoroll.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "core/music/drum_parts.h"
#include "tests/support/smf_bytes.h"
#include "tests/support/test_support.h"

#include <set>

using namespace canto;
using namespace canto::test;
using midi::readSmf;
using music::Song;

namespace {

using Ports = std::vector<std::uint8_t>;

Bytes port(std::uint8_t number) { return meta(0x21, {number}); }
Bytes device(std::string_view name) { return meta(0x09, text(name)); }
Bytes program(std::uint8_t number, std::uint8_t channel = 0) {
    return {0x00, static_cast<std::uint8_t>(0xC0 | channel), number};
}
Bytes bank(std::uint8_t number, std::uint8_t channel) {
    return {0x00, static_cast<std::uint8_t>(0xB0 | channel), 0x00, number};
}
Bytes sysex(const Bytes& body) {
    return Bytes{0x00, 0xF0, static_cast<std::uint8_t>(body.size() + 1)} + body + Bytes{0xF7};
}
const Bytes kXgOn{0x43, 0x10, 0x4C, 0x00, 0x00, 0x7E, 0x00};
const Bytes kGsOn{0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7F, 0x00, 0x41};
const Bytes kGm2On{0x7E, 0x7F, 0x09, 0x03};
/// "Use for rhythm part" of part 12: map 2.
const Bytes kGsRhythm12{0x41, 0x10, 0x42, 0x12, 0x40, 0x1B, 0x15, 0x02, 0x0E};
/// The same of part 10: off.
const Bytes kGsNoRhythm10{0x41, 0x10, 0x42, 0x12, 0x40, 0x10, 0x15, 0x00, 0x1B};
/// XG part mode of part 5: drums.
const Bytes kXgDrums5{0x43, 0x10, 0x4C, 0x08, 0x04, 0x07, 0x01};

Song read(const std::vector<Bytes>& tracks) {
    Bytes file = header(1, static_cast<int>(tracks.size()));
    for (const Bytes& events : tracks) {
        file = file + track(events);
    }
    return readSmf(file).value().song;
}

std::set<int> programsOf(const Song& song, int track) {
    std::set<int> programs;
    for (const auto& note : song.notes) {
        if (note.track == track) {
            programs.insert(note.program);
        }
    }
    return programs;
}

int drumsOf(const Song& song, int track) {
    int drums = 0;
    for (const auto& note : song.notes) {
        drums += note.track == track && note.isDrum() ? 1 : 0;
    }
    return drums;
}

/// Whether a written song is read as the same, and as the same once more.
void comesBack(const Song& song) {
    const auto file = readSmf(midi::writeSmf(song));
    QVERIFY_RESULT(file);
    const Song& again = file->song;
    QVERIFY(file->repairs.empty());
    QVERIFY(again.notes == song.notes);
    QVERIFY(again.events == song.events);
    QVERIFY(again.sysex == song.sysex);
    QVERIFY(again.metas == song.metas);
    QVERIFY(again.ports == song.ports);
}

} // namespace

class TestPortsAndDrums : public QObject {
    Q_OBJECT

    /// Piano and drums on the first port, bass and violins on the second, as in two-ports.mid.
    static Song twoPorts() {
        return read({port(0) + program(0) + scale(0), port(1) + program(33) + scale(0),
                     port(0) + scale(9), port(1) + program(48, 9) + scale(9)});
    }

  private Q_SLOTS:
    void eachPortHasProgramsOfItsOwn() {
        const Song song = twoPorts();
        QCOMPARE(song.ports, (Ports{0, 1}));
        QCOMPARE(programsOf(song, 0), std::set<int>{0});
        QCOMPARE(programsOf(song, 1), std::set<int>{33});
        QCOMPARE(programsOf(song, 3), std::set<int>{48});
        QCOMPARE(drumsOf(song, 2), 8);
        QCOMPARE(drumsOf(song, 3), 0); // a program is chosen there, and no device is reset
        for (const auto& note : song.notes) {
            QCOMPARE(int(note.channel), note.track == 0   ? 0
                                        : note.track == 1 ? 16
                                        : note.track == 2 ? 9
                                                          : 25);
        }
        for (const auto& meta : song.metas) {
            QVERIFY(meta.type != 0x21);
        }
        comesBack(song);
    }

    void channelTenOfAFurtherPortIsDrumsWhereNothingElseIsSaid() {
        const Song plain =
            read({port(0) + scale(9), port(1) + scale(9), port(0) + scale(0), port(1) + scale(0)});
        QCOMPARE(drumsOf(plain, 1), 8);
        QCOMPARE(drumsOf(plain, 3), 0);
        comesBack(plain);
        // A GS device: program 8 of part 10 is its room kit.
        const Song device =
            read({port(0) + sysex(kGsOn) + scale(9), port(1) + program(8, 9) + scale(9)});
        QCOMPARE(drumsOf(device, 1), 8);
        comesBack(device);
        // The only channel 10 of the song, on whatever port.
        const Song only = read({port(0) + scale(0), port(1) + program(8, 9) + scale(9)});
        QCOMPARE(drumsOf(only, 1), 8);
    }

    void oneUsedPortIsTheFirst() {
        const Song song = read({program(25, 1), port(3) + scale(9) + scale(1)});
        QCOMPARE(song.ports, (Ports{3}));
        QCOMPARE(int(song.notes.front().channel), 9);
        QCOMPARE(int(song.notes.back().channel), 1);
        QCOMPARE(int(song.notes.back().program), 25); // from the track without a port
        QCOMPARE(drumsOf(song, 1), 8);
        comesBack(song);
    }

    void aPortMayChangeInsideATrack() {
        // Format 0: C4 of both ports at one tick, then each ends on its own.
        const Bytes on{0x00, 0x90, 60, 64};
        const Bytes off{0x60, 0x80, 60, 64};
        const auto file =
            readSmf(oneTrack(program(5) + on + port(1) + program(7) + on + off + port(0) + off));
        QVERIFY_RESULT(file);
        const Song& song = file->song;
        QVERIFY(file->repairs.empty());
        QCOMPARE(song.notes.size(), std::size_t(2));
        QCOMPARE(int(song.notes[0].program), 5);
        QCOMPARE(song.notes[0].length, music::Tick(192));
        QCOMPARE(int(song.notes[1].program), 7);
        QCOMPARE(song.notes[1].length, music::Tick(96));
        comesBack(song);
    }

    void devicesOfOneChannelAreApart() {
        const Song song = read(
            {device("Synth") + program(1) + scale(0), device("Sampler") + program(2) + scale(0)});
        QCOMPARE(song.ports, (Ports{0, 1}));
        QCOMPARE(programsOf(song, 0), std::set<int>{1});
        QCOMPARE(programsOf(song, 1), std::set<int>{2});
        QCOMPARE(song.metas.size(), std::size_t(2));
        comesBack(song);
    }

    /// Programs that write a device's name in each track: everything as without names.
    void devicesOfDifferentChannelsShareAPort() {
        const Song song = read({program(40, 0) + program(41, 1), device("Violin") + scale(0),
                                device("Viola") + scale(1), device("Kit") + scale(9)});
        QVERIFY(song.ports.empty());
        QCOMPARE(programsOf(song, 1), std::set<int>{40});
        QCOMPARE(programsOf(song, 2), std::set<int>{41});
        QCOMPARE(drumsOf(song, 3), 8);
        comesBack(song);
    }

    void thirtyTwoTracksOnTwoPortsKeepTheirPrograms() {
        std::vector<Bytes> tracks;
        for (int i = 0; i < 32; ++i) {
            const auto channel = static_cast<std::uint8_t>(i % 16);
            tracks.push_back(port(static_cast<std::uint8_t>(i / 16)) +
                             program(static_cast<std::uint8_t>(i + 1), channel) + scale(channel));
        }
        const Song song = read(tracks);
        for (int i = 0; i < 32; ++i) {
            QCOMPARE(programsOf(song, i), std::set<int>{i + 1});
        }
        comesBack(song);
    }

    void excerptsKeepPortsAndDrums() {
        const Song song = read({port(0) + sysex(kXgOn) + bank(127, 10) + program(0, 10) + scale(10),
                                port(1) + program(33, 10) + scale(10)});
        const Song part = song.excerpt(96 * 2, 96 * 6);
        QCOMPARE(part.ports, song.ports);
        QCOMPARE(drumsOf(part, 0), 4);
        QCOMPARE(drumsOf(part, 1), 0);
        QCOMPARE(programsOf(part, 1), std::set<int>{33});
        comesBack(part);
    }

    void xgBanksAndGsMessagesMakeDrums() {
        // As second-drums.mid: channel 11 by bank 127, channel 12 by GS.
        const Song song = read({scale(9), sysex(kXgOn) + bank(127, 10) + program(0, 10) + scale(10),
                                sysex(kGsRhythm12) + program(0, 11) + scale(11), scale(0)});
        for (const int track : {0, 1, 2}) {
            QCOMPARE(drumsOf(song, track), 8);
        }
        QCOMPARE(drumsOf(song, 3), 0);
        for (const auto& note : song.notes) {
            QVERIFY(note.track == 3 || codec::familyOf(note) == codec::Family::Drums);
        }
        comesBack(song);
    }

    void drumPartsBegunInTheMiddleOfASong() {
        const Song song = read({scale(10) + bank(127, 10) + program(0, 10) + scale(10) +
                                bank(0, 10) + program(0, 10) + scale(10)});
        QCOMPARE(drumsOf(song, 0), 8);
        QVERIFY(!song.notes.front().isDrum() && song.notes[8].isDrum() &&
                !song.notes.back().isDrum());
        comesBack(song);
    }

    void otherWaysToSayIt_data() {
        QTest::addColumn<QByteArray>("setUp");
        QTest::addColumn<int>("channel");
        QTest::addColumn<bool>("drums");
        const auto row = [](const char* name, const Bytes& setUp, int channel, bool drums) {
            QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(setUp.data()),
                                              qsizetype(setUp.size()))
                                << channel << drums;
        };
        row("XG part mode", sysex(kXgDrums5), 4, true);
        row("XG effects", bank(126, 3) + program(1, 3), 3, true);
        row("GM2 rhythm bank", sysex(kGm2On) + bank(120, 10) + program(0, 10), 10, true);
        row("GM2 melody bank on channel 10", sysex(kGm2On) + bank(121, 9) + program(4, 9), 9,
            false);
        row("a bank waits for its program", bank(127, 3), 3, false);
        row("GS bank 127 is an instrument", sysex(kGsOn) + bank(127, 3) + program(0, 3), 3, false);
        row("GS rhythm off on channel 10", sysex(kGsNoRhythm10), 9, false);
        row("a reset undoes it", sysex(kXgDrums5) + sysex(kXgOn), 4, false);
        row("bank 1 on channel 10", bank(1, 9) + program(0, 9), 9, true);
    }

    void otherWaysToSayIt() {
        QFETCH(QByteArray, setUp);
        QFETCH(int, channel);
        QFETCH(bool, drums);
        const Song song =
            read({Bytes(setUp.begin(), setUp.end()) + scale(static_cast<std::uint8_t>(channel))});
        QCOMPARE(drumsOf(song, 0), drums ? 8 : 0);
        comesBack(song);
    }

    void messagesAreReadToTheByte() {
        const auto setup = [](const Bytes& body) { return music::partSetupOf(Bytes{0xF0} + body); };
        QCOMPARE(int(setup(kGsRhythm12)->channel), 11);
        QCOMPARE(int(setup({0x41, 0x10, 0x42, 0x12, 0x40, 0x10, 0x15, 0x01})->channel), 9);
        QCOMPARE(int(setup({0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 0x01})->channel), 0);
        QVERIFY(!setup({0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15}));
        QVERIFY(!setup({0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x16, 0x01}));
        QVERIFY(!setup({0x43}));
        QVERIFY(!music::partSetupOf({}));
    }

    void aPortWithoutANumberIsMended() {
        const auto file = readSmf(oneTrack(meta(0x21, {}) + scale(0)));
        QVERIFY_RESULT(file);
        QCOMPARE(file->repairs.count(midi::Repair::Kind::BadMeta), std::size_t(1));
        QCOMPARE(file->song.notes.size(), std::size_t(8));
    }
};

QTEST_APPLESS_MAIN(TestPortsAndDrums)
#include "tst_ports_and_drums.moc"
