// SPDX-License-Identifier: GPL-3.0-or-later
// Scores to arrangements: song folders as POP909 keeps them, written here, a made SoundFont, and
// a recording.

#include "app/spaces/arrangement/measure_arrangements.h"
#include "core/arrange/baseline_arranger.h"
#include "core/midi/smf_writer.h"
#include "core/sound/render_file.h"
#include "models/datasets/band_mix.h"
#include "models/datasets/prepared_arrangements.h"
#include "models/datasets/render_arrangements.h"
#include "tests/sound/made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <fstream>

using namespace canto;
using namespace canto;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Quarters at 120 a minute: melody, bridge and piano one track each.
/// As loud as its number: scores of other numbers are other files.
music::Song score(int beats, int number) {
    music::Song song;
    song.tracks = {{"MELODY"}, {"BRIDGE"}, {"PIANO"}};
    for (int beat = 0; beat < beats; ++beat) {
        for (std::uint16_t track = 0; track < 3; ++track) {
            music::Note note;
            note.start = 480 * beat + 120 * track; // a sixteenth later each
            note.length = 240;
            note.track = note.channel = static_cast<std::uint8_t>(track);
            note.pitch = static_cast<std::uint8_t>(72 - 12 * track);
            note.velocity = static_cast<std::uint8_t>(80 + number);
            song.notes.push_back(note);
        }
    }
    song.finish();
    return song;
}

} // namespace

