// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings read back: files are written here by libsndfile, lengths and pitches known by hand.

#include "core/sound/audio_file.h"
#include "core/sound/mono_mix.h"
#include "tests/support/test_support.h"

#include <QFile>
#include <QTemporaryDir>
#include <cmath>
#include <complex>
#include <fstream>
#include <sndfile.h>

using namespace canto;
using namespace canto::sound;

namespace {

constexpr double kPi = 3.14159265358979323846;

/// A tone of 440 Hz at 0.5 on the left, silence on the right.
bool writeTone(const std::filesystem::path& path, int format, int rate, int channels,
               double seconds) {
    SF_INFO about{};
    about.samplerate = rate;
    about.channels = channels;
    about.format = format;
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &about);
    if (file == nullptr) {
        return false;
    }
    const auto frames = static_cast<std::size_t>(seconds * rate);
    std::vector<float> samples(frames * static_cast<std::size_t>(channels));
    for (std::size_t i = 0; i < frames; ++i) {
        samples[i * static_cast<std::size_t>(channels)] =
            static_cast<float>(0.5 * std::sin(2 * kPi * 440 * static_cast<double>(i) / rate));
    }
    const bool good = sf_writef_float(file, samples.data(), static_cast<sf_count_t>(frames)) ==
                      static_cast<sf_count_t>(frames);
    sf_close(file);
    return good;
}

/// Amplitude of a frequency in the middle half of the samples.
double amplitudeAt(const std::vector<float>& samples, double hertz, double rate) {
    std::complex<double> sum = 0;
    const std::size_t from = samples.size() / 4;
    const std::size_t count = samples.size() / 2;
    for (std::size_t i = from; i < from + count; ++i) {
        sum += static_cast<double>(samples[i]) *
               std::polar(1.0, -2 * kPi * hertz * static_cast<double>(i) / rate);
    }
    return 2 * std::abs(sum) / static_cast<double>(count);
}

} // namespace

