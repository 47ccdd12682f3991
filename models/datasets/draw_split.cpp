// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/draw_split.h"

#include "core/base/random.h"

#include <algorithm>
#include <tuple>

namespace canto {

namespace {

constexpr std::size_t kGroupsForValid = 3;
constexpr std::size_t kGroupsForTest = 5;

struct Group {
    std::string name;
    std::string stratum;
    std::size_t songs = 0;
    double draw = 0;
    std::string split = "train";
};

/// Uniform in [0, 1), from a name and a seed.
double drawOf(const std::string& name, std::uint64_t seed) {
    std::uint64_t hash = 0xcbf29ce484222325ull; // FNV-1a
    for (const char c : name) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    }
    return Random(hash ^ Random(seed).next()).uniform();
}

/// Moves about `target` songs of those still in "train" to another split.
void holdOut(std::vector<Group*>& groups, const char* split, std::size_t target) {
    std::size_t filled = 0;
    for (Group* group : groups) {
        // A larger group would take too much away from training.
        if (filled < target && group->split == "train" &&
            group->songs <= target - filled + target / 2) {
            group->split = split;
            filled += group->songs;
        }
    }
    if (filled > 0) {
        return;
    }
    Group* smallest = nullptr;
    for (Group* group : groups) {
        if (group->split == "train" && (smallest == nullptr || group->songs < smallest->songs)) {
            smallest = group;
        }
    }
    if (smallest != nullptr) {
        smallest->split = split;
    }
}

void divide(std::vector<Group*>& groups) {
    std::size_t songs = 0;
    for (const Group* group : groups) {
        songs += group->songs;
    }
    std::sort(groups.begin(), groups.end(), [](const Group* a, const Group* b) {
        return std::tie(a->draw, a->name) < std::tie(b->draw, b->name);
    });
    const std::size_t target = std::max<std::size_t>(1, (songs + 5) / 10);
    if (groups.size() >= kGroupsForValid) {
        holdOut(groups, "valid", target);
    }
    if (groups.size() >= kGroupsForTest) {
        holdOut(groups, "test", target);
    }
}

} // namespace

std::vector<std::string> drawSplits(std::span<const SplitSong> songs, std::uint64_t seed) {
    std::map<std::string, Group> groups;
    for (const auto& song : songs) {
        auto& group = groups[song.group];
        if (group.songs++ == 0) {
            group.name = song.group;
            group.draw = drawOf(song.group, seed);
            group.stratum = song.stratum;
        }
        group.stratum = std::min(group.stratum, song.stratum); // whatever the songs' order
    }
    std::map<std::string, std::vector<Group*>> strata;
    for (auto& [name, group] : groups) {
        strata[group.stratum].push_back(&group);
    }
    std::vector<Group*> few;
    for (auto& [name, members] : strata) {
        if (members.size() < kGroupsForTest) {
            few.insert(few.end(), members.begin(), members.end());
        } else {
            divide(members);
        }
    }
    divide(few);
    std::vector<std::string> splits;
    for (const auto& song : songs) {
        splits.push_back(groups.at(song.group).split);
    }
    return splits;
}

std::string splitName(const std::string& written) {
    std::string name = written;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name == "val" || name == "validation") {
        return "valid";
    }
    if (name == "training") {
        return "train";
    }
    if (name == "testing") {
        return "test";
    }
    return name == "train" || name == "valid" || name == "test" ? name : written;
}

std::vector<std::string> splitWarnings(const std::map<std::string, std::size_t>& songs) {
    std::vector<std::string> warnings;
    const auto of = [&](const char* split) {
        const auto found = songs.find(split);
        return found == songs.end() ? std::size_t{0} : found->second;
    };
    std::size_t all = 0;
    for (const auto& [split, count] : songs) {
        all += count;
        if (split != "train" && split != "valid" && split != "test") {
            warnings.push_back(
                "The split \"" + split + "\" of " + std::to_string(count) +
                " songs is none of train, valid and test: training does not use it.");
        }
    }
    const std::string among = " of " + std::to_string(all) + " songs";
    if (of("train") == 0) {
        warnings.push_back("None" + among + " is in the split \"train\": nothing can be learned.");
    }
    if (of("valid") == 0) {
        warnings.push_back("None" + among +
                           " is in the split \"valid\": a training run cannot determine "
                           "which weights are the best and keeps the last.");
    }
    if (of("test") == 0) {
        warnings.push_back("None" + among +
                           " is in the split \"test\": nothing is left to measure a trained "
                           "model on.");
    }
    if (of("train") > 0 && 2 * of("train") < all) {
        warnings.push_back("Only " + std::to_string(of("train")) + among +
                           " are left to learn from.");
    }
    return warnings;
}

} // namespace canto
