// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/originals_search.h"

#include "app/library/originals.h"

namespace canto::app {

OriginalsSearch::OriginalsSearch(QObject* parent) : QObject(parent), m_gui(this) {}

OriginalsSearch::~OriginalsSearch() {
    m_gui.close();
    m_thread.cancel();
}

void OriginalsSearch::start(LibraryPtr library) {
    m_thread.replace([this, gui = m_gui, library = std::move(library)](const JobContext& job) {
        const auto folders = libraryFolders(library->path);
        std::size_t found = 0;
        for (const atlas::SongRow& song : library->points.songs) {
            if (job.cancelled()) {
                return;
            }
            job.beat();
            found += searchOriginal(song, folders) ? 1 : 0;
        }
        gui.post([this, library, found, generation = job.generation()] {
            if (generation == m_thread.generation()) {
                Q_EMIT finished(library, found);
            }
        });
    });
}

} // namespace canto::app
