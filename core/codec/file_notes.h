// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How much of a song comes back, counted over all notes of its file: not over the tokens or tracks
// that a model reduced it to.

#include "core/music/song.h"

#include <cstdint>

namespace canto::codec {

/// Counts, so that those of several songs can be added.
struct FileNotes {
    std::uint64_t notes = 0; ///< of the file
    std::uint64_t found = 0; ///< of these in the other song
    std::uint64_t other = 0; ///< notes of the other song
    std::uint64_t otherRight = 0;
    std::uint64_t exact = 0; ///< found in the same sixteenth
    std::uint64_t top = 0;   ///< pitched notes above which nothing sounds when they begin
    std::uint64_t topFound = 0;
    std::uint64_t drums = 0;
    std::uint64_t drumsFound = 0;
    std::uint64_t otherDrums = 0;
    std::uint64_t otherDrumsRight = 0;
    std::uint64_t velocityError = 0; ///< sum over the notes found

    FileNotes& operator+=(const FileNotes& more);
    double recall() const;
    double precision() const;
    double f1() const;
    double exactRecall() const;
    double topRecall() const;
    double drumRecall() const;
    double drumF1() const;
    double velocityOff() const; ///< mean, in steps of 127
};

/// Compares a song with the file it came from. A note is (pitch, drum or not, onset); notes of a
/// song that agree in these, the onset to the nearest sixteenth, count once, whatever their tracks.
/// A note is found if the other song has one of its pitch and kind that begins at most a sixteenth
/// of a whole note before or after it and answers for no other note. Both songs begin at tick 0;
/// their quarters may have different numbers of ticks. Lengths do not count. Thread: any.
FileNotes compareNotes(const music::Song& file, const music::Song& other);

} // namespace canto::codec
