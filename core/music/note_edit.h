// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Edits of notes: functions from one song to another, so that undo can keep songs.

#include "core/music/song.h"

#include <cstddef>
#include <span>
#include <vector>

namespace canto::music {

/// Where drawn and moved notes begin.
enum class Snap : std::uint8_t {
    Off,
    Quarter,
    Eighth,
    Sixteenth,
    EighthTriplet,    ///< three in a quarter
    SixteenthTriplet, ///< six in a quarter
};
/// Distance of two grid lines, >= 1; 1 for Snap::Off.
Tick gridStep(Snap snap, int ticksPerQuarter);
/// The grid line nearest to the tick, never before 0; lines count from the start of each bar. Of
/// two that are as near, the later one.
Tick snapped(const Song& song, Tick tick, Snap snap);

/// Notes of a song by their index, ascending.
using NoteIndices = std::vector<std::size_t>;

/// A song after an edit, and where the notes that it concerned are now.
struct EditedSong {
    Song song;
    NoteIndices notes;
};

// Indices outside the song are ignored. Results are finished (Song::finish). Thread: any.

/// Moves notes by ticks and semitones. The whole group stops where its first note would begin
/// before 0 or a pitch would leave 0 .. 127, so that it keeps its shape.
EditedSong moveNotes(const Song& song, std::span<const std::size_t> notes, Tick by, int semitones);
/// Moves the ends of notes; a note keeps at least `shortest` ticks (or what it had, if less).
EditedSong resizeNotes(const Song& song, std::span<const std::size_t> notes, Tick by,
                       Tick shortest);
/// The result names no notes.
EditedSong deleteNotes(const Song& song, std::span<const std::size_t> notes);
/// Adds a note; its values are brought into their ranges, its length to at least a tick.
EditedSong addNote(const Song& song, Note note);
/// Sets velocities to 1 .. 127.
EditedSong setVelocity(const Song& song, std::span<const std::size_t> notes, int velocity);
/// Makes notes louder or softer by the same number, each within 1 .. 127.
EditedSong changeVelocity(const Song& song, std::span<const std::size_t> notes, int by);
/// Moves the start of each note to the nearest grid line; lengths stay.
EditedSong quantise(const Song& song, std::span<const std::size_t> notes, Snap snap);
/// Plays the pitched notes of a track with another program (0 .. 127); its program changes go.
Song withProgram(const Song& song, std::size_t track, int program);

/// A note for a track: channel, program and part are those of its first note; for a track without
/// notes an unused channel and program 0.
Note noteFor(const Song& song, std::size_t track);

/// How a song differs from an earlier version.
struct NoteDifference {
    enum class Kind : std::uint8_t {
        Same,
        Changed, ///< another length or velocity
        Moved,   ///< of the same track and length, with the same pitch or the same start
        Added,
    };
    std::vector<Kind> after; ///< for each note of the later song
    NoteIndices removed;     ///< notes of the earlier one that are neither there nor moved
    NoteIndices movedFrom;   ///< notes of the earlier one that were moved
};
NoteDifference compareNotes(const Song& before, const Song& after);

} // namespace canto::music
