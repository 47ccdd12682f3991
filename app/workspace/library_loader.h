// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"
#include "app/workspace/library.h"
#include "app/workspace/projection.h"
#include "app/workspace/task_queue.h"
#include "models/common/latent_model.h"

#include <QObject>
#include <functional>

namespace canto::app {

/// Reads libraries and weights without blocking the window: first what is drawn, then the inverse
/// projections of the maps. The newest library asked for wins. Thread: GUI.
class LibraryLoader : public QObject {
    Q_OBJECT

  public:
    explicit LibraryLoader(QObject* parent = nullptr);
    ~LibraryLoader() override; ///< cancels

    /// @param open  of the library's model: asked for coordinates where latents have no distances;
    ///              empty: there is none.
    void openLibrary(std::filesystem::path path, std::string modelVersion = {},
                     OpenModel open = {});
    /// Makes the map of one block of the model's latents; answered by blockReady or blockFailed.
    /// The newest request wins.
    void projectBlock(LibraryPtr library, OpenModel open, int block);
    /// Drops all requests: no signal answers them.
    void cancel();
    void openModel(OpenModel open);
    bool busy() const { return m_library.busy() || m_model.busy(); }

  Q_SIGNALS:
    void libraryOpened(const canto::app::LibraryPtr& library);
    /// Once for each of library->maps that can be made, in their order. The snapshot is the
    /// library's own where it has one.
    void mapReady(const canto::app::LibraryPtr& library, std::size_t map,
                  const canto::app::ProjectionPtr& projection,
                  const canto::widgets::MapSnapshotPtr& snapshot);
    /// In place of mapReady: nothing can be decoded from positions of this map.
    void mapFailed(const canto::app::LibraryPtr& library, std::size_t map,
                   const canto::Error& error);
    void blockReady(const canto::app::LibraryPtr& library, int block,
                    const canto::app::ProjectionPtr& projection,
                    const canto::widgets::MapSnapshotPtr& snapshot);
    void blockFailed(const canto::Error& error);
    void libraryFailed(const QString& path, const canto::Error& error);
    void modelOpened(const std::shared_ptr<canto::models::LatentModel>& model);
    void modelFailed(const canto::Error& error);

  private:
    LatestTask<LibraryLoader> m_library{this, "library"};
    LatestTask<LibraryLoader> m_model{this, "weights"};
    LatestTask<LibraryLoader> m_block{this, "block map", Priority::Low};
};

} // namespace canto::app
