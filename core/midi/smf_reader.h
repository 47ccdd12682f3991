// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/midi/repair_report.h"
#include "core/music/song.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace canto::midi {

/// A Standard MIDI File after reading: the music, its header, and the repairs that were needed.
struct MidiFile {
    music::Song song;
    RepairReport repairs;
    int format = 1;              ///< as in the header: 0, 1, 2
    int declaredTracks = 0;      ///< as in the header
    std::uint16_t division = 96; ///< as in the header, bit 15 set for frames (SMPTE)
    bool riff = false;           ///< was wrapped in RIFF RMID
};

/// Reads formats 0, 1 and 2, plain or wrapped in RIFF RMID, and repairs common faults of files from
/// the web (see Repair::Kind) instead of refusing them.
///
/// * Song::tracks has an entry for each MTrk chunk, including those without notes.
/// * Note-offs are paired first in, first out, by track, channel and pitch.
/// * Note::program is that of the latest program change of the channel in any track; changes at the
///   note's own tick count, except those that follow it in its own track.
/// * Channels of different MIDI ports (meta 21, or device names, meta 09) are different channels:
///   see assignPorts and Note::channel. Beyond kMaxPorts the last port is shared.
/// * Note::part distinguishes drum parts from instruments: see music::markDrumParts.
/// * Tempo, metre and key are read from every track.
/// * Format 2: its independent sequences are put one after another, each beginning where the one
///   before ended, at 120 quarters a minute and 4/4 unless stated otherwise.
/// * Frames (SMPTE) instead of quarters: ticksPerQuarter is one second's ticks (frames x ticks a
///   frame) at a tempo of 1,000,000 microseconds; 29.97 is 30 frames at 1,001,000.
/// * The first meta 03 of a track that is not empty is Track::name; further ones are kept in metas.
/// * notes, events, sysex, metas and keys are sorted as by Song::finish(), seconds filled in.
///
/// Errors: kBadFile for a file that is not MIDI (it states what the file is instead), Truncated if
/// not even one track begins, TooLarge beyond smf_limits.h; each with a byte offset or size and a
/// hint. Thread: any. Throws only when out of memory; never reads outside `bytes`. Source: Standard
/// MIDI Files 1.0 (MMA RP-001), RP-029 for RIFF.
Result<MidiFile> readSmf(std::span<const std::uint8_t> bytes);

/// readSmf of a whole file, whose path is added to errors. Regular files only (links are followed).
/// Errors besides: NotFound, Io.
Result<MidiFile> readSmfFile(const std::filesystem::path& path);

} // namespace canto::midi
