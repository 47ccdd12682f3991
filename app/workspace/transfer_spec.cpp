// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/transfer_spec.h"

#include <algorithm>

namespace canto::app {

bool TransferSpec::changed() const {
    return std::any_of(sources.begin(), sources.end(), [](int source) { return source > 0; });
}

TransferSpec TransferSpec::of(Parent target, std::size_t blocks) {
    return {{std::move(target)}, std::vector<int>(blocks, 0), std::vector<double>(blocks, 1)};
}

int TransferSpec::find(const Parent& parent) const {
    for (std::size_t i = 0; i < parents.size(); ++i) {
        if (parents[i].latent == parent.latent) {
            return int(i);
        }
    }
    return -1;
}

std::vector<int> TransferSpec::blocksOf(std::size_t parent) const {
    std::vector<int> blocks;
    for (std::size_t block = 0; block < sources.size(); ++block) {
        if (sources[block] == int(parent)) {
            blocks.push_back(int(block));
        }
    }
    return blocks;
}

bool TransferSpec::take(const Parent& source, const std::vector<int>& blocks) {
    int index = find(source);
    if (index < 0) {
        if (parents.size() >= kMostParents) {
            return false;
        }
        index = int(parents.size());
        parents.push_back(source);
    }
    for (const int block : blocks) {
        if (block >= 0 && std::size_t(block) < sources.size()) {
            sources[std::size_t(block)] = index;
            amounts[std::size_t(block)] = 1;
        }
    }
    return true;
}

void TransferSpec::remove(int parent) {
    if (parent <= 0) {
        *this = {};
        return;
    }
    if (std::size_t(parent) >= parents.size()) {
        return;
    }
    parents.erase(parents.begin() + parent);
    for (int& source : sources) {
        source = source == parent ? 0 : source > parent ? source - 1 : source;
    }
}

Result<models::Latent> follow(const TransferSpec& spec, const models::LatentModel& model) {
    const auto& blocks = model.info().blocks;
    const auto size = std::size_t(model.info().latentSize);
    const bool fits =
        !spec.parents.empty() && spec.sources.size() == blocks.size() &&
        spec.amounts.size() == blocks.size() &&
        std::all_of(spec.parents.begin(), spec.parents.end(),
                    [&](const Parent& parent) { return parent.latent.size() == size; }) &&
        std::all_of(spec.sources.begin(), spec.sources.end(), [&](int source) {
            return source >= 0 && std::size_t(source) < spec.parents.size();
        });
    if (!fits) {
        return fail(Error::Code::BadInput, "The transfer was written for another model");
    }
    models::Latent z = spec.parents.front().latent;
    for (std::size_t source = 1; source < spec.parents.size(); ++source) {
        const std::vector<int> dragged = spec.blocksOf(source);
        if (dragged.empty()) {
            continue;
        }
        const models::Latent before = z;
        auto next = model.transfer(z, spec.parents[source].latent, dragged);
        if (!next) {
            return next;
        }
        z = std::move(*next);
        for (const int index : dragged) {
            const auto& block = blocks[std::size_t(index)];
            const auto amount = float(std::clamp(spec.amounts[std::size_t(index)], 0.0, 1.0));
            for (int d = block.begin; block.continuous && amount < 1 && d < block.end; ++d) {
                const auto at = std::size_t(d);
                z[at] = before[at] + amount * (z[at] - before[at]);
            }
        }
    }
    return z;
}

} // namespace canto::app
