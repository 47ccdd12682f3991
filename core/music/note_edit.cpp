// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/note_edit.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <tuple>

namespace canto::music {

namespace {

constexpr int kHighestPitch = 127;
constexpr int kLoudest = 127;

/// Changes the named notes and finds them again after sorting.
template <class Change>
EditedSong changed(const Song& song, std::span<const std::size_t> notes, Change change) {
    EditedSong result{song, {}};
    std::vector<bool> named(song.notes.size(), false);
    for (const std::size_t index : notes) {
        if (index < named.size()) {
            named[index] = true;
            change(result.song.notes[index]);
        }
    }
    // Song::finish() sorts stably by the same order: sorting indices first shows where each goes.
    std::vector<std::size_t> order(song.notes.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    const auto& all = result.song.notes;
    std::stable_sort(order.begin(), order.end(), [&all](std::size_t a, std::size_t b) {
        const Note &x = all[a], &y = all[b];
        return std::tie(x.start, x.track, x.channel, x.pitch) <
               std::tie(y.start, y.track, y.channel, y.pitch);
    });
    for (std::size_t at = 0; at < order.size(); ++at) {
        if (named[order[at]]) {
            result.notes.push_back(at);
        }
    }
    result.song.finish();
    return result;
}

int velocityOf(int value) { return std::clamp(value, 1, kLoudest); }

} // namespace

Tick gridStep(Snap snap, int ticksPerQuarter) {
    const Tick quarter = std::max(ticksPerQuarter, 1);
    Tick step = 1;
    switch (snap) {
    case Snap::Off:
        break;
    case Snap::Quarter:
        step = quarter;
        break;
    case Snap::Eighth:
        step = quarter / 2;
        break;
    case Snap::Sixteenth:
        step = quarter / 4;
        break;
    case Snap::EighthTriplet:
        step = quarter / 3;
        break;
    case Snap::SixteenthTriplet:
        step = quarter / 6;
        break;
    }
    return std::max<Tick>(step, 1);
}

Tick snapped(const Song& song, Tick tick, Snap snap) {
    tick = std::max<Tick>(tick, 0);
    if (snap == Snap::Off) {
        return tick;
    }
    const Tick step = gridStep(snap, song.ticksPerQuarter);
    const int bar = song.metre.barAt(tick);
    const Tick from = song.metre.barStart(bar);
    const Tick line = from + (tick - from + step / 2) / step * step;
    // The next bar begins with a line of its own, also where a bar is not a whole number of steps.
    const Tick next = song.metre.barStart(bar + 1);
    return next - tick <= std::abs(tick - line) ? next : line;
}

EditedSong moveNotes(const Song& song, std::span<const std::size_t> notes, Tick by, int semitones) {
    for (const std::size_t index : notes) {
        if (index < song.notes.size()) {
            const Note& note = song.notes[index];
            by = std::max(by, -note.start);
            semitones = std::clamp(semitones, -int(note.pitch), kHighestPitch - int(note.pitch));
        }
    }
    return changed(song, notes, [by, semitones](Note& note) {
        note.start += by;
        note.pitch = static_cast<std::uint8_t>(note.pitch + semitones);
    });
}

EditedSong resizeNotes(const Song& song, std::span<const std::size_t> notes, Tick by,
                       Tick shortest) {
    return changed(song, notes, [by, shortest](Note& note) {
        note.length = std::max({note.length + by, std::min(shortest, note.length), Tick(1)});
    });
}

EditedSong deleteNotes(const Song& song, std::span<const std::size_t> notes) {
    EditedSong result{song, {}};
    std::vector<bool> gone(song.notes.size(), false);
    for (const std::size_t index : notes) {
        if (index < gone.size()) {
            gone[index] = true;
        }
    }
    result.song.notes.clear();
    for (std::size_t i = 0; i < gone.size(); ++i) {
        if (!gone[i]) {
            result.song.notes.push_back(song.notes[i]);
        }
    }
    result.song.finish();
    return result;
}

EditedSong addNote(const Song& song, Note note) {
    note.start = std::max<Tick>(note.start, 0);
    note.length = std::max<Tick>(note.length, 1);
    note.pitch = std::min<std::uint8_t>(note.pitch, kHighestPitch);
    note.velocity = static_cast<std::uint8_t>(velocityOf(note.velocity));
    Song longer = song;
    longer.notes.push_back(note);
    const std::size_t last = longer.notes.size() - 1;
    return changed(longer, std::span(&last, 1), [](Note&) {});
}

EditedSong setVelocity(const Song& song, std::span<const std::size_t> notes, int velocity) {
    return changed(song, notes, [velocity](Note& note) {
        note.velocity = static_cast<std::uint8_t>(velocityOf(velocity));
    });
}

EditedSong changeVelocity(const Song& song, std::span<const std::size_t> notes, int by) {
    return changed(song, notes, [by](Note& note) {
        note.velocity = static_cast<std::uint8_t>(velocityOf(note.velocity + by));
    });
}

EditedSong quantise(const Song& song, std::span<const std::size_t> notes, Snap snap) {
    return changed(song, notes,
                   [&song, snap](Note& note) { note.start = snapped(song, note.start, snap); });
}

Song withProgram(const Song& song, std::size_t track, int program) {
    Song result = song;
    std::array<bool, 256> channels{};
    for (Note& note : result.notes) {
        if (note.track == track && !note.isDrum()) {
            note.program = static_cast<std::uint8_t>(std::clamp(program, 0, 127));
            channels[note.channel] = true;
        }
    }
    // Other tracks on the channel keep their sound: a note's own program goes before events.
    std::erase_if(result.events, [&channels](const ChannelEvent& event) {
        return event.kind == ChannelEvent::Kind::Program && channels[event.channel];
    });
    return result;
}

Note noteFor(const Song& song, std::size_t track) {
    Note made;
    made.track = static_cast<std::uint16_t>(track);
    std::array<bool, 256> used{};
    for (const Note& note : song.notes) {
        if (note.track == track) {
            made.channel = note.channel;
            made.program = note.program;
            made.part = note.part;
            return made;
        }
        used[note.channel] = true;
    }
    for (std::uint8_t channel = 0; channel < kPortChannels; ++channel) {
        if (!used[channel] && channel != kDrumChannel) {
            made.channel = channel;
            break;
        }
    }
    return made;
}

NoteDifference compareNotes(const Song& before, const Song& after) {
    using Kind = NoteDifference::Kind;
    NoteDifference difference;
    difference.after.assign(after.notes.size(), Kind::Added);
    std::vector<bool> matched(before.notes.size(), false);
    // Equal position first, so that a note that stayed is never the origin of one that moved.
    std::multimap<std::tuple<Tick, int, int>, std::size_t> byPosition;
    for (std::size_t i = 0; i < before.notes.size(); ++i) {
        const Note& note = before.notes[i];
        byPosition.emplace(std::tuple(note.start, int(note.track), int(note.pitch)), i);
    }
    for (std::size_t i = 0; i < after.notes.size(); ++i) {
        const Note& note = after.notes[i];
        const auto found =
            byPosition.find(std::tuple(note.start, int(note.track), int(note.pitch)));
        if (found != byPosition.end()) {
            const Note& old = before.notes[found->second];
            const bool equal = old.length == note.length && old.velocity == note.velocity;
            difference.after[i] = equal ? Kind::Same : Kind::Changed;
            matched[found->second] = true;
            byPosition.erase(found);
        }
    }
    // What moved along one of the two axes; of several origins the first in time.
    std::multimap<std::tuple<int, Tick, int>, std::size_t> byPitch;
    std::multimap<std::tuple<int, Tick, Tick>, std::size_t> byStart;
    for (std::size_t i = 0; i < before.notes.size(); ++i) {
        const Note& note = before.notes[i];
        if (!matched[i]) {
            byPitch.emplace(std::tuple(int(note.track), note.length, int(note.pitch)), i);
            byStart.emplace(std::tuple(int(note.track), note.length, note.start), i);
        }
    }
    const auto take = [&matched](auto& map, const auto& key) {
        auto [at, end] = map.equal_range(key);
        while (at != end && matched[at->second]) {
            at = map.erase(at);
        }
        return at != end ? at->second : matched.size();
    };
    for (std::size_t i = 0; i < after.notes.size(); ++i) {
        if (difference.after[i] != Kind::Added) {
            continue;
        }
        const Note& note = after.notes[i];
        std::size_t from = take(byStart, std::tuple(int(note.track), note.length, note.start));
        if (from == matched.size()) {
            from = take(byPitch, std::tuple(int(note.track), note.length, int(note.pitch)));
        }
        if (from < matched.size()) {
            matched[from] = true;
            difference.after[i] = Kind::Moved;
            difference.movedFrom.push_back(from);
        }
    }
    std::sort(difference.movedFrom.begin(), difference.movedFrom.end());
    for (std::size_t i = 0; i < matched.size(); ++i) {
        if (!matched[i]) {
            difference.removed.push_back(i);
        }
    }
    return difference;
}

} // namespace canto::music
