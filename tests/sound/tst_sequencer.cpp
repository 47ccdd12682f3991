// SPDX-License-Identifier: GPL-3.0-or-later
// The clock alone: messages with the frame of output they were sent in, worked out by hand.

#include "core/base/thread_role.h"
#include "core/sound/sequencer.h"
#include "made_songs.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

struct Sent {
    std::int64_t frame = 0;
    MidiMessage message;
};

/// Notes what is sent, at the first frame of the block it is sent in.
class List final : public MessageSink {
  public:
    void send(MidiMessage message) override { sent.push_back({now, message}); }

    std::vector<std::int64_t> onsets(int pitch = -1) const {
        std::vector<std::int64_t> frames;
        for (const Sent& item : sent) {
            if (item.message.kind() == 0x90 && (pitch < 0 || item.message.first == pitch)) {
                frames.push_back(item.frame);
            }
        }
        return frames;
    }
    int count(int kind) const {
        return static_cast<int>(std::count_if(sent.begin(), sent.end(), [kind](const Sent& item) {
            return item.message.kind() == kind;
        }));
    }

    std::int64_t now = 0;
    std::vector<Sent> sent;
};

struct Rig {
    ThreadRoleScope role{ThreadRole::Audio};
    Sequencer::Released released;
    Sequencer sequencer{released};
    List list;
    std::vector<std::unique_ptr<Plan>> plans;

    const Plan* plan(std::shared_ptr<const music::Song> song, int bars = 0, bool cues = false) {
        auto& made = plans.emplace_back(std::make_unique<Plan>());
        made->id = plans.size();
        made->body = PlanBody::make(std::move(song), 48000, bars, cues);
        return made.get();
    }
    const Plan* looped(std::shared_ptr<const music::Song> song, music::Tick from, music::Tick to,
                       bool cues = false) {
        const Plan* made = plan(std::move(song), 0, cues);
        plans.back()->setLoop(std::pair(from, to));
        return made;
    }
    void run(std::int64_t until) {
        for (; list.now < until; list.now += 64) {
            sequencer.advance(64, list);
        }
    }
    int releasedCount() {
        int count = 0;
        const Plan* plan = nullptr;
        while (released.pop(plan)) {
            ++count;
        }
        return count;
    }
};

using Frames = std::vector<std::int64_t>;

} // namespace

