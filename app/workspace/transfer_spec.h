// SPDX-License-Identifier: GPL-3.0-or-later
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
struct TransferSpec {
    std::vector<Parent> parents; ///< the target, then the sources; empty: nothing
    /// For each block the parent it comes from; 0: the target keeps its own.
    std::vector<int> sources;
    /// For each block how far it goes to the source's, [0, 1]; only continuous blocks stop midway.
    std::vector<double> amounts;

    static constexpr std::size_t kMostParents = 6;

    bool changed() const;
    /// A target alone.
    static TransferSpec of(Parent target, std::size_t blocks);
    /// Position of a phrase among the parents, or -1.
    int find(const Parent& parent) const;
    /// Blocks that come from a parent, ascending.
    std::vector<int> blocksOf(std::size_t parent) const;
    /// The source among the parents (as another one when there is room), its blocks taken.
    /// @return false: there are as many parents as there may be.
    bool take(const Parent& source, const std::vector<int>& blocks);
    /// Without a parent; what it gave is the target's own again. Without the target: nothing.
    void remove(int parent);
    bool operator==(const TransferSpec&) const = default;
};

/// The latent that a transfer spec asks for. All blocks of a source are carried together, sources
/// in their order; a block that stops midway is mixed with what was there before. Errors: those of
/// LatentModel::carry; BadInput for a transfer spec that does not fit the model.
Result<models::Latent> follow(const TransferSpec& spec, const models::LatentModel& model);

} // namespace canto::app
