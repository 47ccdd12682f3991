// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/importer.h"
#include "app/library/model_store.h"

namespace canto {

struct ImportRequest {
    std::vector<std::filesystem::path> paths; ///< files and folders
    std::filesystem::path atlas;              ///< to write into; made when there is none
    /// Copied to `atlas` first when that is not there: an atlas that ships is never written to.
    std::filesystem::path startFrom;
    OpenModel openModel;
};

/// Imports MIDI files as the window does: files that lie in folders are labelled by them, known
/// songs keep their labels and are recognised by content, too. Cancelling keeps what was done.
/// Errors: NotFound (no MIDI files); BadInput, which changes nothing, when the points of the atlas
/// are of another model: they would vanish from the map; those of Atlas and of the model. Thread:
/// any.
Result<ImportReport> importInto(const ImportRequest& request, const Progress& progress,
                                const CancelToken& cancel);

/// Removes songs with their points; their files stay. Thread: any.
Result<void> removeSongs(const std::filesystem::path& atlas,
                         const std::vector<atlas::RowId>& songs);

} // namespace canto
