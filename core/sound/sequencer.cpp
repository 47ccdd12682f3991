// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/sequencer.h"

#include "core/base/thread_role.h"

#include <algorithm>
#include <cmath>

namespace canto::sound {

void Sequencer::emit(MidiMessage message, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    const std::uint8_t kind = message.kind();
    if (kind == 0x90 || kind == 0x80) {
        std::uint8_t& sounding = m_sounding[message.channel()][message.first & 0x7F];
        if (kind == 0x90 && message.second > 0) {
            sounding = static_cast<std::uint8_t>(std::min(sounding + 1, 255));
        } else if (sounding > 1) { // another note uses the same key
            --sounding;
            return;
        } else {
            sounding = 0;
        }
    } else {
        m_live.apply(message);
    }
    out.send(message);
}

void Sequencer::release(const Plan* plan) {
    if (plan != nullptr) {
        m_released.push(plan);
    }
}

const Plan* Sequencer::popQueue() {
    if (m_queueSize == 0) {
        return nullptr;
    }
    const Plan* plan = m_queue[m_queueHead];
    m_queueHead = (m_queueHead + 1) % kMaxQueue;
    --m_queueSize;
    return plan;
}

void Sequencer::releaseQueue() {
    while (const Plan* plan = popQueue()) {
        release(plan);
    }
    release(m_replacement);
    m_replacement = nullptr;
    m_queueLoops = false;
}

void Sequencer::flush(MessageSink& out) {
    CANTO_AUDIO_THREAD;
    for (int channel = 0; channel < kKeyboardChannel; ++channel) { // what is held by hand stays
        auto& keys = m_sounding[static_cast<std::size_t>(channel)];
        for (int key = 0; key < 128; ++key) {
            if (keys[static_cast<std::size_t>(key)] > 0) {
                keys[static_cast<std::size_t>(key)] = 0;
                out.send(MidiMessage::noteOff(channel, key));
            }
        }
        if (m_live.channel(channel).controls[64] > 0) {
            emit(MidiMessage::control(channel, 64, 0), out);
        }
    }
}

void Sequencer::receiverReset(bool restore, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    m_live = MidiState();
    for (auto& keys : m_sounding) {
        keys.fill(0);
    }
    if (restore) {
        m_live.sendDifference(m_wanted, out);
        m_live = m_wanted;
    }
}

void Sequencer::jump(const Cue& cue, MessageSink& out) {
    flush(out);
    MidiState wanted = cue.state;
    wanted.setChannel(kKeyboardChannel, m_live.channel(kKeyboardChannel));
    m_live.sendDifference(wanted, out);
    m_live = wanted;
    m_wanted = wanted;
    m_frame = static_cast<double>(cue.frame);
    m_index = cue.index;
    m_waiting = false;
    const auto& clocks = m_plan->body->clocks;
    m_clockIndex = static_cast<std::size_t>(
        std::lower_bound(clocks.begin(), clocks.end(), cue.frame) - clocks.begin());
}

void Sequencer::enter(const Plan* plan, const Cue& cue, MessageSink& out) {
    m_plan = plan;
    m_rounds = 0;
    m_playing = true;
    m_ended = false;
    jump(cue, out);
}

void Sequencer::start(const Plan* plan, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    releaseQueue();
    release(m_plan);
    m_looping = plan->loops;
    m_barsBefore = 0;
    enter(plan, plan->start, out);
    startClock(out);
}

void Sequencer::enqueue(const Plan* plan, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (!m_playing && m_queueSize == 0) {
        start(plan, out);
    } else if (m_queueSize == kMaxQueue) {
        release(plan);
    } else {
        m_queue[(m_queueHead + m_queueSize) % kMaxQueue] = plan;
        ++m_queueSize;
    }
}

void Sequencer::replaceAtBar(const Plan* plan, bool sameBar, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (!m_playing) {
        start(plan, out);
        return;
    }
    wait(plan, Launch::Bar, true);
    m_replaceSameBar = sameBar;
}

void Sequencer::wait(const Plan* plan, Launch when, bool keepsLooping) {
    release(m_replacement);
    m_replacement = plan;
    m_replaceSameBar = false;
    m_replaceKeepsLooping = keepsLooping;
    m_launch = when;
}

void Sequencer::launch(const Plan* plan, Launch when, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (!m_playing || when == Launch::Now) {
        start(plan, out);
    } else {
        wait(plan, when, false);
    }
}

void Sequencer::setClock(bool on, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (m_clock && !on && m_playing) {
        out.sendClock(0xFC, 0, 0);
    }
    const bool begins = on && !m_clock && m_playing;
    m_clock = on;
    if (begins) {
        startClock(out);
    }
}

void Sequencer::startClock(MessageSink& out) {
    if (!m_clock) {
        return;
    }
    if (m_clockIndex == 0) {
        out.sendClock(0xFA, 0, 0);
        return;
    }
    // A follower can only go to a sixteenth: six clocks.
    constexpr int kMostSixteenths = 0x3FFF;
    out.sendClock(0xF2, 0, std::min(static_cast<int>(m_clockIndex / 6), kMostSixteenths));
    out.sendClock(0xFB, 0, 0);
}

void Sequencer::emitClocks(double until, double step, double blockFrame, MessageSink& out) {
    const auto& clocks = m_plan->body->clocks;
    while (m_clockIndex < clocks.size() && static_cast<double>(clocks[m_clockIndex]) < until) {
        if (m_clock) {
            const double ahead = static_cast<double>(clocks[m_clockIndex]) - m_frame;
            out.sendClock(0xF8, blockFrame + std::max(ahead, 0.0) / step, 0);
        }
        ++m_clockIndex;
    }
}

void Sequencer::swap(const Plan* plan, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (m_replacement != nullptr && m_replacement->id == plan->id) {
        release(m_replacement);
        m_replacement = plan;
        return;
    }
    if (m_plan == nullptr || m_plan->id != plan->id) {
        release(plan);
        return;
    }
    release(m_plan);
    m_plan = plan;
    m_looping = plan->loops;
    const auto& clocks = plan->body->clocks;
    m_clockIndex = static_cast<std::size_t>(
        std::lower_bound(clocks.begin(), clocks.end(), m_frame,
                         [](std::int64_t clock, double f) { return double(clock) < f; }) -
        clocks.begin());
    const auto& events = plan->body->events;
    const auto from =
        std::lower_bound(events.begin(), events.end(), m_frame, [](const auto& event, double f) {
            return static_cast<double>(event.frame) < f;
        });
    m_index = static_cast<std::size_t>(from - events.begin());
    if (m_waiting && m_frame < static_cast<double>(plan->body->endFrame())) {
        m_waiting = false;
    }
    // A sounding note continues if the next message for its key ends it. The look-ahead is bounded
    // to be real-time safe; a longer note is cut.
    constexpr std::size_t kLookAhead = 4096;
    std::array<std::array<bool, 128>, kSynthChannels> settled{};
    const std::size_t last = std::min(events.size(), m_index + kLookAhead);
    for (std::size_t i = m_index; i < last; ++i) {
        const MidiMessage& message = events[i].message;
        const std::uint8_t kind = message.kind();
        if (kind != 0x80 && kind != 0x90) {
            continue;
        }
        bool& known = settled[message.channel()][message.first];
        std::uint8_t& sounding = m_sounding[message.channel()][message.first];
        if (!known && kind == 0x90 && sounding > 0) {
            sounding = 0;
            out.send(MidiMessage::noteOff(message.channel(), message.first));
        }
        known = true;
    }
    for (int channel = 0; channel < kKeyboardChannel; ++channel) {
        for (int key = 0; key < 128; ++key) {
            std::uint8_t& sounding =
                m_sounding[static_cast<std::size_t>(channel)][static_cast<std::size_t>(key)];
            if (sounding > 0 &&
                !settled[static_cast<std::size_t>(channel)][static_cast<std::size_t>(key)]) {
                sounding = 0;
                out.send(MidiMessage::noteOff(channel, key));
            }
        }
    }
}

void Sequencer::seek(const Plan* plan, MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (m_plan == nullptr || m_plan->id != plan->id) {
        release(plan);
        return;
    }
    release(m_plan);
    m_plan = plan;
    // the playing song's looping applies, if the new plan can loop
    m_looping = m_looping && plan->loops;
    m_ended = false;
    m_barsBefore = 0;
    jump(plan->start, out);
    if (m_playing && m_clock) { // a follower moves only while it stands
        out.sendClock(0xFC, 0, 0);
        startClock(out);
    }
}

void Sequencer::pause(MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (m_playing && m_clock) {
        out.sendClock(0xFC, 0, 0);
    }
    m_playing = false;
    flush(out);
}

void Sequencer::resume(MessageSink& out) {
    CANTO_AUDIO_THREAD;
    if (m_plan == nullptr || m_playing) {
        return;
    }
    if (m_ended) {
        m_barsBefore = 0;
        enter(m_plan, m_plan->loops ? m_plan->loopStart : Cue{}, out);
        startClock(out);
        return;
    }
    m_wanted.setChannel(kKeyboardChannel, m_live.channel(kKeyboardChannel));
    m_live.sendDifference(m_wanted, out);
    m_live = m_wanted;
    m_playing = true;
    startClock(out);
}

void Sequencer::stop(MessageSink& out) {
    CANTO_AUDIO_THREAD;
    releaseQueue();
    pause(out);
    m_waiting = false;
    m_ended = true;
    m_frame = 0;
    m_index = 0;
}

double Sequencer::nextBoundary() const {
    const PlanBody& body = *m_plan->body;
    double boundary = static_cast<double>(body.endFrame());
    if (m_looping && m_frame < static_cast<double>(m_plan->loopEnd)) {
        boundary = static_cast<double>(m_plan->loopEnd);
    }
    if (m_replacement != nullptr) {
        const auto& lines = body.linesOf(m_launch);
        auto line =
            std::lower_bound(lines.begin(), lines.end(), m_frame, [](std::int64_t bar, double f) {
                return static_cast<double>(bar) < f;
            });
        const int every = barsOf(m_launch);
        while (every > 1 && line != lines.end() &&
               (m_barsBefore + (line - lines.begin())) % every != 0) {
            ++line;
        }
        if (line != lines.end()) {
            boundary = std::min(boundary, static_cast<double>(*line));
        }
    }
    return boundary;
}

std::int64_t Sequencer::barLineAt(double frame) const {
    const auto& lines = m_plan->body->bars;
    return std::lower_bound(lines.begin(), lines.end(), frame,
                            [](std::int64_t bar, double f) { return double(bar) < f; }) -
           lines.begin();
}

/// At the end of a loop or song: whether what waits may begin here.
bool Sequencer::atLaunch() const {
    const int every = barsOf(m_launch);
    return every <= 1 || (m_barsBefore + barLineAt(m_frame)) % every == 0;
}

void Sequencer::enterReplacement(MessageSink& out) {
    const Plan* plan = m_replacement;
    m_replacement = nullptr;
    releaseQueue();
    const bool looped = m_looping;

    const auto& lines = m_plan->body->bars;
    const bool wraps = m_looping && m_frame >= static_cast<double>(m_plan->loopEnd);
    const double here = wraps ? static_cast<double>(m_plan->loopStart.frame) : m_frame;
    const auto line =
        std::lower_bound(lines.begin(), lines.end(), here,
                         [](std::int64_t bar, double f) { return static_cast<double>(bar) < f; });
    const std::size_t bar = static_cast<std::size_t>(line - lines.begin());

    const auto& cues = plan->body->barCues;
    const std::int64_t barsNow = m_barsBefore + barLineAt(m_frame);
    release(m_plan);
    m_looping = (looped || !m_replaceKeepsLooping) && plan->loops;
    enter(plan, m_replaceSameBar && !cues.empty() ? cues[bar % cues.size()] : plan->start, out);
    m_barsBefore = barsNow - barLineAt(m_frame);
}

bool Sequencer::cross(MessageSink& out) {
    if (m_replacement != nullptr && atLaunch()) {
        enterReplacement(out);
        return true;
    }
    const double end = static_cast<double>(m_plan->body->endFrame());
    const bool atLoopEnd = m_looping && m_frame <= end;
    if (m_queueSize > 0 && (atLoopEnd || m_frame >= end)) {
        const Plan* next = popQueue();
        if (m_queueLoops) {
            m_queue[(m_queueHead + m_queueSize) % kMaxQueue] = m_plan;
            ++m_queueSize;
        } else {
            release(m_plan);
        }
        m_looping = next->loops;
        const std::int64_t barsNow = m_barsBefore + barLineAt(m_frame);
        enter(next, next->start, out);
        m_barsBefore = barsNow - barLineAt(m_frame);
        return true;
    }
    if (atLoopEnd) {
        ++m_rounds;
        const std::int64_t barsNow = m_barsBefore + barLineAt(m_frame);
        jump(m_plan->loopStart, out);
        m_barsBefore = barsNow - barLineAt(m_frame);
        return true;
    }
    if (m_plan->growing) {
        m_waiting = true;
        flush(out);
        return false;
    }
    if (m_replacement != nullptr) { // nothing else would play until its line
        enterReplacement(out);
        return true;
    }
    if (m_clock) {
        out.sendClock(0xFC, 0, 0);
    }
    m_playing = false;
    m_ended = true;
    flush(out);
    return false;
}

void Sequencer::advance(int frames, MessageSink& out, SoundVoice* voice) {
    CANTO_AUDIO_THREAD;
    double left = frames;
    // A block crosses more than one boundary only in songs with bars shorter than a block.
    for (int crossings = 0; m_playing && left > 0 && crossings < 16; ++crossings) {
        const double step = m_tempo * m_rateRatio;
        const double boundary = nextBoundary();
        const double reach = m_frame + left * step;
        // Rounding must not leave a fraction of a frame before a boundary.
        const bool crosses = reach >= boundary - 1e-6;
        const double until = crosses ? boundary : reach;
        const auto& events = m_plan->body->events;
        while (m_index < events.size() && static_cast<double>(events[m_index].frame) < until) {
            m_wanted.apply(events[m_index].message);
            emit(events[m_index].message, out);
            ++m_index;
        }
        emitClocks(until, step, frames - left, out);
        if (voice != nullptr) {
            const double from = frames - left;
            voice->play(*m_plan, m_frame, step, from, from + (until - m_frame) / step);
        }
        left = crosses ? std::max(0.0, (reach - boundary) / step) : 0;
        m_frame = until;
        if (!crosses || !cross(out)) {
            break;
        }
    }
}

} // namespace canto::sound