class TestAudioFile : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path file(const std::string& name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void everyFormatIsReadInOneChannelAtTheWantedRate_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("rate");
        QTest::newRow("wav") << "tone.wav" << (SF_FORMAT_WAV | SF_FORMAT_PCM_16) << 44100;
        QTest::newRow("flac") << "tone.flac" << (SF_FORMAT_FLAC | SF_FORMAT_PCM_24) << 48000;
        QTest::newRow("ogg") << "tone.ogg" << (SF_FORMAT_OGG | SF_FORMAT_VORBIS) << 44100;
#ifdef SF_FORMAT_MPEG_LAYER_III
        QTest::newRow("mp3") << "tone.mp3" << (SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III) << 44100;
#endif
        QTest::newRow("same rate") << "same.wav" << (SF_FORMAT_WAV | SF_FORMAT_FLOAT) << 22050;
        QTest::newRow("from below") << "low.wav" << (SF_FORMAT_WAV | SF_FORMAT_FLOAT) << 8000;
    }
    void everyFormatIsReadInOneChannelAtTheWantedRate() {
        QFETCH(QString, name);
        QFETCH(int, format);
        QFETCH(int, rate);
        const auto path = file(name.toStdString());
        QVERIFY(writeTone(path, format, rate, 2, 2.0));
        QVERIFY(isAudioFile(path));
        const auto audio = readMono(path, 22050);
        QVERIFY_RESULT(audio);
        QCOMPARE(audio->fileChannels, 2);
        QCOMPARE(audio->fileRate, double(rate));
        // MP3 begins with silence of its coder.
        const double slack = name.endsWith(QLatin1String("mp3")) ? 3000 : 2;
        QVERIFY(std::fabs(static_cast<double>(audio->samples.size()) - 44100) <= slack);
        // The mean of 0.5 and silence; nothing an octave or an alias away.
        QVERIFY(std::fabs(amplitudeAt(audio->samples, 440, 22050) - 0.25) < 0.01);
        QVERIFY(amplitudeAt(audio->samples, 880, 22050) < 0.002);
    }

    void whatLiesAboveHalfTheNewRateIsGone() {
        std::vector<float> high(44100);
        for (std::size_t i = 0; i < high.size(); ++i) {
            high[i] =
                static_cast<float>(std::sin(2 * kPi * 15000 * static_cast<double>(i) / 44100));
        }
        const auto low = resampled(high, 44100, 22050);
        QVERIFY_RESULT(low);
        QVERIFY(std::fabs(static_cast<double>(low->size()) - 22050) <= 1);
        for (std::size_t i = 200; i + 200 < low->size(); ++i) {
            QVERIFY(std::fabs((*low)[i]) < 1e-3F);
        }
    }

    void readingEndsWhereItWasTold() {
        QVERIFY(writeTone(file("long.wav"), SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 1, 3.0));
        const auto audio = readMono(file("long.wav"), 22050, 1.0);
        QVERIFY_RESULT(audio);
        QCOMPARE(audio->samples.size(), std::size_t(22050));
    }

    void aFileCutShortGivesWhatIsThere() {
        QVERIFY(writeTone(file("whole.wav"), SF_FORMAT_WAV | SF_FORMAT_PCM_16, 22050, 1, 2.0));
        std::filesystem::copy_file(file("whole.wav"), file("cut.wav"));
        std::filesystem::resize_file(file("cut.wav"), 44 + 22050 * 2); // header and one second
        const auto audio = readMono(file("cut.wav"), 22050);
        QVERIFY_RESULT(audio);
        QCOMPARE(audio->samples.size(), std::size_t(22050));
    }

    /// One channel is the other with its sign turned: the mix is as loud as either.
    void channelsInOppositionDoNotCancel() {
        for (const float right : {-1.0F, -0.97F, 1.0F}) {
            SF_INFO about{};
            about.samplerate = 44100;
            about.channels = 2;
            about.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
            const auto path = file("opposed.wav");
            SNDFILE* out = sf_open(path.c_str(), SFM_WRITE, &about);
            QVERIFY(out != nullptr);
            std::vector<float> samples;
            for (int i = 0; i < 3 * 44100; ++i) {
                const auto x = static_cast<float>(0.5 * std::sin(2 * kPi * 440 * i / 44100));
                samples.insert(samples.end(), {x, right * x});
            }
            sf_writef_float(out, samples.data(), 3 * 44100);
            sf_close(out);
            const auto audio = readMono(path, 22050);
            QVERIFY_RESULT(audio);
            QVERIFY(std::fabs(amplitudeAt(audio->samples, 440, 22050) - 0.5) < 0.01);
        }
    }

    /// One channel goes slowly from the other's like to its opposite: the mix has no step in it.
    void aChannelIsTurnedWithoutAClick() {
        constexpr int kPieces = 8;
        constexpr int kLength = 4096;
        MonoMix mix(2);
        std::vector<float> all;
        std::vector<float> mono;
        for (int piece = 0; piece < kPieces; ++piece) {
            std::vector<float> samples;
            for (int i = piece * kLength; i < (piece + 1) * kLength; ++i) {
                const auto x = static_cast<float>(0.5 * std::sin(2 * kPi * 220 * i / 44100));
                const float right = 1 - 2 * static_cast<float>(i) / (kPieces * kLength);
                samples.insert(samples.end(), {x, right * x});
            }
            mix.mix(samples, mono);
            all.insert(all.end(), mono.begin(), mono.end());
        }
        QCOMPARE(all.size(), std::size_t(kPieces * kLength));
        float peak = 0;
        for (std::size_t i = 1; i < all.size(); ++i) {
            QVERIFY(std::fabs(all[i] - all[i - 1]) < 0.03F); // the tone's own steepest is .016
            peak = i > all.size() - 1000 ? std::max(peak, std::fabs(all[i])) : peak;
        }
        QVERIFY(peak > 0.45F); // a plain mean would be silent here
    }

    void unfinishedHeadersAreReadToTheEnd_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("format");
        QTest::addColumn<QByteArray>("stated"); ///< lengths of the file and of its data
        const QByteArray none(4, '\0');
        const QByteArray all(4, '\xFF');
        QTest::newRow("wav, 0") << "a.wav" << (SF_FORMAT_WAV | SF_FORMAT_PCM_16) << none;
        QTest::newRow("wav, unknown") << "b.wav" << (SF_FORMAT_WAV | SF_FORMAT_PCM_24) << all;
        QTest::newRow("wav of floats, 0") << "c.wav" << (SF_FORMAT_WAV | SF_FORMAT_FLOAT) << none;
        QTest::newRow("rf64, 0") << "d.wav" << (SF_FORMAT_RF64 | SF_FORMAT_PCM_16) << none;
        QTest::newRow("aiff, 0") << "e.aiff" << (SF_FORMAT_AIFF | SF_FORMAT_PCM_16) << none;
    }
    void unfinishedHeadersAreReadToTheEnd() {
        QFETCH(QString, name);
        QFETCH(int, format);
        QFETCH(QByteArray, stated);
        const auto path = file(name.toStdString());
        QVERIFY(writeTone(path, format, 22050, 1, 2.0));
        QFile written(QString::fromStdString(path.string()));
        QVERIFY(written.open(QIODevice::ReadOnly));
        QByteArray bytes = written.readAll();
        written.close();
        const bool aiff = bytes.startsWith("FORM");
        const auto sound = bytes.indexOf(aiff ? "SSND" : "data");
        QVERIFY(sound > 0);
        bytes.replace(4, 4, stated);
        bytes.replace(sound + 4, 4, stated);
        if (aiff) {
            bytes.replace(bytes.indexOf("COMM") + 10, 4, stated); // frames
        }
        if (bytes.startsWith("RF64")) {
            bytes.replace(bytes.indexOf("ds64") + 8, 24, QByteArray(24, '\0'));
        }
        QVERIFY(written.open(QIODevice::WriteOnly));
        QCOMPARE(written.write(bytes), bytes.size());
        written.close();
        const auto audio = readMono(path, 22050);
        QVERIFY_RESULT(audio);
        QVERIFY(std::fabs(static_cast<double>(audio->samples.size()) - 44100) <= 30);
        QVERIFY(std::fabs(amplitudeAt(audio->samples, 440, 22050) - 0.5) < 0.01);
    }

    void aFileWithoutASampleSaysSo() {
        QVERIFY(writeTone(file("nothing.wav"), SF_FORMAT_WAV | SF_FORMAT_PCM_16, 22050, 1, 0.0));
        const auto audio = readMono(file("nothing.wav"), 22050);
        QVERIFY(!audio);
        QCOMPARE(audio.error().code, Error::Code::BadFile);
        QVERIFY(audio.error().where.find("nothing.wav") != std::string::npos);
    }

    void whatIsNoSoundIsRefused() {
        QCOMPARE(readMono(file("none.wav"), 22050).error().code, Error::Code::NotFound);
        std::ofstream(file("text.wav")) << "This is not sound, whatever its name says.";
        const auto text = readMono(file("text.wav"), 22050);
        QCOMPARE(text.error().code, Error::Code::BadFile);
        QVERIFY(text.error().where.find("text.wav") != std::string::npos);
        std::ofstream(file("empty.flac"));
        QCOMPARE(readMono(file("empty.flac"), 22050).error().code, Error::Code::BadFile);
        QVERIFY(!resampled(std::vector<float>(10), 0, 22050));
        QVERIFY(!isAudioFile("score.mid"));
    }

    void readingCanBeStopped() {
        QVERIFY(writeTone(file("stop.wav"), SF_FORMAT_WAV | SF_FORMAT_PCM_16, 22050, 1, 1.0));
        const CancelToken cancel;
        cancel.cancel();
        QCOMPARE(readMono(file("stop.wav"), 22050, 0, cancel).error().code, Error::Code::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestAudioFile)
#include "tst_audio_file.moc"
