// SPDX-License-Identifier: GPL-3.0-or-later
// Whole songs in 3/4 and 12/8 with pickups through "canto encode" and "canto decode".

#include "core/codec/file_notes.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>

using namespace canto;

namespace {

constexpr int kQuarter = 480;

struct Band {
    music::Song song;

    Band() {
        song.ticksPerQuarter = kQuarter;
        song.tempo = music::TempoMap(kQuarter, {{0, 600'000}}); // 100
        song.tracks = {{"Drums"}, {"Bass"}, {"Piano"}, {"Melody"}};
    }
    void add(int track, int start, int length, int pitch, int velocity) {
        constexpr int kChannels[] = {9, 1, 0, 3};
        constexpr int kPrograms[] = {0, 33, 0, 73};
        music::Note note;
        note.start = start;
        note.length = length;
        note.track = static_cast<std::uint16_t>(track);
        note.channel = static_cast<std::uint8_t>(kChannels[track]);
        note.program = static_cast<std::uint8_t>(kPrograms[track]);
        note.pitch = static_cast<std::uint8_t>(pitch);
        note.velocity = static_cast<std::uint8_t>(velocity);
        song.notes.push_back(note);
    }
};

constexpr int kTune[] = {67, 69, 71, 72, 74, 72, 71, 69};
constexpr int kRoots[] = {43, 48, 50, 43};

/// A pickup of a quarter before `first`, then 12 bars of 12 notes. On the last beat of the sixth
/// and seventh bar the tune doubles a tone of the piano, which counts once: 143 notes.
music::Song waltz(music::MetreMap metre, int first) {
    Band band;
    band.song.metre = std::move(metre);
    band.add(3, first - kQuarter, kQuarter, 62, 90);
    for (int bar = 0; bar < 12; ++bar) {
        const int at = first + bar * 3 * kQuarter;
        band.add(1, at, kQuarter, kRoots[bar % 4], 95);
        band.add(0, at, kQuarter / 4, 36, 100);
        for (const int beat : {1, 2}) {
            band.add(0, at + beat * kQuarter, kQuarter / 4, 38, 80);
            for (const int tone : {0, 4, 7}) {
                band.add(2, at + beat * kQuarter, kQuarter, kRoots[bar % 4] + 12 + tone, 70);
            }
        }
        band.add(3, at, 2 * kQuarter, kTune[bar % 8], 90);
        band.add(3, at + 2 * kQuarter, kQuarter, kTune[(bar + 3) % 8], 85);
    }
    band.song.finish();
    return band.song;
}

/// A pickup of three eighths before `first`, then eight bars of 34 notes: 275 notes.
music::Song slowDance(music::MetreMap metre, int first) {
    constexpr int kEighth = kQuarter / 2;
    Band band;
    band.song.metre = std::move(metre);
    for (int i = 0; i < 3; ++i) {
        band.add(3, first - (3 - i) * kEighth, kEighth, 62 + 2 * i, 90);
    }
    for (int bar = 0; bar < 8; ++bar) {
        const int at = first + bar * 12 * kEighth;
        const int root = kRoots[bar % 4];
        for (int beat = 0; beat < 4; ++beat) {
            const int here = at + beat * 3 * kEighth;
            band.add(0, here, kEighth / 2, beat % 2 == 0 ? 36 : 38, 100);
            band.add(3, here, 3 * kEighth, kTune[(bar + beat) % 8], 90);
            for (int i = 0; i < 3; ++i) {
                constexpr int kTones[] = {0, 4, 7};
                band.add(0, here + i * kEighth, kEighth / 2, 42, 70);
                band.add(2, here + i * kEighth, kEighth, root + 12 + kTones[i], 70);
            }
        }
        band.add(1, at, 6 * kEighth, root, 95);
        band.add(1, at + 6 * kEighth, 6 * kEighth, root + 7, 90);
    }
    band.song.finish();
    return band.song;
}

} // namespace

class TestWholeSongs : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void songsWithPickupsComeBack_data() {
        using Metres = std::vector<music::MetreChange>;
        QTest::addColumn<music::Song>("song");
        QTest::addColumn<int>("notes");
        QTest::addColumn<int>("numerator");
        QTest::addColumn<int>("denominator");
        const auto metres = [](Metres changes) {
            return music::MetreMap(kQuarter, std::move(changes));
        };
        // The pickup at the end of a bar of rests, or in a short bar of its own.
        QTest::newRow("3/4 after rests")
            << waltz(metres({{0, 3, 4}}), 3 * kQuarter) << 143 << 3 << 4;
        QTest::newRow("3/4 after a short bar")
            << waltz(metres({{0, 1, 4}, {kQuarter, 3, 4}}), kQuarter) << 143 << 3 << 4;
        QTest::newRow("12/8 after rests")
            << slowDance(metres({{0, 12, 8}}), 6 * kQuarter) << 275 << 12 << 8;
        QTest::newRow("12/8 after a short bar")
            << slowDance(metres({{0, 3, 8}, {3 * kQuarter / 2, 12, 8}}), 3 * kQuarter / 2) << 275
            << 12 << 8;
    }
    void songsWithPickupsComeBack() {
        QFETCH(music::Song, song);
        QFETCH(int, notes);
        QFETCH(int, numerator);
        QFETCH(int, denominator);
        QTemporaryDir folder;
        const auto file = [&](const char* name) { return folder.filePath(QLatin1String(name)); };
        const auto bytes = midi::writeSmf(song);
        QFile midi(file("song.mid"));
        QVERIFY(midi.open(QIODevice::WriteOnly));
        midi.write(reinterpret_cast<const char*>(bytes.data()), qint64(bytes.size()));
        midi.close();

        // canto encode song.mid > song.json; canto decode --latents song.json --out again.mid
        QProcess encode;
        encode.setStandardOutputFile(file("song.json"));
        encode.start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                     {QStringLiteral("encode"), file("song.mid")});
        QVERIFY(encode.waitForFinished(300000));
        QVERIFY2(encode.exitCode() == 0, encode.readAllStandardError().constData());
        QProcess decode;
        decode.start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                     {QStringLiteral("decode"), QStringLiteral("--latents"), file("song.json"),
                      QStringLiteral("--out"), file("again.mid")});
        QVERIFY(decode.waitForFinished(300000));
        QVERIFY2(decode.exitCode() == 0, decode.readAllStandardError().constData());

        const auto again = midi::readSmfFile(file("again.mid").toStdString());
        QVERIFY_RESULT(again);
        const auto score = codec::compareNotes(song, again->song);
        QCOMPARE(int(score.notes), notes);
        QVERIFY2(score.recall() > 0.9, std::to_string(score.recall()).c_str());
        QVERIFY2(score.precision() > 0.9, std::to_string(score.precision()).c_str());
        // The pickup is where it was, and so is the last bar.
        const auto near = [](music::Tick a, music::Tick b) {
            return std::abs(a - b) <= kQuarter / 4;
        };
        QCOMPARE(again->song.ticksPerQuarter, kQuarter);
        QVERIFY(near(again->song.notes.front().start, song.notes.front().start));
        QCOMPARE(int(again->song.notes.front().pitch), 62);
        QVERIFY(near(again->song.notes.back().start, song.notes.back().start));
        const auto last = again->song.metre.metreAt(song.notes.back().start);
        QCOMPARE(int(last.numerator), numerator);
        QCOMPARE(int(last.denominator), denominator);
        QCOMPARE(again->song.tempo.bpmAt(0), 100.0);
    }
};

QTEST_GUILESS_MAIN(TestWholeSongs)
#include "tst_whole_songs.moc"
