// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/dataset.h"
#include "models/muser/net.h"
#include "models/train/run_control.h"

#include <functional>

namespace canto::models::muser {

struct Share {
    std::int64_t right = 0;
    std::int64_t all = 0;
    double accuracy() const {
        return all > 0 ? static_cast<double>(right) / static_cast<double>(all) : 0.0;
    }
};

/// Whether a word sets the value of an element: pitch, duration and velocity of notes, tempo and
/// chord where they are not kContinue, the beat of every position, the type of every word.
bool says(const codec::Word& word, int element);

struct ReconstructionScores {
    /// The most probable value, over words that set the element.
    std::array<Share, kElements> elements;
    double nats = 0;      ///< cross-entropy, mean over elements and words
    double priorNats = 0; ///< of the codes of a position
    double codesUsed = 0; ///< mean share of a book's codes that occurred
};

/// The decoder's input is the true words before each position. Cancelled.
Result<ReconstructionScores> teacherForced(NetImpl& net, const Dataset& dataset,
                                           const std::vector<std::int64_t>& rows,
                                           const train::Stop& stop);

/// Results of frequency baselines on the same words.
class Guesses {
  public:
    /// Counts whole songs.
    void learn(std::span<const codec::Word> words);
    /// The most frequent value.
    std::array<Share, kElements> unigram(std::span<const codec::Word> words) const {
        return guessed(words, false);
    }
    /// The value that most often follows the one before (at first the most frequent one).
    std::array<Share, kElements> bigram(std::span<const codec::Word> words) const {
        return guessed(words, true);
    }

  private:
    std::array<Share, kElements> guessed(std::span<const codec::Word> words, bool fromBefore) const;

    std::array<std::array<std::int64_t, 256>, kElements> m_counts{};
    using Counts = std::array<std::int64_t, 256>;
    /// By element and value before; too large for a thread's stack.
    std::vector<std::array<Counts, 256>> m_pairs = std::vector<std::array<Counts, 256>>(kElements);
};

/// Matches notes: the same pitch at most one sixteenth away, one to one.
struct NoteMatch {
    std::int64_t matched = 0;
    std::int64_t expected = 0;
    std::int64_t written = 0;
    double f1() const {
        return expected + written > 0
                   ? 2.0 * static_cast<double>(matched) / static_cast<double>(expected + written)
                   : 1.0;
    }
    NoteMatch& operator+=(const NoteMatch& other);
};
NoteMatch matchNotes(std::span<const codec::Word> expected, std::span<const codec::Word> written);

} // namespace canto::models::muser
