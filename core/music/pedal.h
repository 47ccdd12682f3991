// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How long notes sound under the pedals.

#include "core/music/song.h"

#include <cstddef>
#include <vector>

namespace canto::music {

/// End of each note as it sounds, in the order of song.notes: the key's own end, or where the
/// pedal lets go of the note. The sustain pedal (controller 64) holds notes of its channel whose
/// keys go up while it is down; sostenuto (66) holds those whose keys were down when it was
/// pressed. A pedal is down from value 64 on, as in MIDI 1.0: half pedal below is up. Released also
/// by "all notes off", "all sound off" and "reset all controllers" (123, 120, 121). A note that is
/// repeated ends there; a pedal that stays down ends with the last key of the song. At one tick
/// keys go up before pedals move. Drums have no pedal.
std::vector<Tick> soundingEnds(const Song& song);

/// Notes that sound on after their keys are released.
std::size_t notesHeldByPedal(const Song& song);

/// The song with notes as long as they sound, seconds too.
Song withPedalInLengths(Song song);

} // namespace canto::music
