// SPDX-License-Identifier: GPL-3.0-or-later
// The engine by hand (SinkKind::Manual): every frame is asked for by the test.

#include "core/music/track_mix.h"
#include "core/sound/audio_engine.h"
#include "core/sound/midi_port.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <mutex>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

class ListPort final : public MidiOutPort {
  public:
    std::string name() const override { return "List"; }
    using MidiOutPort::send;
    bool send(std::span<const std::uint8_t> bytes) override {
        const std::lock_guard lock(m_mutex);
        m_sent.emplace_back(bytes.begin(), bytes.end());
        return true;
    }
    int count(int kind) const {
        const std::lock_guard lock(m_mutex);
        return static_cast<int>(std::count_if(
            m_sent.begin(), m_sent.end(), [kind](const auto& m) { return (m[0] & 0xF0) == kind; }));
    }

  private:
    mutable std::mutex m_mutex;
    std::vector<std::vector<std::uint8_t>> m_sent;
};

struct Rig {
    AudioEngine engine{EngineOptions{.sink = SinkKind::Manual, .gain = 1}};

    /// Renders and returns the highest level.
    float run(int frames) {
        float peak = 0;
        std::vector<float> block(2 * 64);
        for (int done = 0; done < frames; done += 64) {
            engine.renderBlock(block.data(), 64);
            for (const float sample : block) {
                peak = std::max(peak, std::fabs(sample));
            }
        }
        return peak;
    }
};

} // namespace

class TestAudioEngine : public QObject {
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

  private Q_SLOTS:
    void initTestCase() {
        m_font = writeBytes(std::filesystem::path(m_folder.path().toStdString()) / "made.sf2",
                            madeSoundFontBytes());
    }

    void withoutSoundFontThePlayheadMovesInSilence() {
        Rig rig;
        QVERIFY(!rig.engine.hasSoundFont());
        QVERIFY(rig.engine.soundText().find("No SoundFont") == 0);
        const PlayId id = rig.engine.play(quarters(69));
        QCOMPARE(rig.run(48000), 0.0f);
        QCOMPARE(rig.engine.position().id, id);
        QCOMPARE(rig.engine.position().tick, music::Tick(960));
        QVERIFY(rig.engine.position().playing);
    }

    void missingSoundFontIsToldAndTheOldOneStays() {
        Rig rig;
        loadFont(rig);
        std::string text;
        rig.engine.loadSoundFont(m_font.parent_path() / "none.sf2", [&text](Result<void> done) {
            text = done ? "loaded" : done.error().message();
        });
        QTRY_VERIFY((rig.engine.poll(), !text.empty()));
        QVERIFY(text.find("none.sf2") != std::string::npos);
        QCOMPARE(rig.engine.soundText(), std::string("made.sf2"));
        rig.engine.play(quarters(69));
        QVERIFY(rig.run(4800) > 0.01f);
    }

    void soundFontArrivingWhilePlayingIsHeard() {
        Rig rig;
        rig.engine.play(quarters(69, 2));
        QCOMPARE(rig.run(12800), 0.0f);
        loadFont(rig);
        QVERIFY(rig.run(24000) > 0.01f);
    }

    void positionIsExactToTheFrame() {
        Rig rig;
        rig.engine.play(quarters(69, 2), PlayOptions{.start = 480});
        rig.run(6400);
        const Position at = rig.engine.position();
        QCOMPARE(at.seconds, (24000 + 6400) / 48000.0);
        QCOMPARE(at.tick, music::Tick(480 + 128)); // 50 frames a tick
        QCOMPARE(at.bar, 0);
        rig.engine.seek(kBarTicks + 10);
        rig.run(64);
        QCOMPARE(rig.engine.position().seconds, (kBarFrames + 500 + 64) / 48000.0);
        QCOMPARE(rig.engine.position().bar, 1);
    }

    void seekRightAfterPlayIsAboutTheNewSong() {
        Rig rig;
        rig.engine.play(quarters(60, 4));
        rig.run(640);
        const PlayId second = rig.engine.play(quarters(62, 4));
        rig.engine.seek(2 * kBarTicks);
        rig.run(64);
        QCOMPARE(rig.engine.position().id, second);
        QCOMPARE(rig.engine.position().bar, 2);
    }

    void loopCanBeSetAndTakenBack() {
        Rig rig;
        rig.engine.play(quarters(69, 2));
        rig.run(640);
        rig.engine.setLoop(TickRange{0, 480});
        rig.run(3 * kQuarterFrames);
        QCOMPARE(rig.engine.position().rounds, 3u);
        QCOMPARE(rig.engine.position().seconds, 640 / 48000.0);
        rig.engine.setLoop(std::nullopt);
        rig.run(2 * kBarFrames);
        QVERIFY(!rig.engine.position().playing);
    }

