// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which notes of a song belong to drum kits.

#include "core/music/song.h"

#include <cstdint>
#include <optional>
#include <span>

namespace canto::music {

/// A system exclusive message that resets a device or changes the mode of one of its parts.
struct PartSetup {
    enum class Kind : std::uint8_t {
        GmOn,  ///< General MIDI System On (F0 7E .. 09 01)
        Gm2On, ///< General MIDI 2 System On (F0 7E .. 09 03)
        GsOn,  ///< Roland GS Reset, or System Mode Set of the SC-88
        XgOn,  ///< Yamaha XG System On
        Part   ///< GS "use for rhythm part", XG part mode
    };
    Kind kind = Kind::Part;
    std::uint8_t channel = 0; ///< Part: from 0, of the port that the message was sent to
    bool drums = false;       ///< Part
    bool operator==(const PartSetup&) const = default;
};

/// Reads a message with its leading F0, with or without its closing F7; nothing for any other
/// message. Channels are those that parts receive on after a reset.
/// Sources: Roland SC-88 and Yamaha MU80 owner's manuals, General MIDI 2 (MMA RP-024).
std::optional<PartSetup> partSetupOf(std::span<const std::uint8_t> bytes);

/// Sets Note::part of all notes from the song's events and system exclusive messages. At one tick,
/// messages come before bank and program changes, and these before notes.
///
/// * Channel 10 is percussion; on a port after the first that has notes there, unless a program
///   other than 0 is selected on it and the song resets no GM, GS or XG device: then it is an
///   instrument.
/// * A program change with bank 127 or 126 (XG) or 120 (GM2) makes a part drums, one with another
///   bank an instrument again; after a GS reset 126 and 127 are banks of instruments.
/// * Bank 121 makes channel 10 of a GM2 device an instrument.
/// * The messages of partSetupOf. A reset restores all parts of its port.
void markDrumParts(Song& song);

} // namespace canto::music
