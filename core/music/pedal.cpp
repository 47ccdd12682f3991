// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/pedal.h"

#include <algorithm>
#include <array>

namespace canto::music {

namespace {

constexpr int kAllChannels = kMaxPorts * kPortChannels;
constexpr int kSustain = 64;
constexpr int kSostenuto = 66;
constexpr int kDown = 64;

struct Span {
    Tick from = 0;
    Tick to = 0;
};

/// The times at which one pedal of one channel is down: ordered, disjoint spans.
class Pedal {
  public:
    void move(bool down, Tick at) {
        if (down && m_since < 0) {
            m_since = at;
        } else if (!down && m_since >= 0) {
            if (at > m_since) {
                m_spans.push_back({m_since, at});
            }
            m_since = -1;
        }
    }
    /// The span that holds a key going up at `tick`, or null.
    const Span* holding(Tick tick) const {
        const auto after = std::partition_point(
            m_spans.begin(), m_spans.end(), [tick](const Span& span) { return span.to <= tick; });
        return after != m_spans.end() && after->from < tick ? &*after : nullptr;
    }

  private:
    std::vector<Span> m_spans;
    Tick m_since = -1; ///< of the span that is open; -1: the pedal is up
};

struct Pedals {
    Pedal sustain;
    Pedal sostenuto;
};

using PedalsOfChannels = std::array<Pedals, kAllChannels>;

bool isPedal(const ChannelEvent& event) {
    return event.kind == ChannelEvent::Kind::Control &&
           (event.number == kSustain || event.number == kSostenuto) && event.value >= kDown;
}

PedalsOfChannels pedalsOf(const Song& song, Tick end) {
    PedalsOfChannels channels;
    for (const ChannelEvent& event : song.events) {
        if (event.kind != ChannelEvent::Kind::Control) {
            continue;
        }
        Pedals& pedals = channels[event.channel];
        const Tick at = std::min(event.tick, end);
        if (event.number == kSustain) {
            pedals.sustain.move(event.value >= kDown, at);
        } else if (event.number == kSostenuto) {
            pedals.sostenuto.move(event.value >= kDown, at);
        } else if (event.number == 120 || event.number == 121 || event.number == 123) {
            pedals.sustain.move(false, at);
            pedals.sostenuto.move(false, at);
        }
    }
    for (Pedals& pedals : channels) {
        pedals.sustain.move(false, end);
        pedals.sostenuto.move(false, end);
    }
    return channels;
}

Tick releasedAt(const Note& note, const Pedals& pedals) {
    Tick end = note.end();
    const Span* held = pedals.sostenuto.holding(end);
    if (held != nullptr && held->from >= note.start) {
        end = held->to;
    }
    if (const Span* sustained = pedals.sustain.holding(end)) {
        end = sustained->to;
    }
    return end;
}

} // namespace

std::vector<Tick> soundingEnds(const Song& song) {
    std::vector<Tick> ends;
    ends.reserve(song.notes.size());
    if (std::none_of(song.events.begin(), song.events.end(), isPedal)) {
        for (const Note& note : song.notes) {
            ends.push_back(note.end());
        }
        return ends;
    }
    const auto channels = pedalsOf(song, song.endTick());
    constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    std::vector<std::size_t> latest(std::size_t{kAllChannels} * 128, kNone);
    for (const Note& note : song.notes) {
        ends.push_back(note.isDrum() ? note.end() : releasedAt(note, channels[note.channel]));
        std::size_t& before = latest[std::size_t{note.channel} * 128 + (note.pitch & 127)];
        if (before != kNone) {
            ends[before] = std::min(ends[before], std::max(song.notes[before].end(), note.start));
        }
        before = ends.size() - 1;
    }
    return ends;
}

std::size_t notesHeldByPedal(const Song& song) {
    const auto ends = soundingEnds(song);
    std::size_t held = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        held += ends[i] > song.notes[i].end() ? 1 : 0;
    }
    return held;
}

Song withPedalInLengths(Song song) {
    const auto ends = soundingEnds(song);
    for (std::size_t i = 0; i < ends.size(); ++i) {
        song.notes[i].length = ends[i] - song.notes[i].start;
    }
    song.fillSeconds();
    return song;
}

} // namespace canto::music
