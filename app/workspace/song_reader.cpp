// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/song_reader.h"

namespace canto::app {

SongReader::SongReader(QObject* parent) : QObject(parent) {}

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
        m_read.cancel();
        Q_EMIT finished(song.id, known, Error{});
        return;
    }
    m_read.start([song, folders = m_folders](const auto& run) {
        const auto read = readOriginal(song, folders);
        if (!read) {
            run.deliver(&SongReader::finished, song.id, SongPtr(), read.error());
            return;
        }
        // Remembered even when another song was asked for meanwhile.
        run.deliverAlways(
            [id = song.id](SongReader& to, const SongPtr& known) {
                to.m_songs.insert(id, new SongPtr(known));
            },
            *read);
        run.deliver(&SongReader::finished, song.id, *read, Error{});
    });
}

} // namespace canto::app
