// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/originals.h"
#include "app/workspace/inference_worker.h"
#include "app/workspace/library.h"

namespace canto::app {

/// The music of phrases of a library: from their files where these are found, else by the model.
/// Thread: any, one call at a time.
class PhraseSource {
  public:
    /// @param model      may be null: then there is only what has a file.
    /// @param originals  whether files are looked for at all.
    PhraseSource(LibraryPtr library, std::shared_ptr<const models::LatentModel> model,
                 bool originals);

    /// Errors: NotFound where there is neither file nor model; those of decode; Cancelled.
    Result<SongPtr> read(std::uint32_t row, const CancelToken& cancel);

  private:
    LibraryPtr m_library;
    std::shared_ptr<const models::LatentModel> m_model;
    bool m_originals;
    std::vector<OriginalFolder> m_folders;
    atlas::RowId m_lastId = -1; ///< the song that was read last
    SongPtr m_last;
};

} // namespace canto::app
