// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workers/originals_search.h"

#include "app/service/originals.h"

namespace canto::app {

OriginalsSearch::OriginalsSearch(QObject* parent) : QObject(parent), m_mailbox(this) {}

OriginalsSearch::~OriginalsSearch() {
    m_mailbox.close();
    m_thread.cancel();
}

void OriginalsSearch::start(LibraryPtr library) {
    m_thread.replace(
        [this, mailbox = m_mailbox, library = std::move(library)](const JobContext& job) {
            const auto folders = libraryFolders(library->path);
            std::size_t found = 0;
            for (const atlas::SongRow& song : library->points.songs) {
                if (job.cancelled()) {
                    return;
                }
                job.beat();
                found += searchOriginal(song, folders) ? 1 : 0;
            }
            mailbox.post([this, library, found, generation = job.generation()] {
                if (generation == m_thread.generation()) {
                    Q_EMIT finished(library, found);
                }
            });
        });
}

} // namespace canto::app
