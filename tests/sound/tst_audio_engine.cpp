// The engine by hand (SinkKind::Manual): every frame is asked for by the test.

#include "made_songs.h"
#include "made_soundfont.h"
#include "sound/audio_engine.h"
#include "sound/midi_port.h"
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

struct Desk {
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

    void loadFont(Desk& desk) {
        bool called = false;
        desk.engine.loadSoundFont(m_font, [&called](Result<void> done) {
            QVERIFY_RESULT(done);
            called = true;
        });
        QTRY_VERIFY((desk.engine.poll(), called));
        desk.run(64);
    }

  private Q_SLOTS:
    void initTestCase() {
        m_font = writeBytes(std::filesystem::path(m_folder.path().toStdString()) / "made.sf2",
                            madeSoundFontBytes());
    }

    void withoutSoundFontThePlayheadMovesInSilence() {
        Desk desk;
        QVERIFY(!desk.engine.hasSoundFont());
        QVERIFY(desk.engine.soundText().find("No SoundFont") == 0);
        const PlayId id = desk.engine.play(quarters(69));
        QCOMPARE(desk.run(48000), 0.0f);
        QCOMPARE(desk.engine.position().id, id);
        QCOMPARE(desk.engine.position().tick, music::Tick(960));
        QVERIFY(desk.engine.position().playing);
    }

    void missingSoundFontIsToldAndTheOldOneStays() {
        Desk desk;
        loadFont(desk);
        std::string text;
        desk.engine.loadSoundFont(m_font.parent_path() / "none.sf2", [&text](Result<void> done) {
            text = done ? "loaded" : done.error().message();
        });
        QTRY_VERIFY((desk.engine.poll(), !text.empty()));
        QVERIFY(text.find("none.sf2") != std::string::npos);
        QCOMPARE(desk.engine.soundText(), std::string("made.sf2"));
        desk.engine.play(quarters(69));
        QVERIFY(desk.run(4800) > 0.01f);
    }

    void soundFontArrivingWhilePlayingIsHeard() {
        Desk desk;
        desk.engine.play(quarters(69, 2));
        QCOMPARE(desk.run(12800), 0.0f);
        loadFont(desk);
        QVERIFY(desk.run(24000) > 0.01f);
    }

    void positionIsExactToTheFrame() {
        Desk desk;
        desk.engine.play(quarters(69, 2), PlayOptions{.start = 480});
        desk.run(6400);
        const Position at = desk.engine.position();
        QCOMPARE(at.seconds, (24000 + 6400) / 48000.0);
        QCOMPARE(at.tick, music::Tick(480 + 128)); // 50 frames a tick
        QCOMPARE(at.bar, 0);
        desk.engine.seek(kBarTicks + 10);
        desk.run(64);
        QCOMPARE(desk.engine.position().seconds, (kBarFrames + 500 + 64) / 48000.0);
        QCOMPARE(desk.engine.position().bar, 1);
    }

    void seekRightAfterPlayIsAboutTheNewSong() {
        Desk desk;
        desk.engine.play(quarters(60, 4));
        desk.run(640);
        const PlayId second = desk.engine.play(quarters(62, 4));
        desk.engine.seek(2 * kBarTicks);
        desk.run(64);
        QCOMPARE(desk.engine.position().id, second);
        QCOMPARE(desk.engine.position().bar, 2);
    }

    void loopCanBeSetAndTakenBack() {
        Desk desk;
        desk.engine.play(quarters(69, 2));
        desk.run(640);
        desk.engine.setLoop(TickRange{0, 480});
        desk.run(3 * kQuarterFrames);
        QCOMPARE(desk.engine.position().rounds, 3u);
        QCOMPARE(desk.engine.position().seconds, 640 / 48000.0);
        desk.engine.setLoop(std::nullopt);
        desk.run(2 * kBarFrames);
        QVERIFY(!desk.engine.position().playing);
    }

    void listHasConsecutiveIdsAndNoGap() {
        Desk desk;
        loadFont(desk);
        const PlayId first = desk.engine.playList({quarters(60), quarters(64), quarters(67)}, true);
        for (int round = 0; round < 2; ++round) {
            for (PlayId i = 0; i < 3; ++i) {
                desk.run(64);
                QCOMPARE(desk.engine.position().id, first + i);
                QVERIFY(desk.run(kBarFrames - 64) > 0.01f);
            }
        }
        QCOMPARE(desk.engine.playList({}, true), PlayId(0));
    }

    void replacementComesAtTheBarLine() {
        Desk desk;
        const PlayId first =
            desk.engine.play(quarters(60, 2), PlayOptions{.loop = TickRange{0, 2 * kBarTicks}});
        desk.run(kBarFrames / 2);
        const PlayId second = desk.engine.replaceAtBar(quarters(72, 2));
        desk.run(kBarFrames / 2 - 64);
        QCOMPARE(desk.engine.position().id, first);
        desk.run(128);
        QCOMPARE(desk.engine.position().id, second);
        QCOMPARE(desk.engine.position().bar, 1); // one bar had passed
        desk.run(4 * kBarFrames);
        QVERIFY(desk.engine.position().playing); // it took over the loop
    }

