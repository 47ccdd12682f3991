// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

namespace canto::models {
class LatentModel;
}

namespace canto::cli {

struct FileNotesRequest {
    std::filesystem::path midi;   ///< folder the paths are relative to
    std::filesystem::path labels; ///< CSV with "path" or "file"; empty: every MIDI file of `midi`
    std::string split;            ///< only the songs of this split; empty: all
    std::string by = "genre";     ///< figures for each value of this column as well
    std::size_t songs = 0;        ///< at most this many, evenly spread over the table; 0: all
};

/// How many notes of files come back through a model (models::rebuildSong, codec::compareNotes),
/// over all songs and by class; "grid" is what the grid of the polyphonic codec alone returns.
/// "table" holds the same as text. Files that cannot be read or hold no note are listed. Errors:
/// those of the labels; BadInput without a song; Cancelled.
Result<nlohmann::json> fileNotesReport(const models::LatentModel& model,
                                       const FileNotesRequest& request, const CancelToken& cancel,
                                       const Progress& progress);

} // namespace canto::cli