    void listHasConsecutiveIdsAndNoGap() {
        Rig rig;
        loadFont(rig);
        const PlayId first = rig.engine.playList({quarters(60), quarters(64), quarters(67)}, true);
        for (int round = 0; round < 2; ++round) {
            for (PlayId i = 0; i < 3; ++i) {
                rig.run(64);
                QCOMPARE(rig.engine.position().id, first + i);
                QVERIFY(rig.run(kBarFrames - 64) > 0.01f);
            }
        }
        QCOMPARE(rig.engine.playList({}, true), PlayId(0));
    }

    void replacementComesAtTheBarLine() {
        Rig rig;
        const PlayId first =
            rig.engine.play(quarters(60, 2), PlayOptions{.loop = TickRange{0, 2 * kBarTicks}});
        rig.run(kBarFrames / 2);
        const PlayId second = rig.engine.replaceAtBar(quarters(72, 2));
        rig.run(kBarFrames / 2 - 64);
        QCOMPARE(rig.engine.position().id, first);
        rig.run(128);
        QCOMPARE(rig.engine.position().id, second);
        QCOMPARE(rig.engine.position().bar, 1); // one bar had passed
        rig.run(4 * kBarFrames);
        QVERIFY(rig.engine.position().playing); // it took over the loop
    }

    void growingSongGoesOnWhenItHasGrown() {
        Rig rig;
        const PlayId id = rig.engine.play(quarters(60), PlayOptions{.growing = true});
        rig.run(kBarFrames + 6400);
        QVERIFY(rig.engine.position().waiting);
        QVERIFY(rig.engine.update(id, quarters(60, 2)));
        rig.run(6400);
        QVERIFY(!rig.engine.position().waiting);
        QCOMPARE(rig.engine.position().seconds, (kBarFrames + 6400) / 48000.0);
        QVERIFY(!rig.engine.update(id + 1, quarters(60)));
    }

    void voicesEndWithin200ms_data() {
        QTest::addColumn<int>("how");
        QTest::newRow("stop") << 0;
        QTest::newRow("pause") << 1;
        QTest::newRow("panic") << 2;
        QTest::newRow("seek to silence") << 3;
        QTest::newRow("another, silent song") << 4;
        QTest::newRow("another SoundFont") << 5;
    }
    void voicesEndWithin200ms() {
        QFETCH(int, how);
        Rig rig;
        loadFont(rig);
        std::vector<music::Note> chord;
        for (int i = 0; i < 40; ++i) {
            chord.push_back(note(0, kBarTicks, 40 + i));
        }
        // Held by the pedal too.
        rig.engine.play(song(chord, {music::ChannelEvent{.kind = music::ChannelEvent::Kind::Control,
                                                         .number = 64,
                                                         .value = 127}}),
                        PlayOptions{.bars = 8});
        rig.engine.noteOn(3, 50, 100); // nobody's note
        rig.run(6400);
        QVERIFY(rig.engine.activeVoices() >= 41);
        switch (how) {
        case 0:
            rig.engine.stop();
            break;
        case 1:
            rig.engine.pause();
            break;
        case 2:
            rig.engine.panic();
            break;
        case 3:
            rig.engine.seek(4 * kBarTicks);
            break;
        case 4:
            rig.engine.play(song({}));
            break;
        default:
            loadFont(rig);
        }
        rig.run(9600); // 200 ms
        QCOMPARE(rig.engine.activeVoices(), 0);
    }

    void stopFadesWithoutAStep() {
        Rig rig;
        loadFont(rig);
        rig.engine.play(song({note(0, kBarTicks, 69)}));
        rig.run(6400);
        rig.engine.stop();
        std::vector<float> block(2 * 64);
        float last = 0;
        float largest = 0;
        float peak = 0;
        for (int i = 0; i < 150; ++i) {
            rig.engine.renderBlock(block.data(), 64);
            for (std::size_t k = 0; k < 64; ++k) {
                largest = i == 0 && k == 0 ? 0 : std::max(largest, std::fabs(block[2 * k] - last));
                last = block[2 * k];
                peak = std::max(peak, std::fabs(last));
            }
        }
        // 440 Hz at 48 kHz moves by at most 2 pi 440 / 48000 = 0.058 of its peak in a frame.
        QVERIFY2(largest < 0.07f * peak, qPrintable(QString::number(largest / peak)));
        QVERIFY(std::fabs(last) < 1e-4f);
    }

