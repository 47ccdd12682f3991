// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/song_reader.h"

namespace canto::app {

SongReader::SongReader(QObject* parent) : QObject(parent), m_gui(this) {}

SongReader::~SongReader() {
    m_gui.close();
    m_thread.cancel();
}

void SongReader::setFolders(std::vector<OriginalFolder> folders) {
    m_folders = std::move(folders);
    m_songs.clear();
}

SongPtr SongReader::remembered(atlas::RowId song) const {
    const SongPtr* found = m_songs.object(song);
    return found ? *found : nullptr;
}

void SongReader::read(const atlas::SongRow& song) {
    if (const SongPtr known = remembered(song.id)) {
        m_thread.cancel();
        Q_EMIT finished(song.id, known, Error{});
        return;
    }
    m_thread.replace([this, gui = m_gui, song, folders = m_folders](const JobContext& job) {
        auto read = readOriginal(song, folders);
        gui.post([this, read = std::move(read), id = song.id, generation = job.generation()] {
            if (read) {
                m_songs.insert(id, new SongPtr(*read));
            }
            if (generation == m_thread.generation()) {
                Q_EMIT finished(id, read ? *read : nullptr, read ? Error{} : read.error());
            }
        });
    });
}

} // namespace canto::app
