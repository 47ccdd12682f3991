// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/library.h"
#include "app/workspace/task_queue.h"

#include <QObject>
#include <cstddef>

namespace canto::app {

/// Counts the original files of a library that are on this computer, without holding up the
/// window. The newest request wins. Thread: GUI.
class OriginalsSearch : public QObject {
    Q_OBJECT

  public:
    explicit OriginalsSearch(QObject* parent = nullptr);

    /// Looks in the folders that libraryFolders() gives now; answered by finished().
    void start(LibraryPtr library);

  Q_SIGNALS:
    void finished(const canto::app::LibraryPtr& library, std::size_t found);

  private:
    LatestTask<OriginalsSearch> m_search{this, "originals"};
};

} // namespace canto::app
