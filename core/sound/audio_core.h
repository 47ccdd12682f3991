// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/spsc_ring.h"
#include "core/sound/fluid_synth.h"
#include "core/sound/midi_out_queue.h"
#include "core/sound/playback_plan.h"
#include "core/sound/sequencer.h"
#include "core/sound/sound_voice.h"

#include <array>
#include <atomic>
#include <cstdint>

namespace canto::sound {

/// A command from the owner to the audio thread. Pointers change owner with it, and return through
/// AudioCore::released.
struct AudioCommand {
    enum class Kind {
        Start,
        Enqueue,
        QueueLoops,
        ReplaceSameBar,
        ReplaceStart,
        Launch, ///< value: a Launch
        Swap,
        Seek,
        Pause,
        Resume,
        Stop,
        Tempo,
        Panic,
        Message,
        Synth,
        SynthOn,
        Gain,
        SongGain,
        SoundGain,
        Clock,
    };
    Kind kind = Kind::Stop;
    const Plan* plan = nullptr;
    FluidSynth* synth = nullptr;
    MidiMessage message;
    double value = 0;
    std::int64_t atNs = 0; ///< steady clock, of the call
};

/// The part of the engine that runs on the audio thread: sequencer, synth, the sound beside the
/// song, fades, measurements. Works in blocks of 64 frames, whatever the device requests.
class AudioCore {
  public:
    static constexpr int kBlock = FluidSynth::kBlock;

    /// @param rate  frames per second of the plans.
    explicit AudioCore(double rate) : m_nominalRate(rate), m_deviceRate(rate) {}

    // --- the owner's side
    SpscRing<AudioCommand, 1024> commands;
    SpscRing<MidiMessage, 1024> thru; ///< filled by a MIDI thread
    Sequencer::Released released;
    SpscRing<FluidSynth*, 16> releasedSynths;
    MidiOutQueue midiOut;
    /// Channel of the MIDI output to which the keyboard goes. Thread: any.
    std::atomic<int> keyboardOut{0};

    struct State {
        std::uint64_t id = 0;
        double frame = 0;
        bool playing = false;
        bool waiting = false;
        std::uint32_t rounds = 0;
    };
    /// State after the latest block. Thread: any.
    State state() const;
    int activeVoices() const { return m_voices.load(std::memory_order_relaxed); }
    int lateBlocks() const { return m_late.load(std::memory_order_relaxed); }
    /// When the device last asked for sound, steady clock; 0: not yet. Thread: any.
    std::int64_t lastCallNs() const { return m_lastCallNs.load(std::memory_order_relaxed); }

    struct Start {
        std::int64_t handOverNs = 0;
        std::int64_t soundFrames = -1; ///< -1: none measured yet
        std::uint32_t count = 0;       ///< measurements so far
    };
    Start lastStart() const;

    // --- only while nobody renders
    // The device's own rate: plans are played faster by the ratio of the rates.
    void setDeviceRate(double rate, int bufferFrames);
    double deviceRate() const { return m_deviceRate; }
    int bufferFrames() const { return m_bufferFrames; }
    FluidSynth* takeSynth();

    // --- the audio thread
    // Fills two planes. Thread: audio.
    void render(float* left, float* right, int frames);

  private:
    struct Router final : MessageSink {
        explicit Router(AudioCore& core) : m_core(core) {}
        void send(MidiMessage message) override;
        void sendClock(std::uint8_t status, double frames, int sixteenths) override;
        AudioCore& m_core;
    };

    void renderBlock();
    void handle(const AudioCommand& command);
    void beginMeasure(std::int64_t atNs);
    void measure();
    void cut();
    void fadeOut();
    void endFade();
    void shape();
    void mix();
    void publish();
    void watchTime(int frames);

    double m_nominalRate;
    double m_deviceRate;
    int m_bufferFrames = 512;

    Router m_router{*this};
    Sequencer m_sequencer{released};
    SoundVoice m_voice;
    FluidSynth* m_synth = nullptr;
    bool m_synthOn = true;
    float m_songGain = 1;
    float m_wantedSongGain = 1;

    alignas(64) std::array<float, kBlock> m_left{};
    alignas(64) std::array<float, kBlock> m_right{};
    int m_taken = kBlock; ///< frames of the block that have been delivered
    std::int64_t m_blockNs = 0;
    std::atomic<std::int64_t> m_lastCallNs{0};
    int m_lastCallFrames = 0;

    int m_fadeFrames = 0; ///< remaining frames of a fade to silence
    float m_residualLeft = 0;
    float m_residualRight = 0;
    float m_synthLeft = 0; ///< the synth's last frame, without the sound beside it
    float m_synthRight = 0;
    float m_lastPeak = 0;
    std::int64_t m_measureFrames = -1; ///< since the start that is being measured
    std::int64_t m_measureHandOver = 0;

    // A sequence lock: odd while the audio thread writes.
    std::atomic<std::uint32_t> m_version{0};
    std::atomic<std::uint64_t> m_id{0};
    std::atomic<double> m_frame{0};
    std::atomic<std::uint32_t> m_flags{0};
    std::atomic<std::uint32_t> m_rounds{0};

    std::atomic<int> m_voices{0};
    std::atomic<int> m_late{0};
    std::atomic<std::int64_t> m_startHandOver{0};
    std::atomic<std::int64_t> m_startFrames{-1};
    std::atomic<std::uint32_t> m_startCount{0};
};

} // namespace canto::sound
