// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI clock out and in, and music that is launched at a line of the grid. Times by hand: at 120
// quarters a minute and 48 kHz a quarter lasts 24,000 frames, a clock 1,000 frames or 20.833 ms, a
// sixteenth 6,000 frames, a bar 96,000.

#include "core/base/thread_role.h"
#include "core/sound/audio_engine.h"
#include "core/sound/midi_clock.h"
#include "core/sound/sequencer.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

using MidiBytes = std::vector<std::uint8_t>;
using Frames = std::vector<std::int64_t>;
using Event = MidiClockFollower::Event;

class ClockList final : public MessageSink {
  public:
    void send(MidiMessage message) override {
        if (message.channel() == kKeyboardChannel) {
            onKeyboard.push_back(message.kind());
        } else if (message.kind() == 0x90) {
            onsets.emplace_back(now, message.first);
        }
    }
    void sendClock(std::uint8_t status, double frames, int sixteenths) override {
        clocks.push_back(status);
        times.push_back(now + std::llround(frames));
        positions.push_back(sixteenths);
    }
    Frames onsetsOf(int pitch) const {
        Frames frames;
        for (const auto& [frame, p] : onsets) {
            if (p == pitch) {
                frames.push_back(frame);
            }
        }
        return frames;
    }
    std::int64_t now = 0;
    std::vector<std::pair<std::int64_t, int>> onsets;
    std::vector<int> onKeyboard; ///< kinds of messages
    MidiBytes clocks;
    Frames times;
    std::vector<int> positions;
};

struct SequencerRig {
    ThreadRoleScope role{ThreadRole::Audio};
    Sequencer::Released released;
    Sequencer sequencer{released};
    ClockList list;
    std::vector<std::unique_ptr<Plan>> plans;

    const Plan* plan(std::shared_ptr<const music::Song> song, bool loops, std::uint64_t id = 0) {
        auto& made = plans.emplace_back(std::make_unique<Plan>());
        made->id = id != 0 ? id : plans.size();
        const int bars = song->bars();
        made->body = PlanBody::make(std::move(song), 48000);
        if (loops) {
            made->setLoop(std::pair<music::Tick, music::Tick>(0, bars * kBarTicks));
        }
        return made.get();
    }
    void run(std::int64_t until) {
        for (; list.now < until; list.now += 64) {
            sequencer.advance(64, list);
        }
    }
};

/// Clocks at a tempo, each moved by what `jitter` says. @return the time after the last.
template <class Jitter>
double feed(MidiClockFollower& clock, int clocks, double bpm, double fromNs, Jitter jitter) {
    const double step = 60e9 / bpm / MidiClockFollower::kPerQuarter;
    for (int i = 0; i < clocks; ++i) {
        clock.take(MidiBytes{0xF8}, std::llround(fromNs + i * step + jitter(i)));
    }
    return fromNs + clocks * step;
}
double none(int) { return 0; }

} // namespace

