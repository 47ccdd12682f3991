// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"
#include "app/workspace/library.h"
#include "app/workspace/task_queue.h"

#include <QObject>
#include <optional>

namespace canto::app {

/// One map of a library, read whole; or why nothing can be decoded from its positions.
struct LoadedMap {
    LibraryPtr library;
    std::size_t map = 0;              ///< of library->maps
    ProjectionPtr projection;         ///< null: `problem` says why
    widgets::MapSnapshotPtr snapshot; ///< the library's own where it has one
    Error problem = {};
};

/// Reads libraries and weights without blocking the window: first what is drawn, then the inverse
/// projections of the maps. The newest request of either kind wins. Thread: GUI.
class LibraryLoader : public QObject {
    Q_OBJECT

  public:
    /// @param open  of the library's model: asked for coordinates where latents have no distances;
    ///              empty: there is none.
    void openLibrary(std::filesystem::path path, std::string modelVersion = {},
                     OpenModel open = {});
    void openModel(OpenModel open);
    /// Drops all requests: no signal answers them.
    void cancel();
    /// How long whatever needs the networks waits after a library is shown, ms: until its map is
    /// drawn where the networks must be loaded for it, else not at all.
    static int modelAfterMs();

  Q_SIGNALS:
    void libraryOpened(const canto::app::LibraryPtr& library);
    void libraryFailed(const QString& path, const canto::Error& error);
    /// Once for each of library->maps, in their order.
    void mapLoaded(const canto::app::LoadedMap& map);
    void modelOpened(const std::shared_ptr<canto::models::LatentModel>& model);
    void modelFailed(const canto::Error& error);

  private:
    struct Due {
        LibraryPtr library;
        OpenModel open;
    };
    void show(const LibraryPtr& library, const OpenModel& open);
    void readMaps();

    std::optional<Due> m_due; ///< whose maps are read next
    LatestTask<LibraryLoader> m_library{this, "library"};
    LatestTask<LibraryLoader> m_model{this, "weights"};
};

} // namespace canto::app
