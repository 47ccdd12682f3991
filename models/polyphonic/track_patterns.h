// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which tracks play together in phrases of each class: a part of the prior that the card of the
// weights holds.

#include "core/base/random.h"
#include "models/polyphonic/dataset.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace canto::models::polyphonic {

class TrackPatterns {
  public:
    /// Key of the card.
    static constexpr const char* kKey = "tracksOfClasses";

    TrackPatterns() = default;
    /// The commonest patterns of each class in the training songs.
    static TrackPatterns of(const Dataset& dataset);
    /// Empty for a text that is not of this many classes. "[[[PATTERN, PHRASES], ...], ...]": bit n
    /// of a pattern says whether track n plays.
    static TrackPatterns fromCard(const std::string& text, std::size_t classes);
    std::string toCard() const;

    bool any() const { return !m_classes.empty(); }
    /// @param label  nothing: that of any class. Only if any().
    std::array<bool, kVoices> draw(std::optional<int> label, Random& random) const;
    /// Share of a class's phrases in which each track plays. Only if any().
    std::array<double, kVoices> shares(int label) const;

  private:
    struct Pattern {
        int tracks = 0; ///< bits
        double phrases = 0;
    };
    std::vector<std::vector<Pattern>> m_classes;
};

} // namespace canto::models::polyphonic
