// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_assemble.h"

#include "core/midi/smf_limits.h"
#include "core/midi/smf_ports.h"
#include "core/music/drum_parts.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <tuple>
#include <utility>

namespace canto::midi {
namespace {

using music::ChannelEvent;
using music::Note;
using music::Tick;

Tick tickOf(const SmfNote& note) { return note.start; }
Tick tickOf(const ChannelEvent& event) { return event.tick; }

/// Sorts (tick << 32 | index) by tick, keeping the order within one tick: radix sort, least
/// significant digit first.
void sortKeys(std::vector<std::uint64_t>& keys, std::uint32_t maxTick) {
    if (keys.size() < 128) {
        std::sort(keys.begin(), keys.end());
        return;
    }
    const int digit = keys.size() < 2048 ? 8 : 11;
    const int passes = (std::bit_width(maxTick) + digit - 1) / digit;
    const std::uint64_t mask = (1u << digit) - 1;
    std::vector<std::uint64_t> other(keys.size());
    std::vector<std::uint32_t> places(std::size_t{1} << digit);
    for (int pass = 0; pass < passes; ++pass) {
        const int shift = 32 + pass * digit;
        std::fill(places.begin(), places.end(), 0);
        for (const std::uint64_t key : keys) {
            ++places[key >> shift & mask];
        }
        std::uint32_t sum = 0;
        for (std::uint32_t& place : places) {
            sum += std::exchange(place, sum);
        }
        for (const std::uint64_t key : keys) {
            other[places[key >> shift & mask]++] = key;
        }
        keys.swap(other);
    }
}

/// The order of the items by tick, keeping the file's order within one tick: indices in the low 32
/// bits.
template <class T>
std::vector<std::uint64_t> orderByTick(std::vector<T>& items, Tick lastTick) {
    if (lastTick > std::numeric_limits<std::uint32_t>::max()) { // only in malicious files
        std::stable_sort(items.begin(), items.end(),
                         [](const T& a, const T& b) { return tickOf(a) < tickOf(b); });
    }
    std::vector<std::uint64_t> keys;
    keys.reserve(items.size());
    bool sorted = true;
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto tick = static_cast<std::uint32_t>(tickOf(items[i]));
        sorted = sorted && tick >= before;
        before = tick;
        keys.push_back(static_cast<std::uint64_t>(tick) << 32 | i);
    }
    if (!sorted && lastTick <= std::numeric_limits<std::uint32_t>::max()) {
        sortKeys(keys, static_cast<std::uint32_t>(lastTick));
    }
    return keys;
}

/// Orders notes [from, end) of one start and track by channel and pitch.
void orderChord(std::vector<Note>& notes, std::size_t from) {
    const auto before = [](const Note& a, const Note& b) {
        return std::tie(a.channel, a.pitch) < std::tie(b.channel, b.pitch);
    };
    const auto first = notes.begin() + static_cast<std::ptrdiff_t>(from);
    if (notes.size() - from > 32) {
        std::stable_sort(first, notes.end(), before);
        return;
    }
    for (auto at = first + 1; at < notes.end(); ++at) {
        for (auto place = at; place != first && before(*place, *(place - 1)); --place) {
            std::iter_swap(place, place - 1);
        }
    }
}

/// The notes in the order of Song::notes, with seconds: one pass over sorted indices.
std::vector<Note> finishNotes(SmfScore& score, const music::TempoMap& tempo) {
    std::vector<Note> notes;
    notes.reserve(score.notes.size());
    music::TempoCursor startCursor(tempo);
    std::size_t chord = 0; // where the notes of this start and track begin
    bool ordered = true;
    for (const std::uint64_t key : orderByTick(score.notes, score.lastTick)) {
        const SmfNote& raw = score.notes[static_cast<std::uint32_t>(key)];
        if (!notes.empty()) {
            const Note& last = notes.back();
            if (last.start == raw.start && last.track == raw.track) {
                ordered = ordered &&
                          std::tie(last.channel, last.pitch) <= std::tie(raw.channel, raw.pitch);
            } else {
                if (!ordered) {
                    orderChord(notes, chord);
                }
                chord = notes.size();
                ordered = true;
            }
        }
        const music::Seconds start = startCursor.secondsAt(raw.start);
        music::TempoCursor endCursor = startCursor;
        notes.push_back({.start = raw.start,
                         .length = raw.length,
                         .startSeconds = start,
                         .lengthSeconds = endCursor.secondsAt(raw.start + raw.length) - start,
                         .track = raw.track,
                         .channel = raw.channel,
                         .program = raw.program,
                         .pitch = raw.pitch,
                         .velocity = raw.velocity,
                         .releaseVelocity = raw.releaseVelocity});
    }
    if (!ordered) {
        orderChord(notes, chord);
    }
    return notes;
}

std::vector<ChannelEvent> finishEvents(SmfScore& score, const music::TempoMap& tempo) {
    std::vector<ChannelEvent> events;
    events.reserve(score.events.size());
    music::TempoCursor cursor(tempo);
    for (const std::uint64_t key : orderByTick(score.events, score.lastTick)) {
        events.push_back(score.events[static_cast<std::uint32_t>(key)]);
        events.back().seconds = cursor.secondsAt(events.back().tick);
    }
    return events;
}

template <class T>
void sortByTick(std::vector<T>& items) {
    const auto earlier = [](const T& a, const T& b) { return a.tick < b.tick; };
    if (!std::is_sorted(items.begin(), items.end(), earlier)) {
        std::stable_sort(items.begin(), items.end(), earlier);
    }
}

/// Gives notes the program that another track selected on their channel.
void resolvePrograms(SmfScore& score) {
    for (std::size_t channel = 0; channel < SmfScore::kChannels; ++channel) {
        const int notes = score.noteTrack[channel];
        const int programs = score.programTrack[channel];
        if (notes == 0 || programs == 0 || (notes == programs && notes != SmfScore::kSeveral)) {
            continue;
        }
        std::vector<std::uint32_t> changes; // by tick, then in the order of the file
        for (std::size_t i = 0; i < score.events.size(); ++i) {
            const ChannelEvent& event = score.events[i];
            if (event.kind == ChannelEvent::Kind::Program && event.channel == channel) {
                changes.push_back(static_cast<std::uint32_t>(i));
            }
        }
        const auto before = [&score](std::uint32_t a, std::uint32_t b) {
            return std::tie(score.events[a].tick, a) < std::tie(score.events[b].tick, b);
        };
        std::sort(changes.begin(), changes.end(), before);
        // The program that is active at the note's tick; changes of its track from event `own` on
        // do not count within that tick. Within a tick the index grows with the track.
        const auto inForce = [&](const SmfNote& note, std::uint32_t own) {
            auto after = std::upper_bound(
                changes.begin(), changes.end(), note.start,
                [&](Tick tick, std::uint32_t i) { return tick < score.events[i].tick; });
            if (after != changes.begin() && *(after - 1) >= own &&
                score.events[*(after - 1)].track == note.track) {
                after = std::lower_bound(changes.begin(), after, own, before);
            }
            return after == changes.begin()
                       ? std::uint8_t{0}
                       : static_cast<std::uint8_t>(score.events[*(after - 1)].value);
        };
        for (SmfNote& note : score.notes) {
            if (note.channel == channel) {
                note.program = inForce(note, std::numeric_limits<std::uint32_t>::max());
            }
        }
        for (const SmfScore::Early& early : score.early) {
            SmfNote& note = score.notes[early.note];
            if (note.channel == channel) {
                note.program = inForce(note, early.event);
            }
        }
    }
}

/// Removes what begins after the time limit and shortens what sounds across it.
void cutAtTimeLimit(music::Song& song, SmfScore& score) {
    if (song.tempo.secondsAt(score.lastTick) <= kMaxSeconds) {
        return;
    }
    const Tick limit = song.tempo.tickAt(kMaxSeconds);
    std::size_t removed = 0;
    const auto cut = [&removed](auto& items, auto later) {
        removed += std::erase_if(items, later);
    };
    cut(score.tempi, [limit](const auto& change) { return change.tick > limit; });
    cut(score.metres, [limit](const auto& change) { return change.tick > limit; });
    song.tempo = music::TempoMap(song.ticksPerQuarter, score.tempi);
    song.metre = music::MetreMap(song.ticksPerQuarter, score.metres);
    cut(song.notes, [limit](const Note& note) { return note.start >= limit; });
    cut(song.events, [limit](const auto& event) { return event.tick > limit; });
    cut(song.sysex, [limit](const auto& event) { return event.tick > limit; });
    cut(song.metas, [limit](const auto& event) { return event.tick > limit; });
    cut(song.keys, [limit](const auto& event) { return event.tick > limit; });
    for (Note& note : song.notes) {
        if (note.end() > limit) {
            note.length = limit - note.start;
            ++removed;
        }
    }
    song.fillSeconds();
    if (removed > 0) {
        score.repairs.add(Repair::Kind::AfterTimeLimit, -1, 0, removed);
    }
}

} // namespace

music::Song assembleSong(SmfScore& score, int ticksPerQuarter) {
    music::Song song;
    song.ports = assignPorts(score);
    resolvePrograms(score);
    song.ticksPerQuarter = ticksPerQuarter;
    song.tempo = music::TempoMap(ticksPerQuarter, score.tempi);
    song.metre = music::MetreMap(ticksPerQuarter, score.metres);
    song.tracks = std::move(score.tracks);
    song.notes = finishNotes(score, song.tempo);
    song.events = finishEvents(score, song.tempo);
    song.sysex = std::move(score.sysex);
    song.metas = std::move(score.metas);
    song.keys = std::move(score.keys);
    sortByTick(song.sysex);
    sortByTick(song.metas);
    sortByTick(song.keys);
    music::markDrumParts(song);
    cutAtTimeLimit(song, score);
    return song;
}

} // namespace canto::midi
