// SPDX-License-Identifier: GPL-3.0-or-later
// Sounds beside songs, by hand (SinkKind::Manual): what comes out is compared with the buffer that
// went in, frame by frame.

#include "core/sound/audio_engine.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <numbers>
#include <sndfile.h>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

/// Every frame another value, both sides different: frame i is (i / 2^20, -i / 2^20), exact.
SoundPtr ramp(int frames) {
    auto made = std::make_shared<Sound>();
    for (int i = 0; i < frames; ++i) {
        made->samples.push_back(static_cast<float>(i) / 1048576.0F);
        made->samples.push_back(static_cast<float>(-i) / 1048576.0F);
    }
    return made;
}

SoundPtr sine(double hertz, double rate, double seconds) {
    std::vector<float> samples(static_cast<std::size_t>(rate * seconds));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        samples[i] = 0.5F * static_cast<float>(std::sin(2 * std::numbers::pi * hertz *
                                                        static_cast<double>(i) / rate));
    }
    return soundOfMono(samples, rate);
}

struct Rig {
    AudioEngine engine{EngineOptions{.sink = SinkKind::Manual, .gain = 1}};

    std::vector<float> run(int frames) {
        std::vector<float> all(static_cast<std::size_t>(2 * frames));
        engine.renderBlock(all.data(), frames);
        return all;
    }
    static float peak(const std::vector<float>& samples) {
        float most = 0;
        for (const float sample : samples) {
            most = std::max(most, std::fabs(sample));
        }
        return most;
    }
};

std::filesystem::path writeMono(const std::filesystem::path& path,
                                const std::vector<float>& samples, int rate) {
    SF_INFO about{};
    about.samplerate = rate;
    about.channels = 1;
    about.format = SF_FORMAT_WAV | SF_FORMAT_FLOAT;
    SNDFILE* file = sf_open(path.c_str(), SFM_WRITE, &about);
    sf_writef_float(file, samples.data(), static_cast<sf_count_t>(samples.size()));
    sf_close(file);
    return path;
}

/// Whether `out` from its frame `at` on is the ramp from frame `from` on, for `count` frames.
bool isRamp(const std::vector<float>& out, int at, int from, int count) {
    for (int i = 0; i < count; ++i) {
        const auto k = static_cast<std::size_t>(2 * (at + i));
        const float value = static_cast<float>(from + i) / 1048576.0F;
        if (out[k] != value || out[k + 1] != -value) {
            qWarning("frame %d: %g and %g instead of %g", at + i, double(out[k]),
                     double(out[k + 1]), double(value));
            return false;
        }
    }
    return true;
}

} // namespace

