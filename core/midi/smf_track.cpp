// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_track.h"

#include "core/midi/smf_limits.h"

#include <algorithm>

namespace canto::midi {

using music::ChannelEvent;
using music::Tick;
using Kind = Repair::Kind;

void SmfTrackParser::begin(Tick origin) {
    m_track = static_cast<int>(m_score.tracks.size());
    m_score.tracks.emplace_back();
    m_tick = origin;
    m_port = 0;
    m_portHasNumber = false;
    m_running = 0;
    m_last = 0;
    m_program.fill(0);
    m_lastStart.fill(-1);
    m_programSeenAt.fill(m_score.notes.size());
    m_noteChannels.reset();
}

inline void SmfTrackParser::noteOn(std::uint8_t channel, std::uint8_t pitch, std::uint8_t velocity,
                                   Tick at) {
    m_score.notes.push_back({.start = at,
                             .length = 0,
                             .track = static_cast<std::uint16_t>(m_track),
                             .channel = channel,
                             .program = m_program[channel],
                             .pitch = pitch,
                             .velocity = velocity});
    const auto self = static_cast<std::uint32_t>(m_score.notes.size());
    const std::size_t key = static_cast<std::size_t>(channel) * 128 + pitch;
    if (m_oldest[key] == 0) {
        m_oldest[key] = self;
    } else {
        m_score.notes[m_newest[key] - 1].length = self;
    }
    m_newest[key] = self;
    ++m_sounding;
    m_lastStart[channel] = at;
    m_noteChannels.set(channel);
}

inline void SmfTrackParser::noteOff(std::uint8_t channel, std::uint8_t pitch, std::uint8_t velocity,
                                    Tick at) {
    const std::size_t key = static_cast<std::size_t>(channel) * 128 + pitch;
    const std::uint32_t self = m_oldest[key];
    if (self == 0) {
        mend(Kind::UnmatchedNoteOff);
        return;
    }
    SmfNote& note = m_score.notes[self - 1];
    m_oldest[key] = static_cast<std::uint32_t>(note.length);
    note.length = at - note.start;
    if (note.length == 0) {
        note.length = 1;
        mend(Kind::ZeroLengthNote);
    }
    note.releaseVelocity = velocity;
    --m_sounding;
}

SmfTrackParser::Stop SmfTrackParser::parse(std::size_t from, std::size_t to) {
    ByteReader in(m_bytes, from, to);
    for (;;) {
        m_offset = in.offset();
        std::uint32_t delta = 0;
        bool isLong = false;
        std::uint8_t status = 0;
        if (!in.varLen(delta, isLong) || !in.u8(status)) {
            return Stop::RanOut;
        }
        if (++m_score.eventCount > kMaxEvents) [[unlikely]] {
            return Stop::TooMany;
        }
        const Tick at = m_tick + delta;
        std::uint8_t first = status;
        if (status >= 0xF0) {
            const Step step = system(in, status, at);
            if (step == Step::RanOut) {
                return Stop::RanOut;
            }
            if (step == Step::TooMany) {
                return Stop::TooMany;
            }
            if (isLong) {
                mend(Kind::LongNumber);
            }
            m_tick = at;
            m_running = status < 0xF8 || status == 0xFF ? 0 : m_running;
            if (step == Step::EndOfTrack) {
                m_offset = in.offset();
                return Stop::EndOfTrack;
            }
            continue;
        }
        if (status >= 0x80) {
            if (!in.u8(first)) {
                return Stop::RanOut;
            }
        } else if (m_running != 0) [[likely]] {
            status = m_running;
        } else if (m_last != 0) {
            status = m_last;
            mend(Kind::RunningAfterMeta);
        } else {
            mend(Kind::NoRunningStatus);
            m_tick = at;
            continue;
        }
        std::uint8_t second = 0;
        if ((status & 0xE0) != 0xC0 && !in.u8(second)) {
            return Stop::RanOut;
        }
        // The event is complete: from here on it counts.
        if (((first | second) & 0x80) != 0) [[unlikely]] {
            mend(Kind::DataOver127);
            first = std::min<std::uint8_t>(first, 127);
            second = std::min<std::uint8_t>(second, 127);
        }
        if (isLong) [[unlikely]] {
            mend(Kind::LongNumber);
        }
        m_tick = at;
        m_running = status;
        m_last = status;
        const auto channel =
            static_cast<std::uint8_t>(m_port * music::kPortChannels + (status & 0x0F));
        switch (status >> 4) {
        case 0x9:
            if (second != 0) {
                noteOn(channel, first, second, at);
            } else {
                noteOff(channel, first, 64, at);
            }
            break;
        case 0x8:
            noteOff(channel, first, second, at);
            break;
        case 0xA:
            event(ChannelEvent::Kind::PolyPressure, channel, first, second, at);
            break;
        case 0xB:
            event(ChannelEvent::Kind::Control, channel, first, second, at);
            break;
        case 0xC:
            program(channel, first, at);
            break;
        case 0xD:
            event(ChannelEvent::Kind::ChannelPressure, channel, 0, first, at);
            break;
        default:
            event(ChannelEvent::Kind::PitchBend, channel, 0, (second << 7 | first) - 8192, at);
            break;
        }
    }
}

void SmfTrackParser::program(std::uint8_t channel, std::uint8_t number, Tick at) {
    if (m_lastStart[channel] == at) {
        // Notes of this tick that come first in this track keep the program they began with.
        const std::size_t seen = m_programSeenAt[channel];
        for (std::size_t i = m_score.notes.size(); i > seen; --i) {
            const SmfNote& note = m_score.notes[i - 1];
            if (note.start != at) {
                break;
            }
            if (note.channel == channel) {
                m_score.early.push_back({static_cast<std::uint32_t>(i - 1),
                                         static_cast<std::uint32_t>(m_score.events.size())});
            }
        }
        m_programSeenAt[channel] = m_score.notes.size();
    }
    m_program[channel] = number;
    int& only = m_score.programTrack[channel];
    only = only == 0 || only == m_track + 1 ? m_track + 1 : SmfScore::kSeveral;
    event(ChannelEvent::Kind::Program, channel, 0, number, at);
}

void SmfTrackParser::event(ChannelEvent::Kind kind, std::uint8_t channel, std::uint8_t number,
                           int value, Tick at) {
    m_score.events.push_back({.tick = at,
                              .track = static_cast<std::uint16_t>(m_track),
                              .channel = channel,
                              .kind = kind,
                              .number = number,
                              .value = static_cast<std::int16_t>(value)});
}

void SmfTrackParser::end() {
    for (std::size_t channel = 0; channel < kChannels && m_noteChannels.any(); ++channel) {
        if (m_noteChannels.test(channel)) {
            int& only = m_score.noteTrack[channel];
            only = only == 0 ? m_track + 1 : SmfScore::kSeveral;
        }
    }
    m_score.lastTick = std::max(m_score.lastTick, m_tick);
    if (m_sounding == 0) {
        return; // of m_newest only what m_oldest names is read
    }
    m_score.repairs.add(Kind::HangingNote, m_track, m_offset, m_sounding);
    m_sounding = 0;
    for (std::uint32_t& oldest : m_oldest) {
        while (oldest != 0) {
            SmfNote& note = m_score.notes[oldest - 1];
            oldest = static_cast<std::uint32_t>(note.length);
            note.length = std::max<Tick>(m_tick - note.start, 1);
        }
    }
}

} // namespace canto::midi
