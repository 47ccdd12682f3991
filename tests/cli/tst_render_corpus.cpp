// SPDX-License-Identifier: GPL-3.0-or-later
// Movements to clips: made MIDI files, a made SoundFont, and a recording written here.

#include "models/datasets/prepared_clips.h"
#include "models/datasets/render_corpus.h"
#include "models/datasets/varied_music.h"
#include "tests/sound/made_soundfont.h"
#include "tests/support/midi_folder.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto;
using namespace canto::test;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// 16-bit WAV, one channel, 22,050 Hz: a click every tenth of a second.
std::string wavBytes(int seconds) {
    const auto little = [](std::uint32_t value, int bytes) {
        std::string text;
        for (int i = 0; i < bytes; ++i) {
            text += static_cast<char>(value >> (8 * i) & 0xFF);
        }
        return text;
    };
    std::string samples(static_cast<std::size_t>(seconds) * 22050 * 2, '\0');
    for (std::size_t i = 0; i < samples.size(); i += 2205 * 2) {
        samples[i + 1] = 0x40;
    }
    const auto size = static_cast<std::uint32_t>(samples.size());
    return "RIFF" + little(36 + size, 4) + "WAVEfmt " + little(16, 4) + little(1, 2) +
           little(1, 2) + little(22050, 4) + little(44100, 4) + little(2, 2) + little(16, 2) +
           "data" + little(size, 4) + samples;
}

} // namespace

