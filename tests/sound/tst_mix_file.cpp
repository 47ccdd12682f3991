// SPDX-License-Identifier: GPL-3.0-or-later
// A song and its recording in one file.

#include "core/sound/audio_file.h"
#include "core/sound/mix_file.h"
#include "core/sound/sound.h"
#include "tests/sound/made_soundfont.h"
#include "tests/support/made_wav.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
namespace fs = std::filesystem;

class TestMixFile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    fs::path m_font, m_recording;

    fs::path file(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    /// A4 from 1 s to 2 s.
    static std::shared_ptr<const music::Song> song() {
        music::Song song;
        song.tracks = {{"Piano"}};
        music::Note note;
        note.start = 960;
        note.length = 960;
        note.pitch = 69;
        note.velocity = 127;
        song.notes = {note};
        song.finish();
        return std::make_shared<const music::Song>(song);
    }
    /// Level of a sine of that frequency in a part of the sound: its amplitude.
    static double amplitude(const sound::Sound& sound, double hertz, double from, double to) {
        double real = 0;
        double imaginary = 0;
        const auto first = static_cast<std::size_t>(from * sound.rate);
        const auto last = std::min(static_cast<std::size_t>(to * sound.rate), sound.frames());
        for (std::size_t i = first; i < last; ++i) {
            const double angle = 6.283185307179586 * hertz * double(i) / sound.rate;
            real += double(sound.samples[2 * i]) * std::cos(angle);
            imaginary += double(sound.samples[2 * i]) * std::sin(angle);
        }
        return 2 * std::hypot(real, imaginary) / double(last - first);
    }

  private Q_SLOTS:
    void initTestCase() {
        m_font = test::writeBytes(file("made.sf2"), test::madeSoundFontBytes());
        // 1000 Hz of amplitude .25 for three seconds.
        std::vector<float> sound(3 * test::kMadeRate);
        for (std::size_t i = 0; i < sound.size(); ++i) {
            sound[i] = static_cast<float>(
                0.25 * std::sin(6.283185307179586 * 1000 * double(i) / test::kMadeRate));
        }
        const QString path =
            test::put(QString::fromStdString(file("sine.wav").string()), test::wavOf(sound));
        QVERIFY(!path.isEmpty());
        m_recording = path.toStdString();
    }

    void bothAreHeardAtTheirTime() {
        const auto report =
            sound::mixToFile(song(), m_recording, file("both.wav"), {.soundFont = m_font});
        QVERIFY_RESULT(report);
        QVERIFY(report->seconds >= 3 && report->seconds < 8);
        QVERIFY(report->peakDb < 0);
        const auto both = sound::readSound(file("both.wav"));
        QVERIFY_RESULT(both);
        QCOMPARE((*both)->rate, 48000.0);
        QVERIFY(std::fabs(amplitude(**both, 1000, 0.1, 0.9) - 0.25) < 0.005);
        QVERIFY(std::fabs(amplitude(**both, 1000, 1.1, 1.9) - 0.25) < 0.005);
        QVERIFY(amplitude(**both, 440, 0.1, 0.9) < 0.005);
        QVERIFY(amplitude(**both, 440, 1.1, 1.9) > 0.02);
    }

    void levelsSayWhoIsHeard() {
        QVERIFY_RESULT(sound::mixToFile(song(), m_recording, file("recording.wav"),
                                        {.soundFont = m_font, .song = 0, .sound = 0.5F}));
        const auto recording = sound::readSound(file("recording.wav"));
        QVERIFY_RESULT(recording);
        QVERIFY(std::fabs(amplitude(**recording, 1000, 1.1, 1.9) - 0.125) < 0.005);
        QVERIFY(amplitude(**recording, 440, 1.1, 1.9) < 0.002);
        QVERIFY_RESULT(sound::mixToFile(song(), m_recording, file("song.flac"),
                                        {.soundFont = m_font, .sound = 0}));
        const auto notes = sound::readSound(file("song.flac"));
        QVERIFY_RESULT(notes);
        QVERIFY(amplitude(**notes, 1000, 0.1, 0.9) < 0.002);
        QVERIFY(amplitude(**notes, 440, 1.1, 1.9) > 0.02);
    }

    void whatWouldClipIsLowered() {
        const auto report = sound::mixToFile(song(), m_recording, file("loud.wav"),
                                             {.soundFont = m_font, .sound = 4});
        QVERIFY_RESULT(report);
        const auto loud = sound::mixToFile(song(), m_recording, file("louder.wav"),
                                           {.soundFont = m_font, .song = 4, .sound = 4});
        QVERIFY_RESULT(loud);
        QVERIFY(loud->gainDb < -0.01);
        QVERIFY(std::fabs(loud->peakDb + 0.1) < 0.01);
    }

    void errorsNameTheFile() {
        const auto none =
            sound::mixToFile(song(), file("none.wav"), file("out.wav"), {.soundFont = m_font});
        QCOMPARE(none.error().code, Error::Code::NotFound);
        QVERIFY(none.error().message().find("none.wav") != std::string::npos);
        QVERIFY(!fs::exists(file("out.wav")));
        QCOMPARE(sound::mixToFile(song(), m_recording, file("out.mp3"), {.soundFont = m_font})
                     .error()
                     .code,
                 Error::Code::BadInput);
    }
};

QTEST_GUILESS_MAIN(TestMixFile)
#include "tst_mix_file.moc"
