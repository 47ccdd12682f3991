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
            song.notes.push_back(note);
        }
        for (auto event : phrases[i].events) {
            event.tick += offset;
            song.events.push_back(event);
        }
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
