// Recordings read back: files are written here by libsndfile, lengths and pitches known by hand.

#include "sound/audio_file.h"
#include "tests/support/test_support.h"

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

    void whatIsNoSoundIsRefused() {
        QCOMPARE(readMono(file("none.wav"), 22050).error().code, Error::Code::NotFound);
        std::ofstream(file("text.wav")) << "This is no sound, whatever its name says.";
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