class TestRenderCorpus : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_root;

    void put(const fs::path& name, const std::string& bytes) const {
        fs::create_directories((m_root / name).parent_path());
        std::ofstream(m_root / name, std::ios::binary) << bytes;
    }
    CorpusOptions options(const char* out) const {
        CorpusOptions chosen;
        chosen.labels = m_root / "labels.csv";
        chosen.soundFont = m_root / "made.sf2";
        chosen.out = m_root / out;
        chosen.threads = 2;
        chosen.leaveOut = {"quartet"};
        return chosen;
    }

  private Q_SLOTS:
    void initTestCase() {
        m_root = m_folder.path().toStdString();
        put("made.sf2", madeSoundFontBytes());
        // A bar of four quarters at 120 is 2 s: 12 bars are 24 s, and at most 5 s ring out: two
        // whole clips.
        put("bach/a.mid", songBytes(1, 12));
        put("bach/b.mid", songBytes(2, 6));
        put("brahms/c.mid", songBytes(3, 3)); // 6 s: one clip, ended with silence
        put("brahms/broken.mid", "not MIDI");
        put("quartet.mid", songBytes(4, 8));
        put("labels.csv", "file,composer,work,movement,kind,archive,split\n"
                          "bach/a.mid,Bach,one,1,choral,x,train\n"
                          "bach/b.mid,Bach,two,1,choral,x,test\n"
                          "brahms/c.mid,Brahms,three,1,symphony,y,train\n"
                          "brahms/broken.mid,Brahms,three,2,symphony,y,train\n"
                          "quartet.mid,Haydn,four,1,quartet,y,train\n");
    }

    void everyMovementBecomesItsClips() {
        const auto report = renderCorpus(options("all.safetensors"), {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->movements, std::size_t(3));
        QCOMPARE(report->bySplit.at("Bach").at("train"), std::size_t(2));
        QCOMPARE(report->bySplit.at("Bach").at("test"), std::size_t(1));
        QCOMPARE(report->bySplit.at("Brahms").at("train"), std::size_t(1));
        QCOMPARE(report->bad.size(), std::size_t(1));
        QCOMPARE(report->bad[0].path, std::string("brahms/broken.mid"));
        const auto set = tensors::PreparedClips::open(m_root / "all.safetensors");
        QVERIFY_RESULT(set);
        QCOMPARE(set->size(), std::size_t(4));
        QVERIFY(set->composers() == (std::vector<std::string>{"Bach", "Brahms"}));
        QCOMPARE(set->movements()[0].work, std::string("one"));
        QCOMPARE(set->movements()[0].archive, std::string("x"));
        QCOMPARE(set->movements()[0].font, std::string("made.sf2"));
        QVERIFY(set->loudness(0) > -60);
        QVERIFY(!fs::exists(m_root / "all.safetensors.parts"));
    }

    void aStoppedCallGoesOnAndGivesTheSameBytes() {
        const auto wanted = contentOf(m_root / "all.safetensors");
        QVERIFY(!wanted.empty());
        auto chosen = options("again.safetensors");
        chosen.threads = 1;
        const CancelToken cancel;
        const auto stopped = renderCorpus(chosen, cancel, [&](std::size_t done, std::size_t) {
            if (done == 2) {
                cancel.cancel();
            }
        });
        QCOMPARE(stopped.error().code, Error::Code::Cancelled);
        QVERIFY(!fs::exists(chosen.out));
        const auto report = renderCorpus(chosen, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->resumed, std::size_t(2));
        QVERIFY(contentOf(chosen.out) == wanted);
    }

    void soMuchOfAMovementAsAskedFor() {
        auto chosen = options("short.safetensors");
        chosen.seconds = 10;
        chosen.composers = {"Bach"};
        chosen.splits = {"train"};
        const auto report = renderCorpus(chosen, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->clips, std::size_t(1));
        QCOMPARE(report->movements, std::size_t(1));
    }

    void variedClipsAreRepeatableAndOnePerSoundFont() {
        fs::copy_file(m_root / "made.sf2", m_root / "other.sf2");
        auto chosen = options("varied.safetensors");
        chosen.seconds = 10;
        chosen.composers = {"Bach"};
        chosen.moreFonts = {m_root / "other.sf2"};
        chosen.vary = 1;
        QVERIFY_RESULT(renderCorpus(chosen, {}, {}));
        const auto set = tensors::PreparedClips::open(chosen.out);
        QVERIFY_RESULT(set);
        QCOMPARE(set->size(), std::size_t(4)); // two movements in two SoundFonts
        QCOMPARE(set->movements()[0].font, std::string("made.sf2"));
        QCOMPARE(set->movements()[1].font, std::string("other.sf2"));
        QCOMPARE(set->movements()[1].path, set->movements()[0].path);
        // The same samples in both, but redrawn for each SoundFont.
        QVERIFY(set->loudness(0) != set->loudness(1));

        chosen.out = m_root / "varied-again.safetensors";
        QVERIFY_RESULT(renderCorpus(chosen, {}, {}));
        QVERIFY(contentOf(chosen.out) == contentOf(m_root / "varied.safetensors"));
        chosen.out = m_root / "varied-otherwise.safetensors";
        chosen.vary = 2;
        QVERIFY_RESULT(renderCorpus(chosen, {}, {}));
        const auto other = tensors::PreparedClips::open(chosen.out);
        QVERIFY_RESULT(other);
        QVERIFY(other->loudness(0) != set->loudness(0));
    }

    void aRoomAddsWhatItsResponseSays() {
        std::vector<float> samples(3000);
        samples[0] = 1;
        samples[2000] = 2; // in another piece than the first
        const std::vector<float> response{1, 0, 0.5F};
        convolve(samples, response);
        QVERIFY(std::fabs(samples[0] - 1) < 1e-5F);
        QVERIFY(std::fabs(samples[1]) < 1e-5F);
        QVERIFY(std::fabs(samples[2] - 0.5F) < 1e-5F);
        QVERIFY(std::fabs(samples[2000] - 2) < 1e-5F);
        QVERIFY(std::fabs(samples[2002] - 1) < 1e-5F);
        QCOMPARE(samples.size(), std::size_t(3000));
    }

    void aVariedSongKeepsWhatTheComposerWrote() {
        music::Song song;
        song.tracks.resize(1);
        for (int i = 0; i < 8; ++i) {
            music::Note note;
            note.start = 4800 * i; // far apart: no moved onset passes another
            note.length = 240;
            note.pitch = static_cast<std::uint8_t>(60 + 2 * i);
            note.velocity = static_cast<std::uint8_t>(20 + i);
            note.program = 46; // a harp, which has no relatives
            song.notes.push_back(note);
        }
        music::ChannelEvent level;
        level.number = 7;
        level.value = 3;
        song.events.push_back(level);
        song.finish();
        Random random(5);
        const auto varied = variedSong(song, random);
        QCOMPARE(varied.notes.size(), song.notes.size()); // one part is never left out
        const int moved = varied.notes[0].pitch - 60;
        QVERIFY(moved >= -2 && moved <= 2);
        for (std::size_t i = 0; i < varied.notes.size(); ++i) {
            QCOMPARE(int(varied.notes[i].pitch), song.notes[i].pitch + moved);
            QCOMPARE(int(varied.notes[i].program), 46);
            QVERIFY(i == 0 || varied.notes[i].velocity >= varied.notes[i - 1].velocity);
        }
        for (const auto& event : varied.events) {
            // 90 and at most 6 dB more or less: the controller squared is the level.
            QVERIFY(event.number != 7 || (event.value >= 63 && event.value <= 127));
        }
        const double speed = song.endSeconds() / varied.endSeconds();
        QVERIFY(speed > 0.84 && speed < 1.16);
    }

    void recordingsLieInAFolderPerComposer() {
        put("records/Verdi/requiem/1.wav", wavBytes(21));
        put("records/Verdi/requiem/notes.txt", "text");
        put("records/Puccini/2.wav", wavBytes(10));
        CorpusOptions chosen;
        chosen.music = m_root / "records";
        chosen.soundFont = m_root / "made.sf2";
        chosen.out = m_root / "records.safetensors";
        const auto report = renderCorpus(chosen, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->clips, std::size_t(3));
        const auto set = tensors::PreparedClips::open(chosen.out);
        QVERIFY_RESULT(set);
        QCOMPARE(set->movements()[0].composer, std::string("Puccini"));
        QCOMPARE(set->movements()[0].work, std::string("2"));
        QCOMPARE(set->movements()[1].work, std::string("requiem"));
        QCOMPARE(set->movements()[1].font, std::string());
        QVERIFY(!set->movements()[1].split.empty());
    }

    void copiesAreLeftOutAndNamesNeedNotBeUtf8() {
        // "Dvo\xf8\xe1k" is his name in Latin-2 bytes, as old archives unpack.
        put("odd/Dvo\xf8\xe1k/1.wav", wavBytes(10));
        put("odd/Smetana/2.wav", wavBytes(10));
        put("odd/Smetana/3.KAR", songBytes(7, 3));
        fs::create_directories(m_root / "odd/Smetana/folder.mid");
        CorpusOptions chosen;
        chosen.music = m_root / "odd";
        chosen.soundFont = m_root / "made.sf2";
        chosen.out = m_root / "odd.safetensors";
        const auto report = renderCorpus(chosen, {}, {});
        QVERIFY_RESULT(report);
        QCOMPARE(report->movements, std::size_t(2));
        QCOMPARE(report->bad.size(), std::size_t(1));
        QCOMPARE(report->bad[0].path, std::string("Smetana/2.wav"));
        QVERIFY(report->bad[0].reason.starts_with("The same file as Dvo"));
        QVERIFY(!report->warnings.empty()); // two works: none can be held out
        const auto set = tensors::PreparedClips::open(chosen.out);
        QVERIFY_RESULT(set);
        QCOMPARE(set->movements()[0].composer, std::string("Dvo\uFFFD\uFFFDk"));
        QCOMPARE(set->movements()[1].path, std::string("Smetana/3.KAR"));
    }

    void nothingToRenderIsSaid() {
        auto chosen = options("none.safetensors");
        chosen.composers = {"Nobody"};
        QCOMPARE(renderCorpus(chosen, {}, {}).error().code, Error::Code::BadInput);
    }
};

QTEST_GUILESS_MAIN(TestRenderCorpus)
#include "tst_render_corpus.moc"
