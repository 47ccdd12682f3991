// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/spsc_ring.h"
#include "core/sound/midi_message.h"
#include "core/sound/midi_state.h"
#include "core/sound/playback_plan.h"
#include "core/sound/sound_voice.h"

#include <array>
#include <cstdint>

namespace canto::sound {

/// The clock of the audio thread: traverses plans and sends their messages. Independent of synth,
/// device and thread; it owns no plan: released plans go into a ring for their owner to free.
///
/// All functions: audio thread.
class Sequencer {
  public:
    static constexpr std::size_t kMaxQueue = 256;
    /// Larger than the number of plans alive (queue, playing, replacement), so never full.
    using Released = SpscRing<const Plan*, 1024>;

    explicit Sequencer(Released& released) : m_released(released) {}

    /// Plays the plan from its start cue; releases everything queued.
    void start(const Plan* plan, MessageSink& out);
    /// After what is queued; starts at once if nothing plays.
    void enqueue(const Plan* plan, MessageSink& out);
    /// Whether finished songs of the queue are appended again. Cleared by start().
    void setQueueLoops(bool on) { m_queueLoops = on; }
    /// At the next bar line: enters at the bar that follows by the count of bars so far, or at the
    /// start. The plan inherits whether the current one loops (over its own whole length).
    void replaceAtBar(const Plan* plan, bool sameBar, MessageSink& out);
    /// At the next line of the grid, from its own start and looping as it says. Bars are counted
    /// from the start of what played first, through loops and songs that follow. Starts at once if
    /// nothing plays. A plan of the same id given to swap() meanwhile takes its place.
    void launch(const Plan* plan, Launch when, MessageSink& out);
    /// Whether MIDI clock is sent with what plays (off at first).
    void setClock(bool on, MessageSink& out);
    /// Another plan of the same id, at the same frame; notes that it does not have are switched
    /// off. Released unused if another id plays.
    void swap(const Plan* plan, MessageSink& out);
    /// Another plan of the same id, at its start cue; stays playing or paused.
    void seek(const Plan* plan, MessageSink& out);
    void pause(MessageSink& out);
    void resume(MessageSink& out);
    /// Returns to the start; releases the queue.
    void stop(MessageSink& out);
    void setTempo(double factor) { m_tempo = factor; }
    /// Song frames per frame of output at tempo 1: nominal rate / device rate.
    void setRateRatio(double ratio) { m_rateRatio = ratio; }

    /// Sends everything due in the next `frames` frames of output and advances.
    /// @param voice  is given the corresponding span of the song; may be null.
    void advance(int frames, MessageSink& out, SoundVoice* voice = nullptr);

    /// Passes on a message from elsewhere: a single note, a keyboard.
    void pass(MidiMessage message, MessageSink& out) {
        if (message.channel() == kKeyboardChannel) {
            m_wanted.apply(message); // another synth is given it, too
        }
        emit(message, out);
    }
    /// All notes off, sustain off.
    void flush(MessageSink& out);
    /// The device lost its state (panic, another synth): it has the default state now.
    /// @param restore  sends what the song has set so far.
    void receiverReset(bool restore, MessageSink& out);

    const Plan* plan() const { return m_plan; }
    double frame() const { return m_frame; }
    bool playing() const { return m_playing; }
    /// The state that was sent to the device so far.
    const MidiState& receiver() const { return m_live; }
    bool waiting() const { return m_waiting; }
    std::uint32_t rounds() const { return m_rounds; }

  private:
    void emit(MidiMessage message, MessageSink& out);
    void emitClocks(double until, double step, double blockFrame, MessageSink& out);
    /// Sends to followers of the clock that music begins, or goes on, at this place.
    void startClock(MessageSink& out);
    bool atLaunch() const;
    std::int64_t barLineAt(double frame) const;
    void wait(const Plan* plan, Launch when, bool keepsLooping);
    void release(const Plan* plan);
    void releaseQueue();
    void enter(const Plan* plan, const Cue& cue, MessageSink& out);
    void jump(const Cue& cue, MessageSink& out);
    double nextBoundary() const;
    /// At a boundary: loops, goes to the next song, waits or ends. False: nothing more to play.
    bool cross(MessageSink& out);
    void enterReplacement(MessageSink& out);
    const Plan* popQueue();

    Released& m_released;
    const Plan* m_plan = nullptr;
    const Plan* m_replacement = nullptr;
    bool m_replaceSameBar = true;
    bool m_replaceKeepsLooping = true;
    Launch m_launch = Launch::Bar; ///< of m_replacement
    std::int64_t m_barsBefore = 0; ///< bars that were played before bar 0 of the plan
    bool m_clock = false;
    std::size_t m_clockIndex = 0; ///< the first clock at or after m_frame
    std::array<const Plan*, kMaxQueue> m_queue{};
    std::size_t m_queueHead = 0;
    std::size_t m_queueSize = 0;
    bool m_queueLoops = false;

    double m_frame = 0; ///< of the song
    std::size_t m_index = 0;
    double m_tempo = 1;
    double m_rateRatio = 1;
    bool m_playing = false;
    bool m_waiting = false;
    bool m_looping = false;
    bool m_ended = false;
    std::uint32_t m_rounds = 0;

    MidiState m_live;   ///< of the device
    MidiState m_wanted; ///< what the song has set so far
    std::array<std::array<std::uint8_t, 128>, kSynthChannels> m_sounding{};
};

} // namespace canto::sound
