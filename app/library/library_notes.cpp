// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/library_notes.h"

#include <algorithm>

namespace canto {

Result<LibraryNotes> readLibraryNotes(const atlas::AtlasPoints& points,
                                      std::span<const OriginalFolder> folders,
                                      const CancelToken& cancel, const Progress& progress) {
    std::vector<std::vector<std::size_t>> rows(points.songs.size());
    for (std::size_t row = 0; row < points.count(); ++row) {
        rows[std::size_t(points.segments[row].song)].push_back(row);
    }
    std::vector<music::PhraseNotes> phrases(points.count());
    std::size_t missing = 0;
    std::string firstProblem;
    for (std::size_t i = 0; i < points.songs.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        if (progress) {
            progress(i, points.songs.size());
        }
        const auto song = readOriginal(points.songs[i], folders);
        if (!song) {
            if (missing++ == 0) {
                firstProblem = song.error().message();
            }
            continue;
        }
        for (const std::size_t row : rows[i]) {
            const atlas::SegmentRow& segment = points.segments[row];
            phrases[row] = music::phraseNotes(**song, segment.start, segment.end);
        }
    }
    if (missing == points.songs.size()) {
        return fail(Error::Code::NotFound, "No song of the library has a MIDI file here",
                    firstProblem, "Name the folders with the files in CANTO_LIBRARY");
    }
    return LibraryNotes{music::NoteIndex(std::move(phrases)), missing, std::move(firstProblem)};
}

std::optional<NearestPhrase> nearestPhrase(const LibraryNotes& library, const music::Song& song,
                                           int bars, const CancelToken& cancel) {
    std::optional<NearestPhrase> best;
    const int step = std::max(bars, 1);
    for (int bar = 0; bar < std::max(song.bars(), 1) && !cancel.cancelled(); bar += step) {
        const auto notes =
            music::phraseNotes(song, song.metre.barStart(bar), song.metre.barStart(bar + step));
        const auto found = library.index.nearest(notes, 1);
        if (!found.empty() && (!best || found.front().same.share > best->same.share)) {
            best = NearestPhrase{found.front().phrase, bar, notes.size(), found.front().same};
        }
    }
    return best;
}

} // namespace canto