class TestMidiClock : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void clockIsSentWithWhatPlays() {
        SequencerRig rig;
        rig.sequencer.setClock(true, rig.list);
        rig.sequencer.start(rig.plan(quarters(60), false), rig.list);
        rig.run(kBarFrames + 640);
        // Start, 96 clocks of four quarters, stop.
        QCOMPARE(rig.list.clocks.size(), std::size_t(98));
        QCOMPARE(int(rig.list.clocks.front()), 0xFA);
        QCOMPARE(int(rig.list.clocks.back()), 0xFC);
        for (std::size_t i = 0; i < 96; ++i) {
            QCOMPARE(int(rig.list.clocks[i + 1]), 0xF8);
            QCOMPARE(rig.list.times[i + 1], std::int64_t(i) * 1000); // to the frame
        }
    }

    void clockGoesOnThroughALoop() {
        SequencerRig rig;
        rig.sequencer.setClock(true, rig.list);
        rig.sequencer.start(rig.plan(quarters(60), true), rig.list);
        rig.run(2 * kBarFrames);
        QCOMPARE(rig.list.clocks.size(), std::size_t(1 + 192));
        QCOMPARE(rig.list.times.back(), std::int64_t(191000));
    }

    void aPauseIsContinuedAtItsPosition() {
        SequencerRig rig;
        rig.sequencer.setClock(true, rig.list);
        rig.sequencer.start(rig.plan(quarters(60), true), rig.list);
        rig.run(48000); // two quarters: eight sixteenths
        rig.sequencer.pause(rig.list);
        rig.list.clocks.clear();
        rig.list.positions.clear();
        rig.run(49000 / 64 * 64);
        QVERIFY(rig.list.clocks.empty()); // silence while it stands
        rig.sequencer.resume(rig.list);
        QCOMPARE(rig.list.clocks, (MidiBytes{0xF2, 0xFB}));
        QCOMPARE(rig.list.positions.front(), 8);
    }

    void withoutClockNothingIsSent() {
        SequencerRig rig;
        rig.sequencer.start(rig.plan(quarters(60), false), rig.list);
        rig.run(kBarFrames + 640);
        QVERIFY(rig.list.clocks.empty());
    }

    void launchWaitsForItsLine_data() {
        QTest::addColumn<int>("when");
        QTest::addColumn<std::int64_t>("frame");
        // Asked for at frame 25,600, a little after beat 2; the loop has one bar.
        QTest::newRow("sixteenth") << int(Launch::Sixteenth) << std::int64_t(30000);
        QTest::newRow("beat") << int(Launch::Beat) << std::int64_t(48000);
        QTest::newRow("bar") << int(Launch::Bar) << std::int64_t(96000);
        QTest::newRow("2 bars") << int(Launch::TwoBars) << std::int64_t(192000);
        QTest::newRow("4 bars") << int(Launch::FourBars) << std::int64_t(384000);
    }
    void launchWaitsForItsLine() {
        QFETCH(int, when);
        QFETCH(std::int64_t, frame);
        SequencerRig rig;
        rig.sequencer.start(rig.plan(quarters(60), true), rig.list);
        rig.run(25600);
        rig.sequencer.launch(rig.plan(quarters(72, 2), true), Launch(when), rig.list);
        rig.run(frame + kBarFrames);
        const Frames began = rig.list.onsetsOf(72);
        QVERIFY(!began.empty());
        QCOMPARE(began.front(), frame / 64 * 64); // in the block that holds the line
        QCOMPARE(rig.list.onsetsOf(60).back() < frame, true);
        QVERIFY(rig.sequencer.playing());
        // It loops by itself, from its own start.
        rig.run(frame + 2 * kBarFrames + 64);
        QCOMPARE(rig.list.onsetsOf(72).size(), std::size_t(9));
    }

    void barsAreCountedOnAfterALaunch() {
        SequencerRig rig;
        rig.sequencer.start(rig.plan(quarters(60), true), rig.list);
        rig.run(100); // bar 1 of four
        rig.sequencer.launch(rig.plan(quarters(62), true), Launch::Bar, rig.list);
        rig.run(kBarFrames + 640); // plays since bar 2
        rig.sequencer.launch(rig.plan(quarters(64), true), Launch::FourBars, rig.list);
        rig.run(5 * kBarFrames);
        QCOMPARE(rig.list.onsetsOf(64).front(), std::int64_t(4 * kBarFrames));
    }

    void aWaitingSongGrows() {
        SequencerRig rig;
        rig.sequencer.start(rig.plan(quarters(60), true), rig.list);
        rig.run(6400);
        rig.sequencer.launch(rig.plan(quarters(72), false, 50), Launch::Bar, rig.list);
        rig.sequencer.swap(rig.plan(quarters(72, 2), true, 50), rig.list);
        rig.run(3 * kBarFrames + 64);
        QCOMPARE(rig.list.onsetsOf(72).size(), std::size_t(9)); // two bars, and round again
    }

    void whatIsHeldOnTheKeyboardSounds() {
        SequencerRig rig;
        rig.sequencer.start(rig.plan(quarters(60), true), rig.list);
        rig.sequencer.pass(MidiMessage::program(kKeyboardChannel, 33), rig.list);
        rig.sequencer.pass(MidiMessage::noteOn(kKeyboardChannel, 40, 90), rig.list);
        rig.run(2 * kBarFrames); // two rounds
        rig.sequencer.pause(rig.list);
        rig.sequencer.resume(rig.list);
        // Neither round nor pause ended the note or gave it another instrument.
        QCOMPARE(rig.list.onKeyboard, (std::vector<int>{0xC0, 0x90}));
    }

    /// Rendered through the synth: neither silence nor a step in the waveform at the line.
    void launchHasNoGapAndNoClick() {
        QTemporaryDir folder;
        const auto font = writeBytes(
            std::filesystem::path(folder.path().toStdString()) / "made.sf2", madeSoundFontBytes());
        AudioEngine engine{EngineOptions{.sink = SinkKind::Manual, .gain = 1}};
        bool loaded = false;
        engine.loadSoundFont(font, [&loaded](Result<void> done) { loaded = done.has_value(); });
        QTRY_VERIFY((engine.poll(), loaded));
        std::vector<float> sound;
        const auto run = [&](int frames) {
            std::vector<float> block(2 * 64);
            for (int done = 0; done < frames; done += 64) {
                engine.renderBlock(block.data(), 64);
                for (std::size_t i = 0; i < block.size(); i += 2) {
                    sound.push_back(block[i]);
                }
            }
        };
        const auto long60 = song({note(0, kBarTicks, 60)}), long67 = song({note(0, kBarTicks, 67)});
        engine.play(long60, PlayOptions{.loop = TickRange{0, kBarTicks}});
        run(36032);
        const PlayId second =
            engine.launch(long67, Launch::Beat, PlayOptions{.loop = TickRange{0, kBarTicks}});
        run(36032);
        QCOMPARE(engine.position().id, second);
        const auto steepest = [&sound](std::size_t from, std::size_t to) {
            float most = 0;
            for (std::size_t i = from; i < to; ++i) {
                most = std::max(most, std::fabs(sound[i] - sound[i - 1]));
            }
            return most;
        };
        // The line is at frame 48,000. The steepest step near it against that of the two notes
        // while they sound alone, and while the first begins.
        const float before = steepest(40000, 47000), after = steepest(52000, 60000);
        const float start = steepest(1, 4000), at = steepest(47900, 49000);
        float quietest = 1;
        for (std::size_t from = 47900; from < 49000; from += 240) { // 5 ms
            float peak = 0;
            for (std::size_t i = from; i < from + 240; ++i) {
                peak = std::max(peak, std::fabs(sound[i]));
            }
            quietest = std::min(quietest, peak);
        }
        qInfo("steepest step: before %.4f, at the line %.4f, after %.4f, at a start %.4f; quietest "
              "5 ms there: %.4f",
              double(before), double(at), double(after), double(start), double(quietest));
        QVERIFY(at <= 1.5F * (std::max({before, after, start}) + before));
        QVERIFY(quietest > 0.01F);
    }

    void tempoComesFromClocks() {
        MidiClockFollower clock;
        QCOMPARE(clock.take(MidiBytes{0xFA}, 0), Event::Start);
        QCOMPARE(clock.bpm(), 0.0);
        feed(clock, 49, 120, 1e9, none);
        QVERIFY(std::fabs(clock.bpm() - 120) < 1e-3);
        // Clock 48 is two quarters from the start; half a clock later a little more.
        QVERIFY(std::fabs(clock.quartersAt(2'000'000'000) - 2) < 1e-4);
        QVERIFY(std::fabs(clock.quartersAt(2'010'416'667) - 2.0208333) < 1e-4);
        // Not beyond the next clock, which may not come.
        QVERIFY(std::fabs(clock.quartersAt(9'000'000'000) - 2.0416667) < 1e-4);
    }

    void jitterIsAveragedOut() {
        MidiClockFollower clock;
        clock.take(MidiBytes{0xFA}, 0);
        // Two milliseconds late, every other clock: one of 20.8 ms would say 109 or 133.
        feed(clock, 96, 120, 1e9, [](int i) { return i % 2 == 0 ? 2e6 : 0.0; });
        QVERIFY(std::fabs(clock.bpm() - 120) < 0.2);
        // The line lies in the middle: 1 ms of 500.
        const double last = 1e9 + 95 * 60e9 / 120 / 24;
        QVERIFY(std::fabs(clock.quartersAt(std::llround(last)) - 95.0 / 24) < 0.004);
    }

    void aNewTempoIsFollowedWithinAQuarter() {
        MidiClockFollower clock;
        clock.take(MidiBytes{0xFA}, 0);
        const double at = feed(clock, 96, 120, 1e9, none);
        feed(clock, 24, 90, at, none);
        QVERIFY(std::fabs(clock.bpm() - 90) < 0.5);
    }

    void startStopContinueAndPosition() {
        MidiClockFollower clock;
        QVERIFY(!clock.running());
        QCOMPARE(clock.take(MidiBytes{0xF2, 16, 1}, 0), Event::Position); // 16 + 128 sixteenths
        QCOMPARE(clock.quartersAt(0), 36.0);
        QCOMPARE(clock.take(MidiBytes{0xFB}, 0), Event::Continue);
        QCOMPARE(clock.take(MidiBytes{0xF8}, 20'000'000), Event::Beat);
        QCOMPARE(clock.quartersAt(20'000'000), 36.0);
        QCOMPARE(clock.take(MidiBytes{0xF8}, 40'000'000), Event::None);
        QCOMPARE(clock.take(MidiBytes{0xF2, 0, 0}, 50'000'000), Event::None); // it runs
        QCOMPARE(clock.take(MidiBytes{0xFC}, 60'000'000), Event::Stop);
        QCOMPARE(clock.take(MidiBytes{0xF8}, 80'000'000), Event::None); // counts nothing now
        QCOMPARE(clock.quartersAt(80'000'000), 36.0 + 2.0 / 24);        // the next one
        QCOMPARE(clock.take(MidiBytes{0xF2, 5}, 0), Event::None);       // incomplete
        QCOMPARE(clock.take(MidiBytes{0xF2, 0x80, 0}, 0), Event::None);
        QCOMPARE(clock.take(MidiBytes{}, 0), Event::None);
        QCOMPARE(clock.take(MidiBytes{0xFE}, 0), Event::None);
    }

    void aPauseOfTheClockIsNoTempo() {
        MidiClockFollower clock;
        clock.take(MidiBytes{0xFA}, 0);
        const double at = feed(clock, 48, 120, 1e9, none);
        feed(clock, 24, 120, at + 5e9, none);
        QVERIFY(std::fabs(clock.bpm() - 120) < 1e-3);
    }
};

QTEST_GUILESS_MAIN(TestMidiClock)
#include "tst_midi_clock.moc"
