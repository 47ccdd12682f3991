// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/projection/label_check.h"

#include <algorithm>
#include <map>

namespace canto::projection {
namespace {

struct GroupVotes {
    std::map<int, std::size_t> votes; ///< by label
    std::size_t total = 0;
    std::vector<std::uint32_t> rows;
};

/// Labels of the first k neighbours of a row that count.
std::vector<int> votesOfRow(const Neighbours& neighbours, std::size_t row, std::size_t k,
                            std::span<const std::uint32_t> groups, std::span<const int> labels) {
    std::vector<int> votes;
    for (const std::uint32_t other : neighbours.indexOf(row)) {
        if (votes.size() < k && groups[other] != groups[row] && labels[groups[other]] >= 0) {
            votes.push_back(labels[groups[other]]);
        }
    }
    return votes;
}

} // namespace

Result<std::vector<LabelDoubt>> labelsToCheck(const Neighbours& neighbours, std::size_t k,
                                              std::span<const std::uint32_t> groups,
                                              std::span<const int> labels) {
    if (k < 1) {
        return fail(Error::Code::BadInput, "At least one neighbour must be asked for");
    }
    const bool fits =
        neighbours.queries == groups.size() &&
        neighbours.index.size() == neighbours.queries * neighbours.k &&
        std::all_of(groups.begin(), groups.end(), [&](auto g) { return g < labels.size(); }) &&
        std::all_of(neighbours.index.begin(), neighbours.index.end(),
                    [&](auto row) { return row < groups.size(); });
    if (!fits) {
        return fail(Error::Code::BadShape, "Neighbours, groups and labels differ in number");
    }
    std::vector<GroupVotes> all(labels.size());
    for (std::size_t row = 0; row < groups.size(); ++row) {
        GroupVotes& group = all[groups[row]];
        group.rows.push_back(std::uint32_t(row));
        for (const int label : votesOfRow(neighbours, row, k, groups, labels)) {
            ++group.votes[label];
            ++group.total;
        }
    }
    std::vector<LabelDoubt> doubts;
    for (std::size_t g = 0; g < all.size(); ++g) {
        GroupVotes& group = all[g];
        if (labels[g] < 0 || group.total == 0) {
            continue;
        }
        const auto most =
            std::max_element(group.votes.begin(), group.votes.end(),
                             [](const auto& a, const auto& b) { return a.second < b.second; });
        const std::size_t own = group.votes[labels[g]]; // 0 where there is none
        if (most->second <= own) {
            continue;
        }
        LabelDoubt doubt{std::uint32_t(g), group.rows.front(), labels[g], most->first};
        doubt.ownShare = double(own) / double(group.total);
        doubt.suggestedShare = double(most->second) / double(group.total);
        std::ptrdiff_t best = -1;
        for (const std::uint32_t row : group.rows) {
            const auto votes = votesOfRow(neighbours, row, k, groups, labels);
            const auto here = std::count(votes.begin(), votes.end(), doubt.suggested);
            if (here > best) {
                best = here;
                doubt.row = row;
            }
        }
        doubts.push_back(doubt);
    }
    std::stable_sort(doubts.begin(), doubts.end(),
                     [](const auto& a, const auto& b) { return a.strength() > b.strength(); });
    return doubts;
}

} // namespace canto::projection
