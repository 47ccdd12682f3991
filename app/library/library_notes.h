// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/originals.h"
#include "core/base/cancel.h"
#include "core/music/note_index.h"

namespace canto {

/// The notes of every phrase of a library, from the files of its songs.
struct LibraryNotes {
    music::NoteIndex index;     ///< a phrase for each row of the points
    std::size_t missing = 0;    ///< songs without a file, whose phrases have no notes
    std::string firstProblem{}; ///< why the first of them has none
};

/// Reads the songs' original files. Errors: NotFound where no song has one; Cancelled. Thread: any;
/// about a millisecond for a file.
Result<LibraryNotes> readLibraryNotes(const atlas::AtlasPoints& points,
                                      std::span<const OriginalFolder> folders,
                                      const CancelToken& cancel = {},
                                      const Progress& progress = {});

/// What a piece of music has in common with the phrase of a library that is most like it.
struct NearestPhrase {
    std::size_t row = 0;   ///< of the library
    int bar = 0;           ///< of the music, where the part begins that was compared
    std::size_t notes = 0; ///< of that part
    music::SameNotes same;
};

/// Compares parts of `bars` bars, one after another, with all phrases. Empty where no part has a
/// note in common with any. Drums do not count. Thread: any.
std::optional<NearestPhrase> nearestPhrase(const LibraryNotes& library, const music::Song& song,
                                           int bars, const CancelToken& cancel = {});

} // namespace canto
