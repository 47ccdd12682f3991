// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/polyphonic.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <set>
#include <string>

namespace canto::codec {

using music::Note;
using music::Tick;

namespace {

constexpr double kLeastSingle = 0.7;
constexpr double kLeastScore = 0.35;
constexpr std::size_t kLeastOnsets = 8;

bool isCandidate(const Note& note) {
    return !note.isDrum() && (note.program < 32 || note.program >= 40);
}

bool isCalledLead(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const char* word : {"lead", "melod", "vocal", "voice", "sing"}) {
        if (name.find(word) != std::string::npos) {
            return true;
        }
    }
    return false;
}

/// What is counted of a part.
struct PartCounts {
    std::map<Tick, int> notesAt; ///< by step
    std::size_t onTop = 0;
    std::set<int> bars;
};

} // namespace

std::optional<LeadPart> leadOf(const music::Song& song) {
    const Tick step = std::max(song.ticksPerQuarter / 4, 1);
    const auto stepOf = [step](Tick tick) { return (std::max<Tick>(tick, 0) + step / 2) / step; };
    constexpr Tick kMostSteps = 1 << 20;
    // The highest pitch that sounds in each step.
    std::vector<std::uint8_t> highest;
    for (const Note& note : song.notes) {
        if (!isCandidate(note)) {
            continue;
        }
        const auto first = std::min(stepOf(note.start), kMostSteps);
        const auto last = std::clamp(stepOf(note.end()), first + 1, kMostSteps + 1);
        if (static_cast<std::size_t>(last) > highest.size()) {
            highest.resize(static_cast<std::size_t>(last), 0);
        }
        for (auto at = first; at < last; ++at) {
            auto& top = highest[static_cast<std::size_t>(at)];
            top = std::max(top, note.pitch);
        }
    }
    std::map<std::pair<std::uint16_t, std::uint8_t>, PartCounts> parts;
    std::set<int> bars;
    for (const Note& note : song.notes) {
        const int bar = song.metre.barAt(note.start);
        bars.insert(bar);
        if (!isCandidate(note)) {
            continue;
        }
        auto& part = parts[{note.track, note.channel}];
        const auto at = std::min(stepOf(note.start), kMostSteps);
        ++part.notesAt[at];
        part.onTop += note.pitch >= highest[static_cast<std::size_t>(at)];
        part.bars.insert(bar);
    }
    std::optional<LeadPart> best;
    for (const auto& [key, part] : parts) {
        const auto onsets = part.notesAt.size();
        if (onsets < kLeastOnsets) {
            continue;
        }
        const auto single =
            static_cast<double>(std::count_if(part.notesAt.begin(), part.notesAt.end(),
                                              [](const auto& at) { return at.second == 1; }));
        const double singleShare = single / static_cast<double>(onsets);
        if (singleShare < kLeastSingle) {
            continue;
        }
        const double top =
            std::min(1.0, static_cast<double>(part.onTop) / static_cast<double>(onsets));
        const double activity =
            static_cast<double>(part.bars.size()) / static_cast<double>(bars.size());
        double score = singleShare * top * std::sqrt(activity);
        const bool named =
            key.first < song.tracks.size() && isCalledLead(song.tracks[key.first].name);
        score += (named ? 0.3 : 0.0) + (key.second == 3 ? 0.1 : 0.0);
        if (score >= kLeastScore && (!best || score > best->score)) {
            best = LeadPart{key.first, key.second, score};
        }
    }
    return best;
}

} // namespace canto::codec