class TestRenderArrangements : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_root;

    void put(const fs::path& name, const std::string& bytes) const {
        fs::create_directories((m_root / name).parent_path());
        std::ofstream(m_root / name, std::ios::binary) << bytes;
    }
    /// Beats of half a second from 0 on, downbeats at 1, 5, 9 ...; C major, then F major from the
    /// tenth beat on.
    void putSong(const std::string& name, int beats) const {
        std::string lines;
        for (int beat = 0; beat < beats; ++beat) {
            lines += std::to_string(beat * 0.5) + (beat % 2 == 1 ? " 1.0 " : " 0.0 ") +
                     (beat % 4 == 1 ? "1.0\n" : "0.0\n");
        }
        put(name + "/beat_midi.txt", lines);
        put(name + "/chord_midi.txt",
            "0.0\t5.0\tC:maj\n5.0\t" + std::to_string(beats * 0.5) + "\tF:maj/5\n");
        QVERIFY_RESULT(midi::writeSmfFile(m_root / name / (name + ".mid"),
                                          score(beats, std::atoi(name.c_str()))));
    }
    ArrangementCorpusOptions options(const char* out) const {
        ArrangementCorpusOptions chosen;
        chosen.labels = m_root / "index.csv";
        chosen.out = m_root / out;
        chosen.soundFont = m_root / "made.sf2";
        chosen.secondFont = m_root / "second.sf2";
        chosen.seconds = 0;
        return chosen;
    }

  private Q_SLOTS:
    void initTestCase() {
        m_root = m_folder.path().toStdString();
        put("made.sf2", test::madeSoundFontBytes());
        put("second.sf2", test::madeSoundFontBytes());
        for (const char* name : {"001", "002", "003", "004"}) {
            putSong(name, 18);
        }
        putSong("005", 40);
        put("006/006.mid", "no MIDI");
        put("index.csv",
            "song_id,name,artist,num_beats_per_measure,num_quavers_per_beat,split\n"
            "001,One,A,2,2,train\n002,\"Two, again\",B,4,2,valid\n003,Three,C,4,2,valid\n"
            "004,Waltz,D,3,2,train\n005,Five,E,4,2,train\n006,Broken,F,4,2,train\n");
    }

    void scoresBecomeUnitsOnTheGridOfTheirBeats() {
        const auto report = renderArrangements(options("all.safetensors"), {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->otherMetre, std::size_t(1));
        QCOMPARE(report->bad.size(), std::size_t(1));
        QCOMPARE(report->bad[0].path, std::string("006"));
        QCOMPARE(report->songs.at("train"), std::size_t(2));
        QCOMPARE(report->songs.at("valid"), std::size_t(1)); // one in three
        QCOMPARE(report->songs.at("test"), std::size_t(1));
        QCOMPARE(report->songs.at("font"), std::size_t(1));

        const auto set = tensors::PreparedArrangements::open(m_root / "all.safetensors");
        QVERIFY_RESULT(set);
        std::size_t one = 0;
        while (set->songs()[one].path != "001") {
            ++one;
        }
        QCOMPARE(set->songs()[one].title, std::string("One"));
        QCOMPARE(set->beats(one), 16); // from the first downbeat to the last beat
        // Downbeats 0, 4 and 8 of the excerpt have eight beats after them.
        QCOMPARE(report->units.at("valid"), std::size_t(3));
        // The song's first beat is cut off: each beat has its three notes, the melody's on it.
        const auto notes = set->unitNotes(one, 0);
        QCOMPARE(notes.size(), std::size_t(24));
        QVERIFY(notes[0] == (arrange::PartNote{0, 2, 72, arrange::Part::Melody}));
        QVERIFY(notes[1] == (arrange::PartNote{1, 2, 60, arrange::Part::Bridge}));
        QVERIFY(notes[2] == (arrange::PartNote{2, 2, 48, arrange::Part::Piano}));
        const auto chords = set->chords(one, 8);
        QVERIFY(chords[0] == *audio::parseChord("C:maj"));
        QVERIFY(chords[1] == *audio::parseChord("F:maj/5")); // 5.0 s is the beat after 4.5 s
        int loudest = 0;
        for (const auto value : set->features(one, 0)) {
            loudest = std::max<int>(loudest, value);
        }
        QVERIFY(loudest > 100);
    }

    void theSecondOfTwoCopiesIsLeftOut() {
        fs::create_directories(m_root / "copies");
        fs::copy(m_root / "001", m_root / "copies/001", fs::copy_options::recursive);
        fs::copy(m_root / "001", m_root / "copies/009", fs::copy_options::recursive);
        fs::rename(m_root / "copies/009/001.mid", m_root / "copies/009/009.mid");
        put("copies/index.csv", "path,name,split\n001,One,train\n009,One again,test\n");
        auto chosen = options("copies.safetensors");
        chosen.labels = m_root / "copies/index.csv";
        const auto report = renderArrangements(chosen, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->bad.size(), std::size_t(1));
        QCOMPARE(report->bad[0].path, std::string("009"));
        QCOMPARE(report->bad[0].reason, std::string("The same file as 001"));
        // Nothing is left to validate on or to measure with, and the report says so.
        QCOMPARE(report->warnings.size(), std::size_t(2));
    }

    void theSameInputGivesTheSameBytes() {
        auto again = options("again.safetensors");
        again.threads = 3;
        QVERIFY_RESULT(renderArrangements(again, {}, {}));
        QVERIFY(contentOf(m_root / "again.safetensors") == contentOf(m_root / "all.safetensors"));
    }

    void anExcerptBeginsAtABarAndIsAsLongAsAsked() {
        auto chosen = options("short.safetensors");
        chosen.seconds = 6; // 12 beats
        QVERIFY_RESULT(renderArrangements(chosen, {}, {}));
        const auto set = tensors::PreparedArrangements::open(m_root / "short.safetensors");
        QVERIFY_RESULT(set);
        for (std::size_t song = 0; song < set->songs().size(); ++song) {
            QCOMPARE(set->beats(song), 12);
            QCOMPARE(set->notes(song).front().step, 0);
        }
    }

    void aRecordingBesideTheScoreIsHeardInsteadOfABand() {
        // Silence where the band would have played.
        std::string wav = "RIFF";
        const auto little = [](std::uint32_t value, int bytes) {
            std::string text;
            for (int i = 0; i < bytes; ++i) {
                text += static_cast<char>(value >> (8 * i) & 0xFF);
            }
            return text;
        };
        const std::uint32_t size = 22050 * 2 * 9;
        wav += little(36 + size, 4) + "WAVEfmt " + little(16, 4) + little(1, 2) + little(1, 2) +
               little(22050, 4) + little(44100, 4) + little(2, 2) + little(16, 2) + "data" +
               little(size, 4) + std::string(size, '\0');
        put("001/001.wav", wav);
        const auto report = renderArrangements(options("recorded.safetensors"), {}, {});
        fs::remove(m_root / "001/001.wav");
        QVERIFY_RESULT(report);
        QCOMPARE(report->recordings, std::size_t(1));
        const auto set = tensors::PreparedArrangements::open(m_root / "recorded.safetensors");
        QVERIFY_RESULT(set);
        for (std::size_t song = 0; song < set->songs().size(); ++song) {
            if (set->songs()[song].path == "001") {
                QVERIFY(set->songs()[song].font.empty());
                const auto analysis = set->features(song, 0);
                QVERIFY(
                    std::all_of(analysis.begin(), analysis.end(), [](auto v) { return v == 0; }));
            }
        }
    }

    void aBandPlaysTheScoreAtItsMomentsAndABassUnderTheChords() {
        const auto scored = readScoreFolder(m_root / "005");
        QVERIFY_RESULT(scored);
        int basses = 0;
        for (std::uint64_t seed = 1; seed <= 8; ++seed) {
            Random random(seed);
            const auto band = mixedBand(*scored, 1, 33, random);
            int melody = 0;
            for (const auto& note : band.song.notes) {
                if (note.channel == 0) { // the melody: the score's beats from the second on
                    QVERIFY(std::abs(note.startSeconds - 0.5 * melody) < 0.002);
                    ++melody;
                }
                if (note.channel == 3) { // C, then F over C: always C, from E1 up
                    QCOMPARE(int(note.pitch), 36);
                    ++basses;
                }
                QVERIFY(note.endSeconds() <= 16.01);
            }
            QCOMPARE(melody, 32);
            QVERIFY(!band.words.empty());
        }
        QVERIFY(basses > 0);
    }

    void wholeRecordingsAreMeasuredBesideTheirScore() {
        fs::create_directories(m_root / "rec");
        const std::array songs{std::make_shared<const music::Song>(score(40, 1))};
        sound::RenderOptions plain;
        plain.soundFont = m_root / "made.sf2";
        QVERIFY_RESULT(sound::renderToFile(songs, m_root / "rec/005.wav", plain));
        put("rec/006.wav", "no sound");
        std::vector<NamedArranger> arrangers;
        arrangers.push_back({"rules", std::make_unique<arrange::BaselineArranger>()});
        const auto measured = measureArrangements(m_root / "rec", m_root, arrangers, {}, {});
        QVERIFY_RESULT(measured);
        const auto& report = *measured;
        QCOMPARE(report["recordings"].get<int>(), 1);
        QCOMPARE(report["notAnalysed"].size(), std::size_t(1));
        QCOMPARE(report["notAnalysed"][0]["file"].get<std::string>(), std::string("006.wav"));
        QCOMPARE(report["rows"].size(), std::size_t(2));
        const auto& own = report["rows"][0];
        QCOMPARE(own["name"].get<std::string>(), std::string("score"));
        QCOMPARE(own["noteF1"].get<double>(), 1.0); // against itself
        // Bridge and piano play 80 notes, C4 and C3; the melody is always a C. Of its 40 quarters
        // of a second (25 places each), 12 places lie before the first other note.
        QCOMPARE(own["meanPitch"].get<double>(), 54.0);
        QCOMPARE(own["melodyChroma"].get<double>(), 0.988);
        // Each starts a sixteenth (.125 s) after the other and .375 s before the next pair: one
        // and three steps of the grid, to the hundredth of a second.
        QVERIFY(own["gridDeviation"].get<double>() < 0.05);
        QVERIFY(own["onsetCorrelation"].get<double>() > 0.3);
        QVERIFY(report["rows"][1]["notesASecond"].get<double>() > 0.5);

        const auto none =
            measureArrangements(m_root / "rec", m_root / "nowhere", arrangers, {}, {});
        QVERIFY(!none);
        QCOMPARE(int(none.error().code), int(Error::Code::NotFound));
    }

    void badAnnotationsNameTheirLine() {
        putSong("007", 18);
        put("007/chord_midi.txt", "0.0\t5.0\tC:maj\n5.0\n");
        const auto chords = readScoreFolder(m_root / "007");
        QVERIFY(!chords);
        QVERIFY(chords.error().where.find("line 2") != std::string::npos);
        put("007/beat_midi.txt", "0.0 1.0 1.0\n0.5 0.0 0.0\n0.4 1.0 0.0\n");
        const auto beats = readScoreFolder(m_root / "007");
        QVERIFY(!beats);
        QVERIFY(beats.error().where.find("line 3") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestRenderArrangements)
#include "tst_render_arrangements.moc"
