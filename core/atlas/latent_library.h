// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"
#include "core/latents/latent_table.h"
#include "core/projection/map_projection.h"

#include <functional>

// Libraries of latents that another program made: a space without a model. Each row of the file is
// one segment; a song is what rows with the same sound file and the same labels have in common.

namespace canto::atlas {

/// ModelRow::name of such latents; its version is the checksum of the file.
inline constexpr std::string_view kLatentsModel = "latents";

inline bool isLatentLibrary(const ModelRow& model) { return model.name == kLatentsModel; }

/// Where the sound of a row is. Of rows of such libraries alone: SegmentRow::bar is the row in the
/// file, from 0; its ticks are microseconds, negative where the whole file is meant.
struct RowSound {
    std::string path;  ///< absolute; empty: the row has no sound
    double from = 0;   ///< seconds
    double length = 0; ///< seconds; 0: to the end
};
RowSound soundOfRow(const SongRow& song, const SegmentRow& segment);

struct LatentMapOptions {
    latents::TableOptions table;
    projection::ProjectionOptions projection; ///< unless the table has a finished map
    /// Rows, evenly picked, that a UMAP is fitted to; the others are then transformed to it. 0: all
    /// up to 200,000 rows, else 20,000.
    std::size_t sample = 0;
    /// More rows get a PCA for a UMAP, and a note. 0: no limit.
    std::size_t umapUpTo = 0;
    Precision precision = Precision::Float;
    bool replace = false; ///< a library that is there already
};

struct LatentMapReport {
    latents::TableFindings findings; ///< with notes about the map
    std::size_t points = 0, dimensions = 0, songs = 0;
    std::size_t fitted = 0; ///< rows that the map was fitted to
    std::string projection; ///< its name in the library
    double loadSeconds = 0, projectSeconds = 0, writeSeconds = 0;
};

/// Called with a stage ("Reading", "Projecting", "Writing") and its progress. Thread: the caller's.
using StageProgress =
    std::function<void(const std::string& stage, std::size_t done, std::size_t total)>;

/// Reads latents, makes their map and writes both as a library, whole or not at all. PCA is fitted
/// to all rows. Fewer than 8 rows get a PCA for a UMAP, and a note. Errors: those of
/// readLatentTable, MapProjection and Atlas; BadInput if the library is there already.
/// Thread: any.
Result<LatentMapReport> makeLatentLibrary(const std::filesystem::path& file,
                                          const std::filesystem::path& library,
                                          const LatentMapOptions& options,
                                          const CancelToken& cancel = {},
                                          const StageProgress& progress = {});

} // namespace canto::atlas
