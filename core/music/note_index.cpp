// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/note_index.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <unordered_map>
#include <utility>

namespace canto::music {
namespace {

/// Differences of two MIDI pitches, from -127.
constexpr int kPitches = 128;
using Differences = std::array<std::uint32_t, 2 * kPitches>;

/// The highest note of each onset.
PhraseNotes tuneOf(const PhraseNotes& notes) {
    PhraseNotes tune;
    for (const auto& note : notes) {
        if (!tune.empty() && tune.back().onset == note.onset) {
            tune.back() = note;
        } else {
            tune.push_back(note);
        }
    }
    return tune;
}

/// A step of a tune in one number: where it begins, how long it takes, its interval.
std::uint64_t stepKey(const PhraseNote& from, const PhraseNote& to) {
    const auto gap = std::uint64_t(std::uint32_t(to.onset - from.onset));
    return (std::uint64_t(std::uint32_t(from.onset)) << 36U) ^ (gap << 9U) ^
           std::uint64_t(to.pitch - from.pitch + kPitches);
}

} // namespace

PhraseNotes phraseNotes(const Song& song, Tick from, Tick to) {
    PhraseNotes notes;
    for (const auto& note : song.notes) {
        if (note.start < from || note.start >= to || note.isDrum()) {
            continue;
        }
        const auto steps = (2 * (note.start - from) * kStepsPerQuarter + song.ticksPerQuarter) /
                           (2 * song.ticksPerQuarter);
        notes.push_back({std::int32_t(steps), std::int16_t(note.pitch)});
    }
    std::sort(notes.begin(), notes.end());
    notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
    return notes;
}

SameNotes sameNotes(const PhraseNotes& a, const PhraseNotes& b) {
    Differences differences{};
    auto other = b.begin();
    for (const auto& note : a) {
        while (other != b.end() && other->onset < note.onset) {
            ++other;
        }
        for (auto at = other; at != b.end() && at->onset == note.onset; ++at) {
            ++differences[std::size_t(at->pitch - note.pitch + kPitches)];
        }
    }
    SameNotes best;
    for (int distance = 0; distance < kPitches; ++distance) {
        for (const int semitones : {distance, -distance}) {
            const std::size_t count = differences[std::size_t(semitones + kPitches)];
            if (count > best.count) {
                best.count = count;
                best.semitones = semitones;
            }
        }
    }
    if (best.count > 0) {
        best.share = double(best.count) / double(std::max(a.size(), b.size()));
    }
    return best;
}

NoteIndex::NoteIndex(std::vector<PhraseNotes> phrases) : m_phrases(std::move(phrases)) {}

std::vector<NoteMatch> NoteIndex::nearest(const PhraseNotes& query, std::size_t count) const {
    std::vector<NoteMatch> found;
    for (std::size_t phrase = 0; phrase < m_phrases.size(); ++phrase) {
        const auto same = sameNotes(query, m_phrases[phrase]);
        if (same.count > 0) {
            found.push_back({phrase, same});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const NoteMatch& a, const NoteMatch& b) {
        return a.same.share > b.same.share;
    });
    found.resize(std::min(found.size(), count));
    return found;
}

std::vector<NotePair> NoteIndex::duplicates(double share) const {
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> having;
    std::vector<std::vector<std::uint64_t>> steps(m_phrases.size());
    for (std::size_t phrase = 0; phrase < m_phrases.size(); ++phrase) {
        const auto tune = tuneOf(m_phrases[phrase]);
        for (std::size_t i = 1; i < tune.size(); ++i) {
            steps[phrase].push_back(stepKey(tune[i - 1], tune[i]));
            having[steps[phrase].back()].push_back(std::uint32_t(phrase));
        }
    }
    std::vector<NotePair> pairs;
    std::vector<std::uint32_t> others;
    std::vector<std::uint32_t> common(m_phrases.size()); // steps in common with the phrase
    for (std::size_t phrase = 0; phrase < m_phrases.size(); ++phrase) {
        others.clear();
        std::size_t counted = 0;
        for (const auto key : steps[phrase]) {
            const auto& all = having[key];
            if (all.size() > kCommonStep) {
                continue;
            }
            ++counted;
            for (auto at = std::upper_bound(all.begin(), all.end(), std::uint32_t(phrase));
                 at != all.end(); ++at) {
                if (common[*at]++ == 0) {
                    others.push_back(*at);
                }
            }
        }
        // Each note that only one of the two has changes two steps at most.
        const double most = double(m_phrases[phrase].size()) / share; // notes of the other
        const double needed = double(counted) - 4 * (1 - share) * most;
        std::erase_if(others, [&common, needed](std::uint32_t other) {
            return double(std::exchange(common[other], 0U)) < needed;
        });
        std::sort(others.begin(), others.end());
        for (const auto other : others) {
            const auto same = sameNotes(m_phrases[phrase], m_phrases[other]);
            if (same.share >= share) {
                pairs.push_back({phrase, other, same});
            }
        }
    }
    std::stable_sort(pairs.begin(), pairs.end(), [](const NotePair& a, const NotePair& b) {
        return a.same.share > b.same.share;
    });
    return pairs;
}

} // namespace canto::music