    void growingSongGoesOnWhenItHasGrown() {
        Desk desk;
        const PlayId id = desk.engine.play(quarters(60), PlayOptions{.growing = true});
        desk.run(kBarFrames + 6400);
        QVERIFY(desk.engine.position().waiting);
        QVERIFY(desk.engine.update(id, quarters(60, 2)));
        desk.run(6400);
        QVERIFY(!desk.engine.position().waiting);
        QCOMPARE(desk.engine.position().seconds, (kBarFrames + 6400) / 48000.0);
        QVERIFY(!desk.engine.update(id + 1, quarters(60)));
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
        Desk desk;
        loadFont(desk);
        std::vector<music::Note> chord;
        for (int i = 0; i < 40; ++i) {
            chord.push_back(note(0, kBarTicks, 40 + i));
        }
        // Held by the pedal too.
        desk.engine.play(
            song(chord,
                 {music::ChannelEvent{
                     .kind = music::ChannelEvent::Kind::Control, .number = 64, .value = 127}}),
            PlayOptions{.bars = 8});
        desk.engine.noteOn(3, 50, 100); // nobody's note
        desk.run(6400);
        QVERIFY(desk.engine.activeVoices() >= 41);
        switch (how) {
        case 0:
            desk.engine.stop();
            break;
        case 1:
            desk.engine.pause();
            break;
        case 2:
            desk.engine.panic();
            break;
        case 3:
            desk.engine.seek(4 * kBarTicks);
            break;
        case 4:
            desk.engine.play(song({}));
            break;
        default:
            loadFont(desk);
        }
        desk.run(9600); // 200 ms
        QCOMPARE(desk.engine.activeVoices(), 0);
    }

    void stopFadesWithoutAStep() {
        Desk desk;
        loadFont(desk);
        desk.engine.play(song({note(0, kBarTicks, 69)}));
        desk.run(6400);
        desk.engine.stop();
        std::vector<float> block(2 * 64);
        float last = 0;
        float largest = 0;
        float peak = 0;
        for (int i = 0; i < 150; ++i) {
            desk.engine.renderBlock(block.data(), 64);
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
        Desk desk;
        loadFont(desk);
        desk.engine.play(song({note(0, 480, 69, 1), note(480, 480, 69, 1)}));
        desk.run(6400);
        desk.engine.panic();
        QVERIFY(!std::isnan(desk.run(9600)));
        QVERIFY(!desk.engine.position().playing);
        desk.engine.resume();
        QVERIFY(desk.run(24000) > 0.01f);
    }

    void singleNotesSoundWithoutASong() {
        Desk desk;
        loadFont(desk);
        desk.engine.noteOn(0, 69, 100);
        QVERIFY(desk.run(4800) > 0.01f);
        desk.engine.noteOff(0, 69);
        desk.run(24000);
        QCOMPARE(desk.engine.activeVoices(), 0);
        desk.engine.thru(MidiMessage::noteOn(1, 60, 100));
        QVERIFY(desk.run(4800) > 0.01f);
    }

    void startLatencyIsTheSongsOwnDelayAndTheBuffer() {
        Desk desk;
        loadFont(desk);
        QVERIFY(!desk.engine.lastStart());
        desk.engine.play(song({note(48, 480, 69)})); // 2,400 frames = 50 ms
        desk.run(9600);
        const auto start = desk.engine.lastStart();
        QVERIFY(start.has_value());
        QVERIFY2(start->soundMs > 48.5 && start->soundMs < 54,
                 qPrintable(QString::number(start->soundMs)));
        QVERIFY(std::fabs(start->bufferMs - 512 / 48.0) < 1e-9); // 256 x 2 at 48 kHz
    }

    void wireGetsTheNotesAndAllNotesOff() {
        Desk desk;
        auto port = std::make_shared<ListPort>();
        desk.engine.setMidiOut(port);
        desk.engine.play(quarters(60));
        desk.run(kQuarterFrames + 64);
        QTRY_COMPARE(port->count(0x90), 2);
        QTRY_COMPARE(port->count(0x80), 1);
        desk.engine.stop();
        desk.run(64);
        QTRY_COMPARE(port->count(0x80), 2);
        desk.engine.setMidiOut(nullptr);
        QCOMPARE(port->count(0xB0), 3 * 16);
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
        Desk desk;
        loadFont(desk);
        for (int i = 0; i < 3000; ++i) {
            const PlayId id = desk.engine.play(quarters(40 + i % 40));
            QVERIFY(id != 0);
            desk.engine.enqueue(quarters(60));
            desk.run(64);
            QCOMPARE(desk.engine.position().id, id);
        }
    }
};

QTEST_GUILESS_MAIN(TestAudioEngine)
#include "tst_audio_engine.moc"
