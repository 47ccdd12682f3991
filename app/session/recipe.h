#pragma once

#include "models/common/latent_model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace canto::app {

/// A phrase that takes part in a transfer.
struct Parent {
    models::Latent latent;
    std::string name;
    std::int64_t row = -1; ///< of the library, or -1
    double bpm = 120;      ///< at which it is played, where the model states no tempo
    bool operator==(const Parent&) const = default;
};

/// What a phrase is put together from: a value, so that undo and sessions keep it whole. Elements
/// are the model's latent blocks, whatever these are.
struct Recipe {
    std::vector<Parent> parents; ///< the first receives, the others give; empty: nothing
    /// For each block the parent it comes from; 0: the receiver keeps its own.
    std::vector<int> givers;
    /// For each block how far it goes to the giver's, [0, 1]; only continuous blocks stop midway.
    std::vector<double> amounts;

    static constexpr std::size_t kMostParents = 6;

    bool changed() const;
    /// A receiver alone.
    static Recipe of(Parent receiver, std::size_t blocks);
    /// Position of a phrase among the parents, or -1.
    int find(const Parent& parent) const;
    /// The giver among the parents (as another one when there is room), its blocks taken.
    /// @return false: there are as many parents as there may be.
    bool take(const Parent& giver, const std::vector<int>& blocks);
    /// Without a parent; what it gave is the receiver's own again. Without the receiver: nothing.
    void remove(int parent);
    bool operator==(const Recipe&) const = default;
};

/// The latent that a recipe asks for. All blocks of a giver are carried together, givers in their
/// order; a block that stops midway is mixed with what was there before.
/// Errors: those of LatentModel::carry; BadInput for a recipe that does not fit the model.
Result<models::Latent> follow(const Recipe& recipe, const models::LatentModel& model);

} // namespace canto::app
