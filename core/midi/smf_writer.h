// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/music/song.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace canto::midi {

enum class SmfFormat {
    Auto,        ///< 0 for at most one track, else 1
    SingleTrack, ///< 0: all tracks in one; only the first track's name is kept
    MultiTrack   ///< 1: one chunk a track
};

/// The song as a Standard MIDI File. What readSmf returned is read back equal: notes, events,
/// tempo, metre, keys, names, sysex and metas.
///
/// * Tempo, metre and keys are in the first track.
/// * A track that plays on a port other than port 0, or any track of a song with several ports,
///   states its port (meta 21) at its start and wherever it changes.
/// * Drum parts are those that the song's own bank changes and system exclusive messages define.
/// * A note whose program is not the one that the song's events select gets a program change before
///   it, so that songs made from notes alone sound as intended.
/// * Values that a file cannot hold are clipped: lengths under one tick become one, velocity 0
///   becomes 1, times before 0 become 0, ticksPerQuarter is kept within 1..32767, gaps over 2^28 -
///   1 ticks are shortened to it.
/// Thread: any.
std::vector<std::uint8_t> writeSmf(const music::Song& song, SmfFormat format = SmfFormat::Auto);

/// writeSmf into a file, which is replaced whole or not at all. Errors: Io, see AtomicFile.
Result<void> writeSmfFile(const std::filesystem::path& path, const music::Song& song,
                          SmfFormat format = SmfFormat::Auto);

} // namespace canto::midi
