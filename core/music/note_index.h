// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Phrases compared by their notes, in whatever key they are.

#include "core/music/song.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace canto::music {

/// Steps of the grid on which notes are compared: sixteenths and triplets fall on it.
inline constexpr int kStepsPerQuarter = 12;

/// Onset and pitch of a note of a phrase.
struct PhraseNote {
    std::int32_t onset = 0; ///< steps from the start of the phrase
    std::int16_t pitch = 60;
    auto operator<=>(const PhraseNote&) const = default;
};
/// By onset and pitch, each once.
using PhraseNotes = std::vector<PhraseNote>;

/// The notes that begin in [from, to), at the nearest step; drums are left out. Thread: any.
PhraseNotes phraseNotes(const Song& song, Tick from, Tick to);

/// How many notes of two phrases are the same.
struct SameNotes {
    std::size_t count = 0; ///< notes with equal onset, and equal pitch once transposed
    /// Of the notes of the phrase that has more of them, 0 to 1; 0 where one has none.
    double share = 0;
    int semitones = 0; ///< the second phrase is the first, transposed by these
};
/// With the transposition that makes most notes the same; of several, the smallest, and of those
/// up before down. Thread: any.
SameNotes sameNotes(const PhraseNotes& a, const PhraseNotes& b);

/// A phrase that was found.
struct NoteMatch {
    std::size_t phrase = 0; ///< its place among the phrases of the index
    SameNotes same;
};
/// Two phrases that are nearly the same; a < b.
struct NotePair {
    std::size_t a = 0, b = 0;
    SameNotes same;
};

/// Phrases to search by their notes. Immutable; const use from any thread.
class NoteIndex {
  public:
    explicit NoteIndex(std::vector<PhraseNotes> phrases);

    std::size_t size() const { return m_phrases.size(); }
    const PhraseNotes& notes(std::size_t phrase) const { return m_phrases[phrase]; }

    /// The phrases with the largest share of the same notes, at most `count` of them, largest
    /// first, then by their place. Those without a note in common are left out. Exact.
    std::vector<NoteMatch> nearest(const PhraseNotes& query, std::size_t count) const;

    /// Pairs with at least this share of the same notes, largest first, then by their places.
    /// Only phrases that have a step of the tune (their highest notes) in common are compared, and
    /// steps that more than kCommonStep phrases have do not count. @param share  in (0, 1].
    std::vector<NotePair> duplicates(double share) const;

    static constexpr std::size_t kCommonStep = 400;

  private:
    std::vector<PhraseNotes> m_phrases;
};

} // namespace canto::music
