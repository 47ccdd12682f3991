// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How long notes sound while pedals are down.

#include "core/music/song.h"

#include <cstddef>
#include <vector>

namespace canto::music {

/// The end of each note as it sounds, in the order of song.notes: the key's own end, or where the
/// pedal releases the note. The sustain pedal (controller 64) holds notes of its channel whose keys
/// go up while it is down; sostenuto (66) holds those whose keys were down when it was pressed. A
/// pedal is down from value 64 on, as in MIDI 1.0: half pedal below is up. "All notes off", "all
/// sound off" and "reset all controllers" (123, 120, 121) release it too. A repeated note ends the
/// one before; a pedal that is never released ends with the last key of the song. At one tick keys
/// go up before pedals move. Drums have no pedal.
std::vector<Tick> soundingEnds(const Song& song);

/// Number of notes that sound on after their keys are released.
std::size_t notesHeldByPedal(const Song& song);

/// The song with the sounding lengths of notes, seconds included.
Song withPedalInLengths(Song song);

} // namespace canto::music
