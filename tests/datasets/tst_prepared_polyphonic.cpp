// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_writer.h"
#include "models/datasets/prepare_polyphonic.h"
#include "models/datasets/prepared_polyphonic.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace canto;
using tensors::PreparedPolyphonic;
namespace fs = std::filesystem;

namespace {

/// A chord that sounds over a bar line, a kick and a snare a bar, in bars of 4/4.
music::Song chordSong(int bars, int root) {
    music::Song song;
    song.ticksPerQuarter = 480;
    song.tempo = music::TempoMap(480, {{0, 500'000}});
    song.metre = music::MetreMap(480, {{0, 4, 4}});
    song.tracks.push_back({"all"});
    const auto add = [&](music::Tick start, music::Tick length, int pitch, int channel) {
        music::Note note;
        note.start = start;
        note.length = length;
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.channel = static_cast<std::uint8_t>(channel);
        song.notes.push_back(note);
    };
    for (int bar = 0; bar < bars; ++bar) {
        add(bar * 1920, 120, 36, 9);
        add(bar * 1920 + 960, 120, 38, 9);
        if (bar % 2 == 0) {
            add(bar * 1920, 3000, root, 0);
            add(bar * 1920, 3000, root + 4, 0);
        }
    }
    song.finish();
    return song;
}

PreparedPolyphonic twoSongs() {
    PreparedPolyphonic set;
    set.addSong({"a.mid", "A", "X", "rock", "train"}, codec::toGrid(chordSong(4, 60)));
    set.addSong({"b.mid", "B", "Y", "jazz", "test"}, codec::toGrid(chordSong(3, 48)));
    set.finish("genre");
    return set;
}

} // namespace

class TestPreparedPolyphonic : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path pathOf(const char* name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void phrasesAreThoseOfTheCodec() {
        const auto path = pathOf("two.safetensors");
        QVERIFY_RESULT(twoSongs().write(path));
        const auto set = PreparedPolyphonic::open(path);
        QVERIFY_RESULT(set);
        QCOMPARE(set->songs().size(), std::size_t(2));
        QCOMPARE(set->classes(), (std::vector<std::string>{"jazz", "rock"}));
        QCOMPARE(set->classOf(0), 1);
        QCOMPARE(set->classColumn(), std::string("genre"));
        const auto rows = set->rows();
        QCOMPARE(rows.size(), std::size_t(7)); // four bars and three
        QCOMPARE(int(rows[4].song), 1);
        const auto grid = codec::toGrid(chordSong(4, 60));
        for (std::size_t bar = 0; bar < 4; ++bar) {
            QVERIFY(set->phrase(rows[bar].bar) == grid.phrase(grid.window(bar)));
        }
        // The chord of 3,000 ticks sounds 25 steps: nine of them in the second bar.
        const auto second = set->phrase(rows[1].bar);
        int tied = 0;
        for (const auto& note : second.notes) {
            tied += note.tied ? note.length : 0;
        }
        QCOMPARE(tied, 2 * 9);
    }

    void theSameContentGivesTheSameBytes() {
        QVERIFY_RESULT(twoSongs().write(pathOf("first")));
        QVERIFY_RESULT(twoSongs().write(pathOf("second")));
        const auto bytes = [&](const char* name) {
            std::ifstream file(pathOf(name), std::ios::binary);
            return std::string(std::istreambuf_iterator<char>(file), {});
        };
        QVERIFY(bytes("first") == bytes("second"));
    }

    void otherFilesAreRefused() {
        std::ofstream(pathOf("text")) << "no data set";
        QVERIFY(!PreparedPolyphonic::open(pathOf("text")));
        QVERIFY(!PreparedPolyphonic::open(pathOf("missing")));
    }

    void foldersOfFilesArePrepared() {
        const fs::path folder = pathOf("midi");
        for (const char* artist : {"a", "b", "c"}) {
            fs::create_directories(folder / artist);
            QVERIFY_RESULT(midi::writeSmfFile(folder / artist / "song.mid",
                                              chordSong(4, 48 + artist[0] % 12)));
        }
        std::ofstream(folder / "a" / "broken.mid") << "MThd";
        PrepareOptions options;
        options.midi = folder;
        options.out = pathOf("prepared.safetensors");
        options.folders = PrepareOptions::Folders::Artist;
        options.threads = 1;
        const auto report = preparePolyphonic(options, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->all.songs, std::size_t(3));
        QCOMPARE(report->all.bars, std::size_t(12));
        QCOMPARE(report->all.notes, std::size_t(3 * 12)); // eight drums and two chords of two
        QCOMPARE(report->bad.size(), std::size_t(1));
        QVERIFY_RESULT(PreparedPolyphonic::open(options.out));
    }
};

QTEST_APPLESS_MAIN(TestPreparedPolyphonic)
#include "tst_prepared_polyphonic.moc"