    void resumeAfterPanicSoundsAgain() {
        Rig rig;
        loadFont(rig);
        rig.engine.play(song({note(0, 480, 69, 1), note(480, 480, 69, 1)}));
        rig.run(6400);
        rig.engine.panic();
        QVERIFY(!std::isnan(rig.run(9600)));
        QVERIFY(!rig.engine.position().playing);
        rig.engine.resume();
        QVERIFY(rig.run(24000) > 0.01f);
    }

    void singleNotesSoundWithoutASong() {
        Rig rig;
        loadFont(rig);
        rig.engine.noteOn(0, 69, 100);
        QVERIFY(rig.run(4800) > 0.01f);
        rig.engine.noteOff(0, 69);
        rig.run(24000);
        QCOMPARE(rig.engine.activeVoices(), 0);
        rig.engine.thru(MidiMessage::noteOn(1, 60, 100));
        QVERIFY(rig.run(4800) > 0.01f);
    }

    void startLatencyIsTheSongsOwnDelayAndTheBuffer() {
        Rig rig;
        loadFont(rig);
        QVERIFY(!rig.engine.lastStart());
        rig.engine.play(song({note(48, 480, 69)})); // 2,400 frames = 50 ms
        rig.run(9600);
        const auto start = rig.engine.lastStart();
        QVERIFY(start.has_value());
        QVERIFY2(start->soundMs > 48.5 && start->soundMs < 54,
                 qPrintable(QString::number(start->soundMs)));
        QVERIFY(std::fabs(start->bufferMs - 512 / 48.0) < 1e-9); // 256 x 2 at 48 kHz
    }

    void wireGetsTheNotesAndAllNotesOff() {
        Rig rig;
        auto port = std::make_shared<ListPort>();
        rig.engine.setMidiOut(port);
        rig.engine.play(quarters(60));
        rig.run(kQuarterFrames + 64);
        QTRY_COMPARE(port->count(0x90), 2);
        QTRY_COMPARE(port->count(0x80), 1);
        rig.engine.stop();
        rig.run(64);
        QTRY_COMPARE(port->count(0x80), 2);
        rig.engine.setMidiOut(nullptr);
        QCOMPARE(port->count(0xB0), 3 * 16);
    }

    void aMutedTrackFallsSilentAtOnce() {
        auto port = std::make_shared<ListPort>();
        Rig rig;
        rig.engine.setMidiOut(port);
        const auto song = quarters(60);
        const PlayId id = rig.engine.play(song);
        rig.run(640);
        QTRY_COMPARE(port->count(0x90), 1);
        music::TrackMix mix(1);
        mix[0].mute = true;
        const PlayOptions options{.bars = song->bars()}; // as long as before
        const auto muted = std::make_shared<const music::Song>(music::mixed(*song, mix));
        QVERIFY(rig.engine.update(id, muted, options));
        rig.run(64);
        QTRY_COMPARE(port->count(0x80), 1); // what sounded, too
        rig.run(kQuarterFrames);
        QCOMPARE(port->count(0x90), 1);
        QVERIFY(rig.engine.position().playing);
        QVERIFY(rig.engine.update(id, song, options)); // and it comes back in its place
        rig.run(kQuarterFrames);
        QTRY_COMPARE(port->count(0x90), 2);
        const int controls = port->count(0xB0);
        rig.engine.control(0, 7, 50);
        rig.run(64);
        QTRY_COMPARE(port->count(0xB0), controls + 1);
        rig.engine.setMidiOut(nullptr);
    }

    void noDeviceIsADevice() {
        AudioEngine engine(EngineOptions{.driver = "none"});
        QVERIFY(!engine.hasDevice());
        QCOMPARE(engine.deviceText(),
                 std::string("No audio device. Playback is silent; export still works."));
        engine.play(quarters(60));
        QTRY_VERIFY(engine.position().tick > 100); // real time passes
        engine.seek(kBarTicks - 10);
        QTRY_VERIFY(!engine.position().playing);
    }

    void unknownDriverIsNoDevice() {
        AudioEngine engine(EngineOptions{.driver = "no such driver"});
        QVERIFY(!engine.hasDevice());
        engine.play(quarters(60));
        QTRY_VERIFY(engine.position().tick > 10);
    }

    void hundredsOfStartsAreFreedAgain() {
        Rig rig;
        loadFont(rig);
        for (int i = 0; i < 3000; ++i) {
            const PlayId id = rig.engine.play(quarters(40 + i % 40));
            QVERIFY(id != 0);
            rig.engine.enqueue(quarters(60));
            rig.run(64);
            QCOMPARE(rig.engine.position().id, id);
        }
    }
};

QTEST_GUILESS_MAIN(TestAudioEngine)
#include "tst_audio_engine.moc"
