// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"
#include "core/base/cancel.h"
#include "models/datasets/prepared_arrangements.h"

#include <filesystem>
#include <span>
#include <string>

namespace canto {

struct ArrangementImportOptions {
    atlas::Precision precision = atlas::Precision::Float;
    /// Of each song the first unit and every n-th after it, >= 1: units begin at every bar and last
    /// two, so that with 2 they do not overlap.
    int every = 1;
};

struct ArrangementImportReport {
    std::size_t songs = 0;
    std::size_t units = 0;
};

/// Adds the units of prepared arrangements to an atlas: a song of the dataset becomes a song
/// (labels "song", "key", "density"), a unit a segment of eight beats of 480 ticks whose `bar` is
/// the number of its downbeat. Notes and sound are not stored in the atlas, only the number of
/// notes. Earlier units of these weights are replaced. Progress counts units. Errors: those of the
/// weights and the atlas; Cancelled.
Result<ArrangementImportReport> importArrangements(atlas::Atlas& atlas,
                                                   const std::filesystem::path& weights,
                                                   const tensors::PreparedArrangements& prepared,
                                                   const ArrangementImportOptions& options,
                                                   const Progress& progress,
                                                   const CancelToken& cancel);

/// "A minor": the key of a score, its notes weighted by length.
std::string keyOf(std::span<const arrange::PartNote> notes, int beats);
/// Number of notes of piano and bridge: "up to 12 notes a bar", "12 to 16", "16 to 20", "over 20".
std::string densityOf(std::span<const arrange::PartNote> notes, int beats);

} // namespace canto
