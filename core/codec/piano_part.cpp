// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/piano_part.h"

#include <algorithm>
#include <map>
#include <set>

namespace canto::codec {

using music::Note;

namespace {

constexpr int kReach = 14;
constexpr int kFingers = 4; ///< of a hand at once

/// Which of the notes that begin together, sorted by pitch, are kept.
std::vector<Note> playable(const std::vector<Note>& together) {
    std::vector<bool> keep(together.size(), false);
    const int bass = together.front().pitch;
    const int top = together.back().pitch;
    int left = 0;
    int right = 0;
    for (std::size_t i = 0; i < together.size(); ++i) {
        const std::size_t high = together.size() - 1 - i;
        if (!keep[high] && right < kFingers && top - together[high].pitch <= kReach) {
            keep[high] = true;
            ++right;
        }
        if (!keep[i] && left < kFingers && together[i].pitch - bass <= kReach) {
            keep[i] = true;
            ++left;
        }
    }
    std::vector<Note> kept;
    for (std::size_t i = 0; i < together.size(); ++i) {
        if (keep[i]) {
            kept.push_back(together[i]);
        }
    }
    return kept;
}

} // namespace

std::string PianoPart::said() const {
    const auto gone = drums + doubled + outOfReach;
    if (!reduced && gone == 0) {
        return {};
    }
    return "Reduced from " + std::to_string(instruments) +
           " instruments to piano: " + std::to_string(gone) + " of " +
           std::to_string(gone + notes.size()) + " notes are left out";
}

PianoPart pianoPartOf(const music::Song& song, const BeatGrid& grid) {
    PianoPart part;
    std::set<int> instruments;
    for (const auto& note : song.notes) {
        instruments.insert(note.isDrum() ? -1 : note.program);
        part.reduced = part.reduced || note.isDrum() || note.program > 7;
    }
    part.instruments = static_cast<int>(instruments.size());
    if (!part.reduced) {
        part.notes = song.notes;
        std::sort(part.notes.begin(), part.notes.end(), [](const Note& a, const Note& b) {
            return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
        });
        return part;
    }
    std::map<std::int64_t, std::map<int, Note>> steps;
    for (const auto& note : song.notes) {
        if (note.isDrum()) {
            ++part.drums;
            continue;
        }
        const auto [at, added] = steps[grid.stepAt(note.start)].emplace(note.pitch, note);
        if (!added) {
            ++part.doubled;
            at->second.velocity = std::max(at->second.velocity, note.velocity);
            at->second.length = std::max(at->second.length, note.length);
        }
    }
    for (const auto& [step, pitches] : steps) {
        std::vector<Note> together;
        for (const auto& [pitch, note] : pitches) {
            together.push_back(note);
        }
        auto kept = playable(together);
        part.outOfReach += together.size() - kept.size();
        part.notes.insert(part.notes.end(), kept.begin(), kept.end());
    }
    std::sort(part.notes.begin(), part.notes.end(), [](const Note& a, const Note& b) {
        return std::pair(a.start, a.pitch) < std::pair(b.start, b.pitch);
    });
    return part;
}

} // namespace canto::codec
