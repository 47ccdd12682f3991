// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/audio_core.h"

#include "core/sound/clock.h"

#include "core/base/thread_role.h"
#include "core/sound/synth_channels.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace canto::sound {

namespace {

constexpr float kAudible = 0.001f; // -60 dBFS
constexpr double kFadeSeconds = 0.1;

/// Denormal numbers in decaying tails are a hundred times slower: the processor treats them as
/// zero.
class FlushToZero {
#if defined(__SSE2__)
  public:
    FlushToZero() : m_before(_mm_getcsr()) { _mm_setcsr(m_before | 0x8040); }
    ~FlushToZero() { _mm_setcsr(m_before); }

  private:
    unsigned m_before;
#endif
};

} // namespace

AudioCore::State AudioCore::state() const {
    State state;
    for (;;) {
        const std::uint32_t before = m_version.load(std::memory_order_acquire);
        state.id = m_id.load(std::memory_order_acquire);
        state.frame = m_frame.load(std::memory_order_acquire);
        const std::uint32_t flags = m_flags.load(std::memory_order_acquire);
        state.rounds = m_rounds.load(std::memory_order_acquire);
        state.playing = (flags & 1) != 0;
        state.waiting = (flags & 2) != 0;
        if ((before & 1) == 0 && m_version.load(std::memory_order_acquire) == before) {
            return state;
        }
    }
}

AudioCore::Start AudioCore::lastStart() const {
    Start start;
    start.count = m_startCount.load(std::memory_order_acquire);
    start.handOverNs = m_startHandOver.load(std::memory_order_relaxed);
    start.soundFrames = m_startFrames.load(std::memory_order_relaxed);
    return start;
}

void AudioCore::setDeviceRate(double rate, int bufferFrames) {
    m_deviceRate = rate;
    m_bufferFrames = bufferFrames;
    m_sequencer.setRateRatio(m_nominalRate / rate);
    m_lastCallNs.store(0, std::memory_order_relaxed);
}

FluidSynth* AudioCore::takeSynth() { return std::exchange(m_synth, nullptr); }

void AudioCore::Router::send(MidiMessage message) {
    if (m_core.m_synth != nullptr && m_core.m_synthOn) {
        m_core.m_synth->send(message);
    }
    if (message.channel() == kKeyboardChannel) {
        if (message.kind() != MidiMessage::kDrums) {
            const int channel = m_core.keyboardOut.load(std::memory_order_relaxed);
            m_core.midiOut.push(
                MidiMessage::make(message.kind(), channel, message.first, message.second),
                m_core.m_blockNs);
        }
        return;
    }
    const bool drums = m_core.m_sequencer.receiver().channel(message.channel()).drums;
    if (const auto onWire = onePort(message, drums)) {
        m_core.midiOut.push(*onWire, m_core.m_blockNs);
    }
}

void AudioCore::Router::sendClock(std::uint8_t status, double frames, int sixteenths) {
    const auto later = static_cast<std::int64_t>(frames * 1e9 / m_core.m_deviceRate);
    m_core.midiOut.pushClock(status, sixteenths, m_core.m_blockNs + later);
}

void AudioCore::render(float* left, float* right, int frames) {
    const ThreadRoleScope role(ThreadRole::Audio);
    const FlushToZero flush;
    watchTime(frames);
    int done = 0;
    while (done < frames) {
        if (m_taken == kBlock) {
            // MIDI output is delayed as much as the device's buffer delays the sound.
            m_blockNs = m_lastCallNs.load(std::memory_order_relaxed) +
                        static_cast<std::int64_t>((done + m_bufferFrames) * 1e9 / m_deviceRate);
            renderBlock();
            m_taken = 0;
        }
        const int count = std::min(frames - done, kBlock - m_taken);
        std::copy_n(m_left.data() + m_taken, count, left + done);
        std::copy_n(m_right.data() + m_taken, count, right + done);
        m_taken += count;
        done += count;
    }
}

