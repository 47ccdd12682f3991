// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/file_notes.h"

#include "core/codec/ratio.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

namespace canto::codec {

namespace {

/// A note by its onset, in sixteenths.
struct Placed {
    double onset = 0;
    int velocity = 0;
    bool top = false;
    bool matched = false;
};

/// The notes of a song by kind and pitch, each list by onset, each note once.
using Lists = std::map<std::pair<bool, int>, std::vector<Placed>>;

/// Whether each note of a song is the highest of those that sound when it begins.
std::vector<bool> topNotes(const music::Song& song) {
    std::vector<bool> top(song.notes.size(), false);
    std::vector<const music::Note*> sounding;
    const auto quarter = std::max(song.ticksPerQuarter, 1);
    // Notes of a chord that is not played quite together begin with it.
    const music::Tick together = quarter / 12;
    for (std::size_t i = 0; i < song.notes.size(); ++i) {
        const auto& note = song.notes[i];
        if (note.isDrum()) {
            continue;
        }
        std::erase_if(sounding, [&](const music::Note* n) { return n->end() <= note.start; });
        bool highest = std::none_of(sounding.begin(), sounding.end(),
                                    [&](const music::Note* n) { return n->pitch > note.pitch; });
        for (std::size_t k = i + 1;
             highest && k < song.notes.size() && song.notes[k].start <= note.start + together;
             ++k) {
            highest = song.notes[k].isDrum() || song.notes[k].pitch <= note.pitch;
        }
        top[i] = highest;
        sounding.push_back(&note);
    }
    return top;
}

Lists listsOf(const music::Song& song) {
    const auto top = topNotes(song);
    const double sixteenth = std::max(song.ticksPerQuarter, 1) / 4.0;
    Lists lists;
    for (std::size_t i = 0; i < song.notes.size(); ++i) {
        const auto& note = song.notes[i];
        lists[{note.isDrum(), note.pitch}].push_back(
            {static_cast<double>(note.start) / sixteenth, note.velocity, top[i], false});
    }
    for (auto& [key, list] : lists) {
        std::stable_sort(list.begin(), list.end(),
                         [](const Placed& a, const Placed& b) { return a.onset < b.onset; });
        std::vector<Placed> once;
        for (const Placed& note : list) {
            const bool same = !once.empty() &&
                              std::floor(once.back().onset + 0.5) == std::floor(note.onset + 0.5);
            if (same) {
                once.back().velocity = std::max(once.back().velocity, note.velocity);
                once.back().top = once.back().top || note.top;
            } else {
                once.push_back(note);
            }
        }
        list = std::move(once);
    }
    return lists;
}

} // namespace

FileNotes compareNotes(const music::Song& file, const music::Song& other) {
    const auto truth = listsOf(file);
    auto guesses = listsOf(other);
    FileNotes result;
    for (const auto& [key, list] : truth) {
        auto& candidates = guesses[key];
        result.notes += list.size();
        result.drums += key.first ? list.size() : 0;
        constexpr double kWithin = 1.0 + 1e-6;
        std::size_t first = 0;
        for (const Placed& note : list) {
            result.top += note.top;
            while (first < candidates.size() &&
                   (candidates[first].matched || candidates[first].onset < note.onset - kWithin)) {
                ++first;
            }
            // Of those within reach the nearest; of the earlier ones nothing else can use them.
            std::size_t best = candidates.size();
            for (std::size_t i = first;
                 i < candidates.size() && candidates[i].onset <= note.onset + kWithin; ++i) {
                if (!candidates[i].matched && (best == candidates.size() ||
                                               std::abs(candidates[i].onset - note.onset) <
                                                   std::abs(candidates[best].onset - note.onset))) {
                    best = i;
                }
            }
            if (best == candidates.size()) {
                continue;
            }
            candidates[best].matched = true;
            ++result.found;
            result.exact +=
                std::floor(candidates[best].onset + 0.5) == std::floor(note.onset + 0.5);
            result.topFound += note.top;
            result.drumsFound += key.first;
            result.velocityError +=
                static_cast<std::uint64_t>(std::abs(candidates[best].velocity - note.velocity));
        }
    }
    for (const auto& [key, list] : guesses) {
        const auto right = static_cast<std::uint64_t>(std::count_if(
            list.begin(), list.end(), [](const Placed& note) { return note.matched; }));
        result.other += list.size();
        result.otherRight += right;
        result.otherDrums += key.first ? list.size() : 0;
        result.otherDrumsRight += key.first ? right : 0;
    }
    return result;
}

FileNotes& FileNotes::operator+=(const FileNotes& more) {
    notes += more.notes;
    found += more.found;
    other += more.other;
    otherRight += more.otherRight;
    exact += more.exact;
    top += more.top;
    topFound += more.topFound;
    drums += more.drums;
    drumsFound += more.drumsFound;
    otherDrums += more.otherDrums;
    otherDrumsRight += more.otherDrumsRight;
    velocityError += more.velocityError;
    return *this;
}

double FileNotes::recall() const { return ratio(found, notes); }
double FileNotes::precision() const { return ratio(otherRight, other); }
double FileNotes::f1() const { return ratio(2 * found, notes + other); }
double FileNotes::exactRecall() const { return ratio(exact, notes); }
double FileNotes::topRecall() const { return ratio(topFound, top); }
double FileNotes::drumRecall() const { return ratio(drumsFound, drums); }
double FileNotes::drumF1() const { return ratio(2 * drumsFound, drums + otherDrums); }
double FileNotes::velocityOff() const { return ratio(velocityError, found); }

} // namespace canto::codec
