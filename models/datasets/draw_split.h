// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Divides songs into those for training ("train"), for choosing among weights ("valid") and for
// measuring the result ("test"), in the same way for all prepared data.

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace canto {

/// A song without a split.
struct SplitSong {
    std::string group;   ///< songs of one group are in one split: an artist, a work, a file
    std::string stratum; ///< each is divided in the same proportions: a class
};

/// Draws a split for each song: about 80 % train, 10 % valid and 10 % test of the songs of each
/// stratum, groups undivided. From three groups on a stratum has a validation group, from five on a
/// test group; strata of fewer than five groups are drawn together. The draw depends on the seed,
/// the groups' names and how many there are, not on the order of the songs.
std::vector<std::string> drawSplits(std::span<const SplitSong> songs, std::uint64_t seed);

/// The canonical name of a split in a labels file: "val" and "validation" become "valid",
/// "training" becomes "train", "testing" becomes "test", in any case; anything else stays
/// unchanged.
std::string splitName(const std::string& written);

/// Warnings for the user about the splits of prepared songs: one of the three is empty, a name is
/// not a split, or less than half of the songs are left for training.
/// @param songs  number of songs in each split.
std::vector<std::string> splitWarnings(const std::map<std::string, std::size_t>& songs);

} // namespace canto
