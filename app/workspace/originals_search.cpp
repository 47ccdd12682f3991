// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/originals_search.h"

#include "app/library/originals.h"

namespace canto::app {

OriginalsSearch::OriginalsSearch(QObject* parent) : QObject(parent) {}

void OriginalsSearch::start(LibraryPtr library) {
    m_search.start([library = std::move(library)](const auto& run) {
        const auto folders = libraryFolders(library->path);
        std::size_t found = 0;
        for (const atlas::SongRow& song : library->points.songs) {
            if (run.cancelled()) {
                return;
            }
            run.beat();
            found += searchOriginal(song, folders) ? 1 : 0;
        }
        run.deliver(&OriginalsSearch::finished, library, found);
    });
}

} // namespace canto::app
