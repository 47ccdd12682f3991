// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which songs are learned from ("train"), which choose among weights ("valid") and which are kept
// to measure the result ("test"): one way for all prepared data.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace canto {

/// A song without a split.
struct SplitSong {
    std::string group;   ///< songs of one group come into one split: an artist, a work, a file
    std::string stratum; ///< each has the three splits in the same proportions: a class
};

/// Draws a split for each song: about 80 % train, 10 % valid and 10 % test of the songs of each
/// stratum, groups undivided. From three groups on a stratum has a validation group, from five on a
/// test group; strata of fewer than five groups are drawn together. The draw depends on the seed,
/// the groups' names and how many there are, not on the order of the songs.
std::vector<std::string> drawSplits(std::span<const SplitSong> songs, std::uint64_t seed);

/// The name of a split as labels files have it: "val" and "validation" are "valid", "training" is
/// "train", "testing" is "test", in any case; anything else stays as it is.
std::string splitName(const std::string& written);

/// What a person has to know of the splits of prepared songs, as sentences: one of the three is
/// empty, a name is none of them, or less than half of the songs are left to learn from.
/// @param songs  how many each split has.
std::vector<std::string> splitWarnings(const std::map<std::string, std::size_t>& songs);

} // namespace canto
