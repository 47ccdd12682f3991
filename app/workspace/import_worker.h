// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/importer.h"
#include "app/workspace/library_loader.h"

#include <QObject>

namespace canto::app {

/// Changes a library without blocking the window: adds MIDI files, removes songs. One change at a
/// time. Cancelling an import keeps what was done. Thread: GUI.
class ImportWorker : public QObject {
    Q_OBJECT

  public:
    explicit ImportWorker(QObject* parent = nullptr);
    ~ImportWorker() override; ///< cancels

    struct Request {
        std::vector<std::filesystem::path> paths; ///< files and folders
        std::filesystem::path atlas;              ///< to write into; made when there is none
        /// Copied to `atlas` first when that is not there: an atlas that ships is never written to.
        std::filesystem::path startFrom;
        OpenModel openModel;
    };
    /// Imports; files that lie in folders are labelled by them. Known songs keep their labels and
    /// are recognised by content, too. Fails with BadInput, and changes nothing, when the points
    /// of the atlas are of another model: they would vanish from the map. @return false while
    /// another change is under way.
    bool start(Request request);
    /// Removes songs with their points; their files stay. @return as start().
    bool remove(std::filesystem::path atlas, std::vector<atlas::RowId> songs);
    void cancel();
    bool busy() const { return m_change.busy(); }

  Q_SIGNALS:
    void progressed(std::size_t done, std::size_t total);
    void finished(const QString& atlas, const canto::ImportReport& report);
    void removed(const QString& atlas, std::size_t songs);
    void failed(const canto::Error& error);

  private:
    CancelToken m_cancel; ///< of the import
    LatestTask<ImportWorker> m_change{this, "import"};
};

} // namespace canto::app
