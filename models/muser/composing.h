// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/muser/writing.h"

#include <span>

namespace canto::models::muser {

/// writeWords after words that are there already (defined beside it); they come first in what is
/// returned, and onWord is not told of them.
std::vector<codec::Word> continueWords(NetImpl& net, const torch::Tensor& vectors, int label,
                                       std::span<const codec::Word> begun,
                                       const WriteOptions& options, Random& random,
                                       const OnWord& onWord);

/// Called when a bar is whole, with the words so far; false stops.
using OnWords = std::function<bool(std::span<const codec::Word> soFar, int bars)>;

/// `bars` more bars after `words`, a phrase at a time: the last half phrase is encoded, the prior
/// goes on from its codes, and the decoder from its words. A bar that does not fit a phrase is
/// written again.
/// @param label 0 for none, else 1 + class. @param stop asked between words.
/// @return all words. Cancelled; Model when nothing comes of it again and again.
Result<std::vector<codec::Word>> composeWords(NetImpl& net, std::vector<codec::Word> words,
                                              int label, int bars, const DrawOptions& options,
                                              Random& random, const OnWords& onBar,
                                              const std::function<bool()>& stop);

} // namespace canto::models::muser
