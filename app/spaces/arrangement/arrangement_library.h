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
    /// Of each song the first unit and every so many-th after it, >= 1: units begin at every bar
    /// and last two, so that 2 leaves out what is there twice.
    int every = 1;
};

struct ArrangementImportReport {
    std::size_t songs = 0;
    std::size_t units = 0;
};

/// Puts the units of prepared arrangements into an atlas: a song of the dataset becomes a song
/// (labels "song", "key", "density"), a unit a segment of eight beats of 480 ticks whose `bar` is
/// the number of its downbeat. Of notes and sound nothing goes into the atlas but the number of
/// notes. What the atlas has of these weights is replaced. Progress counts units.
/// Errors: those of the weights and the atlas; Cancelled.
Result<ArrangementImportReport> importArrangements(atlas::Atlas& atlas,
                                                   const std::filesystem::path& weights,
                                                   const tensors::PreparedArrangements& prepared,
                                                   const ArrangementImportOptions& options,
                                                   const Progress& progress,
                                                   const CancelToken& cancel);

/// "A minor": of a score, weighing its notes by their lengths.
std::string keyOf(std::span<const arrange::PartNote> notes, int beats);
/// How much piano and bridge write: "up to 12 notes a bar", "12 to 16", "16 to 20", "over 20".
std::string densityOf(std::span<const arrange::PartNote> notes, int beats);

} // namespace canto