class TestSoundPlay : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path m_font;

    void loadFont(Rig& rig) {
        bool called = false;
        rig.engine.loadSoundFont(m_font, [&called](Result<void> done) {
            QVERIFY_RESULT(done);
            called = true;
        });
        QTRY_VERIFY((rig.engine.poll(), called));
        rig.run(64);
    }
    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void initTestCase() { m_font = writeBytes(path("made.sf2"), madeSoundFontBytes()); }

    void soundComesOutAsItIsAndEndsWhereItEnds() {
        Rig rig;
        const PlayId id = rig.engine.playSound(ramp(10000));
        const auto out = rig.run(10240);
        QVERIFY(isRamp(out, 0, 0, 10000));
        // After the end only the step to silence dies away: 0.96 a frame of its last value.
        const float last = 9999 / 1048576.0F;
        QVERIFY(std::fabs(out[2 * 10000] - 0.96F * last) < 1e-6F);
        QVERIFY(std::fabs(out[2 * 10200]) < 1e-5F);
        const Position at = rig.engine.position();
        QCOMPARE(at.id, id);
        QVERIFY(!at.playing);
        QCOMPARE(at.seconds, 10000 / 48000.0);
    }

    void soundBeginsAtTheFrameAskedFor() {
        Rig rig;
        rig.engine.playSound(ramp(48000), 0.25); // frame 12,000
        QVERIFY(isRamp(rig.run(640), 0, 12000, 640));
        QCOMPARE(rig.engine.position().seconds, 12640 / 48000.0);
    }

    void seekPauseAndResumeKeepThePlace() {
        Rig rig;
        rig.engine.playSound(ramp(96000));
        rig.run(640);
        rig.engine.seekSeconds(30001 / 48000.0);
        // What was cut off dies away: far below a step of the ramp after 640 frames.
        rig.run(640);
        QVERIFY(isRamp(rig.run(640), 0, 30641, 640));
        rig.engine.pause();
        rig.run(640);
        QCOMPARE(Rig::peak(rig.run(640)), 0.0F);
        QCOMPARE(rig.engine.position().seconds, 31281 / 48000.0);
        rig.engine.resume();
        QVERIFY(isRamp(rig.run(640), 0, 31281, 640));
        rig.engine.seek(960); // ticks of a sound: 960 a second
        rig.run(640);
        QVERIFY(isRamp(rig.run(64), 0, 48640, 64));
        rig.engine.stop();
        rig.run(640);
        QCOMPARE(Rig::peak(rig.run(640)), 0.0F);
    }

    void loopGoesRoundWithoutLosingAFrame() {
        Rig rig;
        rig.engine.playSound(ramp(10000), 0, true);
        rig.run(10000 * 3 + 5000);
        QCOMPARE(rig.engine.position().rounds, 3U);
        QVERIFY(isRamp(rig.run(1000), 0, 5000, 1000));
    }

    void queuedSoundFollowsWithoutAGap() {
        Rig rig;
        const PlayId first = rig.engine.playSound(ramp(1000));
        const PlayId second = rig.engine.enqueueSound(ramp(30000));
        QVERIFY(second != first);
        const auto out = rig.run(20000);
        QVERIFY(isRamp(out, 0, 0, 1000));
        // The second begins at frame 1,000; the first one's end (1e-3) has died away by 1,600.
        QVERIFY(isRamp(out, 1600, 600, 18000));
        QCOMPARE(rig.engine.position().id, second);
    }

    void songAndSoundBeginTogether() {
        Rig alone;
        loadFont(alone);
        alone.engine.play(quarters(69));
        const auto song = alone.run(kBarFrames);
        QVERIFY(Rig::peak(song) > 0.01F);

        Rig both;
        loadFont(both);
        const auto sound = ramp(kBarFrames);
        both.engine.play(quarters(69), PlayOptions{.sound = sound});
        const auto out = both.run(kBarFrames);
        for (std::size_t i = 0; i < out.size(); ++i) {
            QVERIFY2(std::fabs(out[i] - song[i] - sound->samples[i]) < 1e-6F,
                     qPrintable(QString::number(i)));
        }
    }

    void eachHasItsOwnGain() {
        Rig rig;
        loadFont(rig);
        const PlayOptions beside{.loop = TickRange{0, kBarTicks}, .sound = ramp(kBarFrames)};
        rig.engine.setBalance(0, 0.5F);
        rig.engine.play(quarters(69), beside);
        rig.run(64); // the change takes a block
        const auto soundOnly = rig.run(6400);
        QCOMPARE(soundOnly[2 * 100], 0.5F * 164 / 1048576.0F);
        rig.engine.setBalance(1, 0);
        rig.run(640);
        const auto songOnly = rig.run(6400);
        QVERIFY(Rig::peak(songOnly) > 0.01F);
        rig.engine.setBalance(0, 0);
        rig.run(64);
        QCOMPARE(Rig::peak(rig.run(6400)), 0.0F);
    }

    void soundMayBeginLaterOrInItsMiddle() {
        Rig rig;
        rig.engine.play(quarters(69), PlayOptions{.sound = ramp(20000), .soundAt = 0.5});
        const auto later = rig.run(30000);
        QCOMPARE(Rig::peak({later.begin(), later.begin() + 2 * 24000}), 0.0F);
        QVERIFY(isRamp(later, 24000, 0, 6000));
        Rig other;
        other.engine.play(quarters(69), PlayOptions{.sound = ramp(20000), .soundAt = -0.125});
        QVERIFY(isRamp(other.run(6400), 0, 6000, 6400));
    }

    void songGoesOnUntilTheSoundsEnd() {
        Rig rig;
        rig.engine.play(quarters(69), PlayOptions{.sound = ramp(kBarFrames + 100)});
        rig.run(2 * kBarFrames - 640); // two whole bars, for the song has bars
        QVERIFY(rig.engine.position().playing);
        QCOMPARE(rig.engine.position().bar, 1);
        rig.run(1280);
        QVERIFY(!rig.engine.position().playing);
    }

    void anotherRateIsConverted() {
        Rig rig;
        rig.engine.playSound(sine(1000, 22050, 1));
        const auto out = rig.run(48000);
        // A sine of 1 kHz at 48 kHz, worked out by its formula; the filter needs some frames.
        double worst = 0;
        for (int i = 2000; i < 46000; ++i) {
            const double wanted = 0.5 * std::sin(2 * std::numbers::pi * 1000 * i / 48000.0);
            worst = std::max(worst, std::fabs(out[static_cast<std::size_t>(2 * i)] - wanted));
        }
        QVERIFY2(worst < 1e-3, qPrintable(QString::number(worst)));
        const PlayId none = rig.engine.playSound(sine(1000, 10, 1));
        QCOMPARE(none, PlayId(0));
    }

    void anotherTempoPlaysAsATape() {
        Rig rig;
        rig.engine.setTempoFactor(1.5);
        rig.engine.playSound(sine(400, 48000, 3));
        const auto out = rig.run(48000);
        double worst = 0;
        for (int i = 0; i < 48000; ++i) {
            const double wanted = 0.5 * std::sin(2 * std::numbers::pi * 600 * i / 48000.0);
            worst = std::max(worst, std::fabs(out[static_cast<std::size_t>(2 * i)] - wanted));
        }
        QVERIFY2(worst < 1e-3, qPrintable(QString::number(worst)));
    }

    void soundsAreFreedOnTheOwnersSide() {
        Rig rig;
        std::vector<std::weak_ptr<const Sound>> played;
        for (int i = 0; i < 200; ++i) {
            auto sound = ramp(6400);
            played.push_back(sound);
            QVERIFY(rig.engine.playSound(sound) != 0);
            rig.run(64);
        }
        rig.engine.poll();
        const auto alive = std::count_if(played.begin(), played.end(),
                                         [](const auto& sound) { return !sound.expired(); });
        QCOMPARE(alive, 1); // the one that plays
    }

    void partOfARecordingIsRead() {
        // 8,000 frames a second, one channel: sample i is i / 65536.
        std::vector<float> samples(16000);
        for (std::size_t i = 0; i < samples.size(); ++i) {
            samples[i] = static_cast<float>(i) / 65536.0F;
        }
        const auto file = writeMono(path("ramp.wav"), samples, 8000);
        const auto part = readSound(file, 0.5, 0.25);
        QVERIFY_RESULT(part);
        QCOMPARE((*part)->rate, 8000.0);
        QCOMPARE((*part)->frames(), std::size_t(2000));
        QVERIFY(std::fabs((*part)->samples[0] - 4000 / 65536.0F) < 1e-4F);
        QCOMPARE((*part)->samples[0], (*part)->samples[1]);
        const auto rest = readSound(file, 1.5);
        QVERIFY_RESULT(rest);
        QCOMPARE((*rest)->frames(), std::size_t(4000));
        QCOMPARE(readSound(file, 5).error().code, Error::Code::BadInput);
        QCOMPARE(readSound(path("none.wav")).error().code, Error::Code::NotFound);
        QCOMPARE(readSound(m_font).error().code, Error::Code::BadFile);
    }
};

QTEST_GUILESS_MAIN(TestSoundPlay)
#include "tst_sound_play.moc"
