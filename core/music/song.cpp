// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/song.h"

#include "core/music/drum_parts.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace canto::music {

Tick Song::endTick() const {
    Tick end = 0;
    for (const Note& note : notes) {
        end = std::max(end, note.end());
    }
    return end;
}

Seconds Song::endSeconds() const { return tempo.secondsAt(endTick()); }

int Song::bars() const {
    const Tick end = endTick();
    return end == 0 ? 0 : metre.barAt(end - 1) + 1;
}

void Song::finish() {
    const auto before = [](const Note& a, const Note& b) {
        return std::tie(a.start, a.track, a.channel, a.pitch) <
               std::tie(b.start, b.track, b.channel, b.pitch);
    };
    const auto earlier = [](const auto& a, const auto& b) { return a.tick < b.tick; };
    if (!std::is_sorted(notes.begin(), notes.end(), before)) {
        std::stable_sort(notes.begin(), notes.end(), before);
    }
    std::stable_sort(events.begin(), events.end(), earlier);
    std::stable_sort(sysex.begin(), sysex.end(), earlier);
    std::stable_sort(metas.begin(), metas.end(), earlier);
    std::stable_sort(keys.begin(), keys.end(), earlier);
    fillSeconds();
}

void Song::fillSeconds() {
    TempoCursor noteCursor(tempo);
    for (Note& note : notes) {
        note.startSeconds = noteCursor.secondsAt(note.start);
        TempoCursor endCursor = noteCursor;
        note.lengthSeconds = endCursor.secondsAt(note.end()) - note.startSeconds;
    }
    TempoCursor eventCursor(tempo);
    for (ChannelEvent& event : events) {
        event.seconds = eventCursor.secondsAt(event.tick);
    }
}

Song Song::excerpt(Tick from, Tick to) const {
    Song part;
    part.ticksPerQuarter = ticksPerQuarter;
    part.tracks = tracks;
    part.ports = ports;

    std::vector<TempoChange> tempi;
    const double micros = 60e6 / tempo.bpmAt(from);
    tempi.push_back({0, static_cast<std::uint32_t>(micros + 0.5)});
    for (const TempoChange& change : tempo.changes()) {
        if (change.tick > from && change.tick < to) {
            tempi.push_back({change.tick - from, change.microsPerQuarter});
        }
    }
    part.tempo = TempoMap(ticksPerQuarter, std::move(tempi));

    MetreChange metreAtStart = metre.metreAt(from);
    metreAtStart.tick = 0;
    std::vector<MetreChange> metres{metreAtStart};
    for (MetreChange change : metre.changes()) {
        if (change.tick > from && change.tick < to) {
            change.tick -= from;
            metres.push_back(change);
        }
    }
    part.metre = MetreMap(ticksPerQuarter, std::move(metres));

    // The last value of each state of a channel, in the order of the file: a bank must come before
    // its program, the number of a registered parameter before its value.
    std::map<std::tuple<std::uint8_t, ChannelEvent::Kind, std::uint8_t>, std::size_t> latest;
    for (std::size_t i = 0; i < events.size() && events[i].tick <= from; ++i) {
        latest[{events[i].channel, events[i].kind, events[i].number}] = i;
    }
    std::vector<std::size_t> state;
    for (const auto& entry : latest) {
        state.push_back(entry.second);
    }
    std::sort(state.begin(), state.end());
    for (const std::size_t i : state) {
        part.events.push_back(events[i]);
        part.events.back().tick = 0;
    }
    for (ChannelEvent event : events) {
        if (event.tick > from && event.tick < to) {
            event.tick -= from;
            part.events.push_back(event);
        }
    }
    // Of system exclusive messages only those that make parts drums or instruments.
    for (SysExEvent message : sysex) {
        if (message.tick < to && partSetupOf(message.bytes)) {
            message.tick = std::max<Tick>(message.tick - from, 0);
            part.sysex.push_back(std::move(message));
        }
    }
    for (Note note : notes) {
        if (note.start < to && note.end() > from) {
            const Tick end = std::min(note.end(), to) - from;
            note.start = std::max<Tick>(note.start - from, 0);
            note.length = end - note.start;
            part.notes.push_back(note);
        }
    }
    part.finish();
    return part;
}

} // namespace canto::music
