// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/writing.h"

#include <span>

namespace canto::models::muser {

/// writeWords after existing words (defined beside it); these are the beginning of the result, and
/// onWord is not called for them.
std::vector<codec::Word> continueWords(NetImpl& net, const torch::Tensor& vectors, int label,
                                       std::span<const codec::Word> begun,
                                       const WriteOptions& options, Random& random,
                                       const OnWord& onWord);

/// Called when a bar is complete, with the words so far; false stops.
using OnWords = std::function<bool(std::span<const codec::Word> soFar, int bars)>;

/// Appends `bars` bars to `words`, a phrase at a time: the last half phrase is encoded, the prior
/// continues its codes, and the decoder its words. A bar that does not fit into a phrase is written
/// again.
/// @param label 0 for none, else 1 + class. @param stop polled between words.
/// @return all words. Cancelled; Model if several attempts give no words.
Result<std::vector<codec::Word>> composeWords(NetImpl& net, std::vector<codec::Word> words,
                                              int label, int bars, const DrawOptions& options,
                                              Random& random, const OnWords& onBar,
                                              const std::function<bool()>& stop);

} // namespace canto::models::muser
