// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/selection/phrase_source.h"

#include "app/workspace/phrase_tempo.h"

namespace canto::app {

PhraseSource::PhraseSource(LibraryPtr library, std::shared_ptr<const models::LatentModel> model,
                           bool originals)
    : m_library(std::move(library)), m_model(std::move(model)), m_originals(originals) {
    if (m_originals) {
        m_folders = libraryFolders(m_library->path);
    }
}

Result<SongPtr> PhraseSource::read(std::uint32_t row, const CancelToken& cancel) {
    const atlas::SongRow& song = m_library->points.songOf(row);
    if (m_originals && song.id != m_lastId) { // phrases of a song are neighbours
        m_lastId = song.id;
        const auto read = readOriginal(song, m_folders);
        m_last = read ? *read : nullptr;
    }
    if (m_originals && m_last) {
        const auto& segment = m_library->points.segments[row];
        return std::make_shared<const music::Song>(m_last->excerpt(segment.start, segment.end));
    }
    const auto latent = m_library->points.latent(row);
    if (!m_model || !m_model->info().can.decode ||
        latent.size() != std::size_t(m_model->info().latentSize)) {
        return fail(Error::Code::NotFound, "The phrase has no file and no model generates it");
    }
    const double bpm = tempoOfRow(*m_library, row).value_or(kDefaultTempo);
    CANTO_TRY(made,
              m_model->decode({latent.begin(), latent.end()}, {.bpm = bpm, .cancel = cancel}, {}));
    return std::make_shared<const music::Song>(std::move(*made));
}

} // namespace canto::app
