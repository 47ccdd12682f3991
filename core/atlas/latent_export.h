// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"

namespace canto::atlas {

struct LatentExportReport {
    std::size_t points = 0, dimensions = 0;
    std::vector<std::string> maps, labels; ///< names of what was written
};

/// Writes the latents of a model with their positions and labels, for other programs, in the order
/// of the library.
///
/// .npz: "latents" (N, Z) float32; "map_NAME" (N, 2) float32 for each map that has positions, NaN
/// where it has none; "path", "title" and each label column as text; "part" (the first bar of the
/// phrase, the number of the clip or row, from 0) as int32. .csv: the same as columns, "x_NAME" and
/// "y_NAME" for maps, "z0", "z1" ... for latents. NAME is the map's in lower case with "_" for
/// blanks.
///
/// Errors: those of Atlas; BadInput for another extension; TooLarge (.npz over 4 GiB); Io;
/// Cancelled. Thread: any.
Result<LatentExportReport> exportLatents(Atlas& atlas, RowId model,
                                         const std::filesystem::path& path,
                                         const CancelToken& cancel = {},
                                         const Progress& progress = {});

} // namespace canto::atlas
