// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/choosing.h"

#include <span>

namespace canto::models::muser {

/// writeWords after existing words (defined beside it); these are the beginning of the result, and
/// onWord is not called for them.
std::vector<codec::Word> continueWords(NetImpl& net, const torch::Tensor& vectors, int label,
                                       std::span<const codec::Word> begun,
                                       const WriteOptions& options, Random& random,
                                       const OnWord& onWord);

struct ComposePlan {
    int bars = 8; ///< new ones
    /// What the prior is conditioned on, for each new bar; the last holds on. Empty: nothing.
    std::vector<Mixture> moods;
    /// Letters of sections of equal length, such as "AABA": where one returns, its bars are copied
    /// with variation. Empty: no bar is copied.
    std::string form;
};

/// The new bar that new bar `bar` varies: the same bar of the first section of its letter. The last
/// bar of a section that returns is new, if sections have four bars or more.
std::optional<int> variedBar(const ComposePlan& plan, int bar);

/// Called when a bar is complete, with the words so far; false stops.
using OnWords = std::function<bool(std::span<const codec::Word> soFar, int bars)>;

/// Appends bars to `words`, at most half a phrase at a time, and a bar at a time while the mood
/// changes: the last half phrase is encoded, the prior continues its codes, and the decoder its
/// words. Of a third of options.candidates continuations the one of least cost is kept, for one
/// rank among the targets in the whole piece. A varied bar keeps its codes but for velocities, an
/// eighth of the pitches and, under another mood, tempo and chords. A bar that does not fit into a
/// phrase is written again.
/// @param stop polled between words.
/// @return all words. Cancelled; Model if several attempts give no words.
Result<std::vector<codec::Word>> composeWords(NetImpl& net, std::vector<codec::Word> words,
                                              const ComposePlan& plan, const DrawTargets& targets,
                                              const DrawOptions& options, Random& random,
                                              const OnWords& onBar,
                                              const std::function<bool()>& stop);

} // namespace canto::models::muser