void AudioCore::watchTime(int frames) {
    const std::int64_t now = nowNs();
    const std::int64_t last = m_lastCallNs.load(std::memory_order_relaxed);
    if (last != 0) {
        const double allowed = (m_lastCallFrames + m_bufferFrames) * 1e9 / m_deviceRate;
        if (static_cast<double>(now - last) > allowed) {
            m_late.fetch_add(1, std::memory_order_relaxed);
        }
    }
    m_lastCallNs.store(now, std::memory_order_relaxed);
    m_lastCallFrames = frames;
}

void AudioCore::renderBlock() {
    CANTO_AUDIO_THREAD;
    AudioCommand command;
    while (commands.pop(command)) {
        handle(command);
    }
    MidiMessage message;
    while (thru.pop(message)) {
        m_sequencer.pass(message, m_router);
    }
    m_voice.begin();
    m_sequencer.advance(kBlock, m_router, &m_voice);
    if (m_synth != nullptr) {
        m_synth->render(m_left.data(), m_right.data(), kBlock);
    } else {
        m_left.fill(0);
        m_right.fill(0);
    }
    shape();
    mix();
    measure();
    publish();
}

void AudioCore::handle(const AudioCommand& command) {
    using Kind = AudioCommand::Kind;
    switch (command.kind) {
    case Kind::Start:
        cut();
        beginMeasure(command.atNs);
        m_sequencer.start(command.plan, m_router);
        break;
    case Kind::Enqueue:
        endFade();
        m_sequencer.enqueue(command.plan, m_router);
        break;
    case Kind::QueueLoops:
        m_sequencer.setQueueLoops(command.value != 0);
        break;
    case Kind::ReplaceSameBar:
    case Kind::ReplaceStart:
        endFade();
        m_sequencer.replaceAtBar(command.plan, command.kind == Kind::ReplaceSameBar, m_router);
        break;
    case Kind::Launch:
        if (!m_sequencer.playing()) {
            cut();
            beginMeasure(command.atNs);
        }
        endFade();
        m_sequencer.launch(command.plan, Launch(static_cast<int>(command.value)), m_router);
        break;
    case Kind::Clock:
        m_sequencer.setClock(command.value != 0, m_router);
        break;
    case Kind::Swap:
        m_sequencer.swap(command.plan, m_router);
        break;
    case Kind::Seek:
        m_sequencer.seek(command.plan, m_router);
        cut();
        break;
    case Kind::Pause:
        m_sequencer.pause(m_router);
        fadeOut();
        break;
    case Kind::Resume:
        cut();
        m_sequencer.resume(m_router);
        break;
    case Kind::Stop:
        m_sequencer.stop(m_router);
        fadeOut();
        break;
    case Kind::Tempo:
        m_sequencer.setTempo(command.value);
        break;
    case Kind::Panic:
        m_sequencer.pause(m_router);
        for (int channel = 0; channel < kSynthChannels; ++channel) {
            for (const int control : {120, 123, 121}) {
                m_router.send(MidiMessage::control(channel, control, 0));
            }
        }
        if (m_synth != nullptr) {
            m_synth->reset();
        }
        cut();
        m_sequencer.receiverReset(false, m_router);
        break;
    case Kind::Message:
        endFade();
        m_sequencer.pass(command.message, m_router);
        break;
    case Kind::Synth:
        cut();
        if (m_synth != nullptr) {
            releasedSynths.push(m_synth);
        }
        m_synth = command.synth;
        m_sequencer.receiverReset(true, m_router);
        break;
    case Kind::SynthOn:
        cut();
        m_synthOn = command.value != 0;
        if (m_synth != nullptr) {
            m_synth->reset();
        }
        m_sequencer.receiverReset(true, m_router);
        break;
    case Kind::Gain:
        if (m_synth != nullptr) {
            m_synth->setGain(static_cast<float>(command.value));
        }
        break;
    case Kind::SongGain:
        m_wantedSongGain = static_cast<float>(command.value);
        break;
    case Kind::SoundGain:
        m_voice.setGain(static_cast<float>(command.value));
        break;
    }
}

