#pragma once

#include "app/session/library.h"
#include "app/workers/job_thread.h"
#include "app/workers/mailbox.h"
#include "models/common/latent_model.h"

#include <QObject>
#include <functional>

namespace canto::app {

/// Opens weights; called on the loader's thread, once for each thread that needs a model.
using OpenModel = std::function<Result<std::shared_ptr<models::LatentModel>>()>;

/// Reads atlases and weights without holding up the window: first what is drawn, then the ways
/// back from the maps to the latent. The newest atlas asked for wins. Thread: GUI.
class LibraryLoader : public QObject {
    Q_OBJECT

  public:
    explicit LibraryLoader(QObject* parent = nullptr);
    ~LibraryLoader() override; ///< cancels; never waits longer than four seconds

    void openLibrary(std::filesystem::path path, std::string modelVersion = {});
    void openModel(OpenModel open);
    bool busy() const { return m_library.busy() || m_model.busy(); }

  Q_SIGNALS:
    void libraryOpened(const canto::app::LibraryPtr& library);
    /// Once for each of library->maps, in their order. The snapshot is the library's own where it
    /// has one.
    void mapReady(const canto::app::LibraryPtr& library, std::size_t map,
                  const canto::app::ProjectionPtr& projection,
                  const canto::widgets::MapSnapshotPtr& snapshot);
    void libraryFailed(const QString& path, const canto::Error& error);
    void modelOpened(const std::shared_ptr<canto::models::LatentModel>& model);
    void modelFailed(const canto::Error& error);

  private:
    JobThread m_library, m_model;
    Mailbox m_mailbox;
};

} // namespace canto::app