class TestSequencer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void notesAreSentInTheBlockThatHoldsTheirFrame() {
        Rig rig;
        rig.sequencer.start(rig.plan(quarters(60)), rig.list);
        rig.run(kBarFrames + 640);
        // 24,000 = 375 blocks of 64 exactly.
        QCOMPARE(rig.list.onsets(), (Frames{0, 24000, 48000, 72000}));
        QCOMPARE(rig.list.count(0x80), 4);
        QVERIFY(!rig.sequencer.playing());
    }

    void noteIsNeverLate() {
        Rig rig;
        // Tick 1 = 50 frames: in block 0; tick 2 = 100 frames: in the block 64..127.
        rig.sequencer.start(rig.plan(song({note(1, 480, 60), note(2, 480, 61)})), rig.list);
        rig.run(256);
        QCOMPARE(rig.list.onsets(60), (Frames{0}));
        QCOMPARE(rig.list.onsets(61), (Frames{64}));
    }

    void loopReturnsWithoutAGapAndCountsRounds() {
        Rig rig;
        // Beats 2 and 3 only: 480..1440 = 48,000 frames.
        rig.sequencer.start(rig.looped(quarters(60), 480, 1440), rig.list);
        rig.run(24000 + 3 * 48000 - 6400);
        QCOMPARE(rig.list.onsets(), (Frames{0, 24000, 48000, 72000, 96000, 120000, 144000}));
        QCOMPARE(rig.sequencer.rounds(), 2u);
        // One lead-in quarter, two rounds, and the third but for 6,400 frames.
        QCOMPARE(rig.sequencer.frame(), 72000.0 - 6400);
    }

    void queueIsGaplessAndStartsAtTheBarLine() {
        Rig rig;
        // The first song's last note ends at beat 2: its bar still lasts four beats.
        rig.sequencer.start(rig.plan(song({note(0, 480, 60)})), rig.list);
        rig.sequencer.enqueue(rig.plan(quarters(62)), rig.list);
        rig.sequencer.enqueue(rig.plan(song({note(0, 480, 64)}), 2), rig.list);
        rig.sequencer.enqueue(rig.plan(song({note(0, 480, 65)})), rig.list);
        rig.run(5 * kBarFrames + 64);
        QCOMPARE(rig.list.onsets(60), (Frames{0}));
        QCOMPARE(rig.list.onsets(62), (Frames{96000, 120000, 144000, 168000}));
        QCOMPARE(rig.list.onsets(64), (Frames{192000}));
        QCOMPARE(rig.list.onsets(65), (Frames{192000 + 2 * 96000})); // two bars were asked for
        QVERIFY(!rig.sequencer.playing());
        QCOMPARE(rig.releasedCount(), 3);
    }

    void listPlaysRoundAndRound() {
        Rig rig;
        rig.sequencer.start(rig.plan(song({note(0, 480, 60)})), rig.list);
        rig.sequencer.enqueue(rig.plan(song({note(0, 480, 62)})), rig.list);
        rig.sequencer.setQueueLoops(true);
        rig.run(5 * kBarFrames);
        QCOMPARE(rig.list.onsets(60), (Frames{0, 2 * 96000, 4 * 96000}));
        QCOMPARE(rig.list.onsets(62), (Frames{96000, 3 * 96000}));
        QCOMPARE(rig.releasedCount(), 0);
    }

    void replacementEntersAtTheNextBarLineAtTheSameBar() {
        Rig rig;
        rig.sequencer.start(rig.looped(quarters(60, 4), 0, 4 * kBarTicks), rig.list);
        rig.run(kBarFrames + 24000); // in bar 1
        // Bar 0: 70, bar 1: 71, bar 2: 72.
        rig.sequencer.replaceAtBar(rig.plan(song({note(0, 480, 70), note(kBarTicks, 480, 71),
                                                  note(2 * kBarTicks, 480, 72)}),
                                            0, true),
                                   true, rig.list);
        rig.run(3 * kBarFrames);
        QCOMPARE(rig.list.onsets(72), (Frames{2 * 96000}));
        QCOMPARE(rig.list.onsets(70), (Frames{}));
        QCOMPARE(rig.list.onsets(60).back(), std::int64_t(96000 + 72000));
    }

    void replacementTakesOverTheLoop() {
        Rig rig;
        rig.sequencer.start(rig.looped(quarters(60), 0, kBarTicks), rig.list);
        rig.run(64);
        rig.sequencer.replaceAtBar(rig.looped(song({note(0, 480, 62)}), 0, kBarTicks, true), true,
                                   rig.list);
        rig.run(4 * kBarFrames);
        QCOMPARE(rig.list.onsets(62), (Frames{96000, 192000, 288000}));
    }

    void secondReplacementReplacesTheFirst() {
        Rig rig;
        rig.sequencer.start(rig.looped(quarters(60), 0, kBarTicks), rig.list);
        rig.run(64);
        rig.sequencer.replaceAtBar(rig.plan(song({note(0, 480, 62)})), false, rig.list);
        rig.sequencer.replaceAtBar(rig.plan(song({note(0, 480, 64)})), false, rig.list);
        rig.run(2 * kBarFrames);
        QCOMPARE(rig.list.onsets(62), (Frames{}));
        QCOMPARE(rig.list.onsets(64), (Frames{96000}));
    }

    void heldNotesEndAtAJump() {
        Rig rig;
        rig.sequencer.start(rig.looped(song({note(0, 4 * kBarTicks, 60)}), 0, kBarTicks), rig.list);
        rig.run(kBarFrames + 64);
        QCOMPARE(rig.list.onsets(60), (Frames{0, 96000}));
        QCOMPARE(rig.list.count(0x80), 1); // at the loop's end
    }

    void keyHeldByTwoNotesEndsWithTheLast() {
        Rig rig;
        rig.sequencer.start(rig.plan(song({note(0, 480, 60), note(240, 720, 60)})), rig.list);
        rig.run(kBarFrames);
        QCOMPARE(rig.list.count(0x80), 1);
        for (const Sent& item : rig.list.sent) {
            if (item.message.kind() == 0x80) {
                QCOMPARE(item.frame, std::int64_t(48000)); // tick 960
            }
        }
    }

    void programOfANoteIsSetBeforeIt() {
        Rig rig;
        rig.sequencer.start(rig.plan(song({note(0, 480, 60, 24), note(480, 480, 60, 24)})),
                            rig.list);
        rig.run(kBarFrames);
        QCOMPARE(rig.list.count(0xC0), 1);
        QCOMPARE(rig.list.sent[0].message, MidiMessage::program(0, 24));
        QCOMPARE(rig.list.sent[1].message, MidiMessage::noteOn(0, 60, 100));
    }

    void seekRestoresWhatTheChannelsRemember() {
        using music::ChannelEvent;
        Rig rig;
        const auto tune = song(
            {note(0, 480, 60, 7), note(1440, 480, 61, 7)},
            {ChannelEvent{.tick = 0, .kind = ChannelEvent::Kind::Control, .number = 7, .value = 90},
             ChannelEvent{
                 .tick = 480, .kind = ChannelEvent::Kind::Control, .number = 7, .value = 30},
             ChannelEvent{.tick = 1000, .kind = ChannelEvent::Kind::PitchBend, .value = 100}});
        const Plan* plan = rig.plan(tune);
        rig.sequencer.start(plan, rig.list);
        rig.run(64);
        rig.list.sent.clear();
        auto target = std::make_unique<Plan>(*plan);
        target->start = plan->body->cueAt(plan->body->frameAt(1440));
        rig.sequencer.seek(target.get(), rig.list);
        rig.run(128);
        // The old note's end, then volume 30 and bend 100; the program stays; then the note.
        QCOMPARE(rig.list.sent.size(), std::size_t(4));
        QCOMPARE(rig.list.sent[0].message.kind(), std::uint8_t(0x80));
        QCOMPARE(rig.list.sent[1].message, MidiMessage::control(0, 7, 30));
        QCOMPARE(rig.list.sent[2].message, MidiMessage::pitchBend(0, 100));
        QCOMPARE(rig.list.sent[3].message, MidiMessage::noteOn(0, 61, 100));
        QCOMPARE(rig.sequencer.frame(), 72000.0 + 64);
    }

    void nextSongStartsFromDefaults() {
        using music::ChannelEvent;
        Rig rig;
        rig.sequencer.start(
            rig.plan(song(
                {note(0, 480, 60, 5)},
                {ChannelEvent{.kind = ChannelEvent::Kind::Control, .number = 10, .value = 0}})),
            rig.list);
        rig.sequencer.enqueue(rig.plan(song({note(0, 480, 62)})), rig.list);
        rig.run(kBarFrames - 64);
        rig.list.sent.clear();
        rig.run(kBarFrames + 64);
        QCOMPARE(rig.list.sent[0].message, MidiMessage::program(0, 0));
        QCOMPARE(rig.list.sent[1].message, MidiMessage::control(0, 10, 64));
        QCOMPARE(rig.list.sent[2].message, MidiMessage::noteOn(0, 62, 100));
    }

    void swapGoesOnAtTheSameFrame() {
        Rig rig;
        const Plan* first = rig.plan(song({note(0, 960, 60), note(0, 960, 64)}));
        rig.sequencer.start(first, rig.list);
        rig.run(24000);
        // 60 stays, 64 is gone, beat 3 is new.
        auto changed = std::make_unique<Plan>();
        changed->id = first->id;
        changed->body = PlanBody::make(song({note(0, 960, 60), note(960, 480, 67)}), 48000);
        rig.sequencer.swap(changed.get(), rig.list);
        QCOMPARE(rig.list.sent.back().message.kind(), std::uint8_t(0x80));
        QCOMPARE(rig.list.sent.back().message.first, std::uint8_t(64));
        QCOMPARE(rig.list.count(0x80), 1);
        rig.run(kBarFrames);
        QCOMPARE(rig.list.onsets(60), (Frames{0}));
        QCOMPARE(rig.list.onsets(67), (Frames{48000}));
    }

    void growingSongWaitsAtItsEndAndGoesOn() {
        Rig rig;
        rig.sequencer.start(rig.plan(quarters(60)), rig.list);
        rig.plans.back()->growing = true;
        rig.run(kBarFrames + 6400);
        QVERIFY(rig.sequencer.playing());
        QVERIFY(rig.sequencer.waiting());
        QCOMPARE(rig.sequencer.frame(), double(kBarFrames));
        auto longer = std::make_unique<Plan>();
        longer->id = 1;
        longer->body = PlanBody::make(quarters(60, 2), 48000);
        rig.sequencer.swap(longer.get(), rig.list);
        rig.run(kBarFrames + 6400 + 64);
        QVERIFY(!rig.sequencer.waiting());
        QCOMPARE(rig.list.onsets().back(), std::int64_t(kBarFrames + 6400));
    }

    void tempoFactorStretchesTime() {
        Rig rig;
        rig.sequencer.setTempo(2);
        rig.sequencer.start(rig.plan(quarters(60)), rig.list);
        rig.run(kBarFrames / 2 + 64);
        QCOMPARE(rig.list.onsets().size(), std::size_t(4));
        QCOMPARE(rig.list.onsets()[3], std::int64_t(36000 / 64 * 64)); // 72,000 / 2, its block
        QVERIFY(!rig.sequencer.playing());
    }

    void otherDeviceRateStretchesTimeBack() {
        Rig rig;
        rig.sequencer.setRateRatio(48000.0 / 96000);
        rig.sequencer.start(rig.plan(quarters(60)), rig.list);
        rig.run(2 * kBarFrames);
        QCOMPARE(rig.list.onsets(), (Frames{0, 48000, 96000, 144000}));
    }

    void pauseKeepsThePlaceAndStopGoesToTheStart() {
        Rig rig;
        rig.sequencer.start(rig.plan(quarters(60)), rig.list);
        rig.run(30080);
        rig.sequencer.pause(rig.list);
        rig.run(90048);
        QCOMPARE(rig.sequencer.frame(), 30080.0);
        rig.sequencer.resume(rig.list);
        rig.run(90048 + 64);
        QCOMPARE(rig.sequencer.frame(), 30144.0);
        rig.sequencer.stop(rig.list);
        QCOMPARE(rig.sequencer.frame(), 0.0);
        rig.sequencer.resume(rig.list);
        rig.run(90048 + 128);
        QCOMPARE(rig.list.onsets().back(), std::int64_t(90112));
    }

    void absurdSongsEnd() {
        Rig rig;
        // One microsecond a quarter: bars of no frames; and a loop shorter than a block.
        auto fast = std::make_shared<music::Song>();
        fast->tempo = music::TempoMap(480, {{0, 1}});
        fast->notes = {note(0, 48000, 60)};
        fast->finish();
        rig.sequencer.start(rig.looped(fast, 0, 10), rig.list);
        rig.sequencer.enqueue(rig.plan(fast), rig.list);
        rig.sequencer.enqueue(rig.plan(song({})), rig.list); // nothing in it: one silent bar
        rig.run(2 * kBarFrames);
        QVERIFY(!rig.sequencer.playing());
        QCOMPARE(rig.list.count(0x90), rig.list.count(0x80));
    }
};

QTEST_APPLESS_MAIN(TestSequencer)
#include "tst_sequencer.moc"
