#include "app/session/recipe.h"

#include <algorithm>

namespace canto::app {

bool Recipe::changed() const {
    return std::any_of(givers.begin(), givers.end(), [](int giver) { return giver > 0; });
}

Recipe Recipe::of(Parent receiver, std::size_t blocks) {
    return {{std::move(receiver)}, std::vector<int>(blocks, 0), std::vector<double>(blocks, 1)};
}

int Recipe::find(const Parent& parent) const {
    for (std::size_t i = 0; i < parents.size(); ++i) {
        if (parents[i].latent == parent.latent) {
            return int(i);
        }
    }
    return -1;
}

bool Recipe::take(const Parent& giver, const std::vector<int>& blocks) {
    int index = find(giver);
    if (index < 0) {
        if (parents.size() >= kMostParents) {
            return false;
        }
        index = int(parents.size());
        parents.push_back(giver);
    }
    for (const int block : blocks) {
        if (block >= 0 && std::size_t(block) < givers.size()) {
            givers[std::size_t(block)] = index;
            amounts[std::size_t(block)] = 1;
        }
    }
    return true;
}

void Recipe::remove(int parent) {
    if (parent <= 0) {
        *this = {};
        return;
    }
    if (std::size_t(parent) >= parents.size()) {
        return;
    }
    parents.erase(parents.begin() + parent);
    for (int& giver : givers) {
        giver = giver == parent ? 0 : giver > parent ? giver - 1 : giver;
    }
}

Result<models::Latent> follow(const Recipe& recipe, const models::LatentModel& model) {
    const auto& blocks = model.info().blocks;
    const auto size = std::size_t(model.info().latentSize);
    const bool fits =
        !recipe.parents.empty() && recipe.givers.size() == blocks.size() &&
        recipe.amounts.size() == blocks.size() &&
        std::all_of(recipe.parents.begin(), recipe.parents.end(),
                    [&](const Parent& parent) { return parent.latent.size() == size; }) &&
        std::all_of(recipe.givers.begin(), recipe.givers.end(), [&](int giver) {
            return giver >= 0 && std::size_t(giver) < recipe.parents.size();
        });
    if (!fits) {
        return fail(Error::Code::BadInput, "The recipe was written for another model");
    }
    models::Latent z = recipe.parents.front().latent;
    for (std::size_t giver = 1; giver < recipe.parents.size(); ++giver) {
        std::vector<int> carried;
        for (std::size_t block = 0; block < blocks.size(); ++block) {
            if (recipe.givers[block] == int(giver)) {
                carried.push_back(int(block));
            }
        }
        if (carried.empty()) {
            continue;
        }
        const models::Latent before = z;
        auto next = model.carry(z, recipe.parents[giver].latent, carried);
        if (!next) {
            return next;
        }
        z = std::move(*next);
        for (const int index : carried) {
            const auto& block = blocks[std::size_t(index)];
            const auto amount = float(std::clamp(recipe.amounts[std::size_t(index)], 0.0, 1.0));
            for (int d = block.begin; block.continuous && amount < 1 && d < block.end; ++d) {
                const auto at = std::size_t(d);
                z[at] = before[at] + amount * (z[at] - before[at]);
            }
        }
    }
    return z;
}

} // namespace canto::app
