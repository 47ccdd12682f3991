// SPDX-License-Identifier: GPL-3.0-or-later
// Rendering through the real synth with a SoundFont of known pitch. Levels and lengths are worked
// out by hand; files are read back with libsndfile's own reading half.

#include "core/sound/render_file.h"
#include "core/sound/soundfont_probe.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <complex>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

/// Power at a frequency (Goertzel's sum), of the left channel.
double powerAt(const std::vector<float>& samples, std::size_t from, std::size_t count, double hertz,
               double rate) {
    std::complex<double> sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        sum += static_cast<double>(samples[2 * (from + i)]) *
               std::polar(1.0, -2 * 3.14159265358979323846 * hertz * static_cast<double>(from + i) /
                                   rate);
    }
    return std::abs(sum) / static_cast<double>(count);
}

/// The strongest frequency in whole hertz between 100 and 1,200.
int pitchAt(const std::vector<float>& samples, std::size_t from, std::size_t count, double rate) {
    int best = 0;
    double most = 0;
    for (int hertz = 100; hertz <= 1200; ++hertz) {
        const double power = powerAt(samples, from, count, hertz, rate);
        if (power > most) {
            most = power;
            best = hertz;
        }
    }
    return best;
}

std::uint32_t wordAt(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
}

std::string contentOf(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestRenderFile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path m_font;

    RenderOptions options() const {
        RenderOptions chosen;
        chosen.soundFont = m_font;
        chosen.gain = 1;
        return chosen;
    }
    std::filesystem::path file(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void initTestCase() { m_font = writeBytes(file("made.sf2"), madeSoundFontBytes()); }

    void a4IsHeardAt440Hertz() {
        const std::vector songs{song({note(0, 960, 69), note(960, 960, 69, 1)})};
        const auto audio = renderSongs(songs, options());
        QVERIFY_RESULT(audio);
        // Well inside each half note; program 1 sounds an octave higher.
        QCOMPARE(pitchAt(audio->samples, 9600, 24000, 48000), 440);
        QCOMPARE(pitchAt(audio->samples, 57600, 24000, 48000), 880);
    }

    void notesStartWithinABlock() {
        const std::vector songs{song({note(480, 240, 69)})};
        const auto audio = renderSongs(songs, options());
        QVERIFY_RESULT(audio);
        std::size_t first = 0;
        while (std::fabs(audio->samples[2 * first]) < 0.001f) {
            ++first;
        }
        // Frame 24,000, on the grid of 64; the sine needs a few frames to pass -60 dBFS.
        QVERIFY2(first >= 23936 && first < 24064 + 64, qPrintable(QString::number(first)));
    }

    void lengthIsWholeBarsAndATail() {
        const std::vector songs{song({note(0, 480, 69)}), song({note(0, 480, 69)})};
        const auto audio = renderSongs(songs, options());
        QVERIFY_RESULT(audio);
        QVERIFY(audio->report.seconds >= 4.0); // two bars of two seconds
        QVERIFY(audio->report.seconds < 4.0 + 5.1);
        // The second song starts at its bar line: silence before, sound after.
        QVERIFY(std::fabs(audio->samples[2 * (96000 - 500)]) < 0.01f);
        QCOMPARE(pitchAt(audio->samples, 96000 + 4800, 9600, 48000), 440);
    }

    void loudMusicIsLoweredNotClipped() {
        std::vector<music::Note> chord;
        for (int pitch = 57; pitch < 81; ++pitch) {
            chord.push_back(note(0, 1920, pitch));
        }
        RenderOptions loud = options();
        loud.gain = 10;
        const auto audio = renderSongs(std::vector{song(chord)}, loud);
        QVERIFY_RESULT(audio);
        QVERIFY(audio->report.gainDb < -6);
        QVERIFY(audio->report.peakDb < 0);
        QVERIFY(audio->report.peakDb > -0.1);
        for (const float sample : audio->samples) {
            QVERIFY(std::fabs(sample) < 1);
        }
    }

    void normalisingReachesThePeakAskedFor() {
        RenderOptions wanted = options();
        wanted.normaliseDb = -1;
        const auto audio = renderSongs(std::vector{quarters(69)}, wanted);
        QVERIFY_RESULT(audio);
        float peak = 0;
        for (const float sample : audio->samples) {
            peak = std::max(peak, std::fabs(sample));
        }
        QVERIFY(std::fabs(20 * std::log10(peak) + 1) < 0.01);
        QVERIFY(std::fabs(audio->report.peakDb + 1) < 0.01);
        QVERIFY(audio->report.rmsDb < audio->report.peakDb - 3); // a sine's is 3 dB below its peak
    }

    void a4Is440HertzAtEveryRate_data() {
        QTest::addColumn<double>("rate");
        for (const double rate :
             {8000.0, 11025.0, 22050.0, 48000.0, 88200.0, 96000.0, 96001.0, 176400.0, 192000.0}) {
            QTest::newRow(qPrintable(QString::number(rate))) << rate;
        }
    }
    void a4Is440HertzAtEveryRate() {
        QFETCH(double, rate);
        RenderOptions wanted = options();
        wanted.rate = rate;
        const auto audio = renderSongs(std::vector{song({note(0, 960, 69)})}, wanted);
        QVERIFY_RESULT(audio);
        QCOMPARE(audio->rate, rate);
        // A second of sound; half of it, a tenth of a second in.
        const auto from = static_cast<std::size_t>(rate / 10);
        const auto count = static_cast<std::size_t>(rate / 2);
        QVERIFY(audio->samples.size() > 2 * (from + count));
        QCOMPARE(pitchAt(audio->samples, from, count, rate), 440);
        // The note and its tail last as long as at any other rate.
        const auto usual = renderSongs(std::vector{song({note(0, 960, 69)})}, options());
        QVERIFY_RESULT(usual);
        QVERIFY(std::fabs(audio->report.seconds - usual->report.seconds) < 0.1);
    }

    void theSynthRefusesARateItCannotPlayAt() {
        for (const double rate : {4000.0, 192000.0, std::nan("")}) {
            const auto synth = FluidSynth::load(m_font, {.rate = rate});
            QVERIFY(!synth);
            QCOMPARE(synth.error().code, Error::Code::BadInput);
        }
    }

    void silenceIsNoError() {
        const auto audio = renderSongs(std::vector{song({})}, options());
        QVERIFY_RESULT(audio);
        QVERIFY(audio->report.peakDb < -120); // the reverb keeps a trace of noise
    }

    void wavFileHoldsTheSound() {
        const auto path = file("out.wav");
        RenderOptions wanted = options();
        wanted.rate = 44100;
        const auto report = renderToFile(std::vector{quarters(69)}, path, wanted);
        QVERIFY_RESULT(report);
        const std::string bytes = contentOf(path);
        QCOMPARE(bytes.substr(0, 4), std::string("RIFF"));
        QCOMPARE(bytes.substr(8, 4), std::string("WAVE"));
        const std::size_t format = bytes.find("fmt ");
        QCOMPARE(wordAt(bytes, format + 12), 44100u);
        const std::size_t data = bytes.find("data");
        QVERIFY(data != std::string::npos);
        // Two channels of three bytes a frame.
        const double frames = wordAt(bytes, data + 4) / 6.0;
        QVERIFY(std::fabs(frames / 44100 - report->seconds) < 1e-3);
        QVERIFY(report->peakDb < 0 && report->peakDb > -40);
        std::size_t files = 0;
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator(path.parent_path())) {
            ++files;
        }
        QCOMPARE(files, std::size_t(2)); // the SoundFont and the WAV: nothing left behind
    }

    void flacFileIsFlac() {
        const auto path = file("out.FLAC");
        QVERIFY_RESULT(renderToFile(std::vector{quarters(69)}, path, options()));
        QCOMPARE(contentOf(path).substr(0, 4), std::string("fLaC"));
    }

    void cancelLeavesTheOldFile() {
        const auto path = writeBytes(file("old.wav"), "old");
        CancelToken cancel;
        cancel.cancel();
        const auto report = renderToFile(std::vector{quarters(69)}, path, options(), cancel);
        QVERIFY(!report);
        QCOMPARE(report.error().code, Error::Code::Cancelled);
        QCOMPARE(contentOf(path), std::string("old"));
    }

    void whatCannotBeIsRefusedWithAReason() {
        const std::vector songs{quarters(69)};
        auto other = renderToFile(songs, file("out.mp3"), options());
        QVERIFY(!other && other.error().code == Error::Code::BadInput);
        auto nowhere = renderToFile(songs, file("none") / "out.wav", options());
        QVERIFY(!nowhere && nowhere.error().code == Error::Code::Io);
        RenderOptions noFont = options();
        noFont.soundFont = file("missing.sf2");
        auto fontless = renderToFile(songs, file("a.wav"), noFont);
        QVERIFY(!fontless && fontless.error().code == Error::Code::NotFound);
        QVERIFY(!std::filesystem::exists(file("a.wav")));
        RenderOptions slow = options();
        slow.rate = 10;
        QVERIFY(!renderSongs(songs, slow));
        // 24,000 bars of 2 s are 13 hours: not in memory.
        auto longest =
            renderSongs(std::vector{song({note(24000 * kBarTicks, 480, 60)})}, options());
        QVERIFY(!longest && longest.error().code == Error::Code::TooLarge);
    }

    void systemSoundFontIsNotSilent() {
        const auto found = defaultSoundFont();
        if (!found) {
            QSKIP("no SoundFont on this system");
        }
        RenderOptions wanted;
        wanted.soundFont = *found;
        const auto audio = renderSongs(
            std::vector{song({note(0, 960, 69), note(0, 960, 72), note(0, 480, 36, 0, 9)})},
            wanted);
        QVERIFY_RESULT(audio);
        QVERIFY(audio->report.peakDb < 0);
        QVERIFY(audio->report.rmsDb > -50);
        QVERIFY(powerAt(audio->samples, 9600, 24000, 440, 48000) >
                4 * powerAt(audio->samples, 9600, 24000, 466, 48000));
    }
};

QTEST_APPLESS_MAIN(TestRenderFile)
#include "tst_render_file.moc"
