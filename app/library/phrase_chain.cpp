// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/phrase_chain.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace canto {

namespace {

/// Changes without effect are left out.
void addTempo(std::vector<music::TempoChange>& changes, music::TempoChange change) {
    const auto inForce =
        changes.empty() ? music::TempoChange{}.microsPerQuarter : changes.back().microsPerQuarter;
    if (change.microsPerQuarter != inForce) {
        changes.push_back(change);
    }
}

/// The track of a song with the same name, added if there is none.
std::uint16_t trackIn(music::Song& song, const music::Song& phrase, std::uint16_t track) {
    if (track >= phrase.tracks.size()) {
        return track;
    }
    const auto same = std::find(song.tracks.begin(), song.tracks.end(), phrase.tracks[track]);
    if (same == song.tracks.end()) {
        song.tracks.push_back(phrase.tracks[track]);
        return static_cast<std::uint16_t>(song.tracks.size() - 1);
    }
    return static_cast<std::uint16_t>(same - song.tracks.begin());
}

} // namespace

music::Song chainPhrases(std::span<const music::Song> phrases, int bars) {
    if (phrases.empty()) {
        return {};
    }
    music::Song song = phrases.front();
    const music::Tick length = music::Tick(song.ticksPerQuarter) * 4 * bars;
    std::vector<music::TempoChange> tempo;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        const music::Tick offset = length * static_cast<music::Tick>(i);
        const auto& changes = phrases[i].tempo.changes();
        if (changes.empty() || changes.front().tick > 0) {
            addTempo(tempo, {.tick = offset});
        }
        for (auto change : changes) {
            if (change.tick < length) {
                change.tick += offset;
                addTempo(tempo, change);
            }
        }
    }
    song.tempo = music::TempoMap(song.ticksPerQuarter, std::move(tempo));
    for (std::size_t i = 1; i < phrases.size(); ++i) {
        const music::Tick offset = length * static_cast<music::Tick>(i);
        for (auto note : phrases[i].notes) {
            note.start += offset;
            note.track = trackIn(song, phrases[i], note.track);
            song.notes.push_back(note);
        }
        for (auto event : phrases[i].events) {
            event.tick += offset;
            event.track = trackIn(song, phrases[i], event.track);
            song.events.push_back(event);
        }
    }
    song.finish();
    return song;
}

music::Song placePhrases(std::span<const music::Song> phrases, std::span<const PhrasePlace> places,
                         music::TempoMap tempo, music::MetreMap metre) {
    music::Song song;
    song.ticksPerQuarter = tempo.ticksPerQuarter();
    song.tempo = std::move(tempo);
    song.metre = std::move(metre);
    music::Tick covered = 0;
    const auto count = std::min(phrases.size(), places.size());
    for (std::size_t next = 0; next < count;) {
        // The latest that leaves no gap; if all leave one, the first.
        std::size_t at = count;
        for (; next < count && places[next].start <= covered; ++next) {
            if (places[next].end > covered) {
                at = next;
            }
        }
        if (at == count && next < count) {
            at = next++;
        }
        if (at == count) {
            break;
        }
        const auto& phrase = phrases[at];
        const auto& place = places[at];
        const auto from = std::max(covered, place.start);
        const double ratio = static_cast<double>(song.ticksPerQuarter) / phrase.ticksPerQuarter;
        const auto moved = [&](music::Tick tick) -> music::Tick {
            return place.start + std::llround(static_cast<double>(tick) * ratio);
        };
        for (auto event : phrase.events) {
            event.tick = std::max(moved(event.tick), from);
            event.track = trackIn(song, phrase, event.track);
            if (event.tick < place.end) {
                song.events.push_back(event);
            }
        }
        for (auto note : phrase.notes) {
            const auto end = std::min(moved(note.end()), place.end);
            note.start = moved(note.start);
            if (note.start >= from && note.start < end) {
                note.length = end - note.start;
                note.track = trackIn(song, phrase, note.track);
                song.notes.push_back(note);
            }
        }
        covered = place.end;
    }
    song.finish();
    return song;
}

std::vector<std::vector<float>> straightPath(const std::vector<float>& from,
                                             const std::vector<float>& to, int steps) {
    std::vector<std::vector<float>> path;
    for (int i = 0; i < steps; ++i) {
        const float share = static_cast<float>(i) / static_cast<float>(std::max(1, steps - 1));
        auto& point = path.emplace_back(from.size());
        for (std::size_t d = 0; d < from.size(); ++d) {
            point[d] = (1 - share) * from[d] + share * to[d];
        }
    }
    return path;
}

double tempoBetween(double first, double second, double share) {
    return first * std::pow(second / first, share);
}

} // namespace canto
