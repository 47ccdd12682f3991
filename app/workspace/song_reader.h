// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/originals.h"
#include "app/workspace/inference_worker.h"
#include "core/atlas/atlas.h"

#include <QCache>
#include <QObject>

namespace canto::app {

/// Reads original songs off the GUI thread and remembers the last ones. The newest request wins.
/// Thread: GUI.
class SongReader : public QObject {
    Q_OBJECT

  public:
    explicit SongReader(QObject* parent = nullptr);

    void setFolders(std::vector<OriginalFolder> folders);
    /// The song when it was read before, else null.
    SongPtr remembered(atlas::RowId song) const;
    /// Answered by finished() with this id, at once when it is remembered.
    void read(const atlas::SongRow& song);
    void cancel() { m_read.cancel(); }

  Q_SIGNALS:
    /// @param song  null when it could not be read; `error` says why.
    void finished(canto::atlas::RowId id, const canto::app::SongPtr& song,
                  const canto::Error& error);

  private:
    std::vector<OriginalFolder> m_folders;
    QCache<atlas::RowId, SongPtr> m_songs{64};
    LatestTask<SongReader> m_read{this, "songs"};
};

} // namespace canto::app