/// Ends every voice within this block; the step in the waveform is smoothed by shape().
void AudioCore::cut() {
    m_fadeFrames = 0;
    if (m_synth == nullptr || m_synth->activeVoices() == 0) {
        return;
    }
    m_synth->cutVoices();
    m_residualLeft = m_synthLeft;
    m_residualRight = m_synthRight;
}

void AudioCore::fadeOut() { m_fadeFrames = static_cast<int>(kFadeSeconds * m_deviceRate); }

/// A new sound that begins during a fade must not fade with it.
void AudioCore::endFade() {
    if (m_fadeFrames > 0) {
        cut();
    }
}

void AudioCore::shape() {
    constexpr float kDecay = 0.96f; // -36 dB in 100 frames
    for (std::size_t i = 0;
         i < kBlock && m_residualLeft * m_residualLeft + m_residualRight * m_residualRight > 1e-12f;
         ++i) {
        m_residualLeft *= kDecay;
        m_residualRight *= kDecay;
        m_left[i] += m_residualLeft;
        m_right[i] += m_residualRight;
    }
    if (m_fadeFrames > 0) {
        const float total = static_cast<float>(kFadeSeconds * m_deviceRate);
        for (std::size_t i = 0; i < kBlock; ++i) {
            const float level =
                static_cast<float>(std::max(m_fadeFrames - static_cast<int>(i), 0)) / total;
            m_left[i] *= level;
            m_right[i] *= level;
        }
        m_fadeFrames -= kBlock;
        if (m_fadeFrames <= 0) {
            m_fadeFrames = 0;
            if (m_synth != nullptr) {
                m_synth->cutVoices();
            }
        }
    }
}

/// Mixes the synth and the sound, each with its own gain.
void AudioCore::mix() {
    m_synthLeft = m_left.back();
    m_synthRight = m_right.back();
    const float from = m_songGain;
    m_songGain = m_wantedSongGain;
    for (std::size_t i = 0; i < kBlock && (from != 1 || m_songGain != 1); ++i) {
        const float part = static_cast<float>(i + 1) / static_cast<float>(kBlock);
        const float gain = from + (m_songGain - from) * part;
        m_left[i] *= gain;
        m_right[i] *= gain;
    }
    m_voice.mix(m_left, m_right);
}

void AudioCore::beginMeasure(std::int64_t atNs) {
    // The tail of an earlier sound must not be mistaken for the start.
    m_measureFrames = m_lastPeak < kAudible ? 0 : -1;
    m_measureHandOver =
        std::max<std::int64_t>(m_lastCallNs.load(std::memory_order_relaxed) - atNs, 0);
}

void AudioCore::measure() {
    float peak = 0;
    int first = -1;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const float level = std::max(std::fabs(m_left[i]), std::fabs(m_right[i]));
        if (first < 0 && level > kAudible) {
            first = static_cast<int>(i);
        }
        peak = std::max(peak, level);
    }
    m_lastPeak = peak;
    if (m_measureFrames < 0) {
        return;
    }
    if (first >= 0) {
        m_startHandOver.store(m_measureHandOver, std::memory_order_relaxed);
        m_startFrames.store(m_measureFrames + first, std::memory_order_relaxed);
        m_startCount.fetch_add(1, std::memory_order_release);
        m_measureFrames = -1;
    } else {
        m_measureFrames += kBlock;
    }
}

void AudioCore::publish() {
    const Plan* plan = m_sequencer.plan();
    const std::uint32_t version = m_version.load(std::memory_order_relaxed);
    m_version.store(version + 1, std::memory_order_seq_cst);
    m_id.store(plan != nullptr ? plan->id : 0, std::memory_order_release);
    m_frame.store(m_sequencer.frame(), std::memory_order_release);
    m_flags.store((m_sequencer.playing() ? 1u : 0u) | (m_sequencer.waiting() ? 2u : 0u),
                  std::memory_order_release);
    m_rounds.store(m_sequencer.rounds(), std::memory_order_release);
    m_version.store(version + 2, std::memory_order_release);
    m_voices.store(m_synth != nullptr ? m_synth->activeVoices() : 0, std::memory_order_relaxed);
}

} // namespace canto::sound
