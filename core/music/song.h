// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/metre_map.h"
#include "core/music/tempo_map.h"
#include "core/music/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace canto::music {

/// MIDI channel (from 0) that General MIDI gives to percussion.
inline constexpr std::uint8_t kDrumChannel = 9;
/// Channels of one MIDI port.
inline constexpr int kPortChannels = 16;
/// Ports of one song: channels of all of them fit into a byte.
inline constexpr int kMaxPorts = 16;

/// Whether a note belongs to a drum kit or to an instrument.
enum class PartMode : std::uint8_t {
    ByChannel,  ///< drums on kDrumChannel (of the first port), an instrument elsewhere
    Drums,      ///< a further drum part: XG bank 127, GS "use for rhythm part", GM2 bank 120 ...
    Instrument, ///< an instrument on kDrumChannel
};

struct Note {
    Tick start = 0;
    Tick length = 0;
    Seconds startSeconds = 0;
    Seconds lengthSeconds = 0;
    std::uint16_t track = 0; ///< index into Song::tracks
    /// From 0; kPortChannels for each port: channel 16 is the first channel of the second entry of
    /// Song::ports.
    std::uint8_t channel = 0;
    std::uint8_t program =
        0; ///< General MIDI, from 0, in force on the channel when the note starts
    std::uint8_t pitch = 60;
    std::uint8_t velocity = 80;
    std::uint8_t releaseVelocity = 64;
    PartMode part = PartMode::ByChannel;

    Tick end() const { return start + length; }
    Seconds endSeconds() const { return startSeconds + lengthSeconds; }
    bool isDrum() const {
        return part == PartMode::ByChannel ? channel == kDrumChannel : part == PartMode::Drums;
    }
    bool operator==(const Note&) const = default;
};

/// Any channel message except a note.
struct ChannelEvent {
    enum class Kind : std::uint8_t { Program, Control, PitchBend, ChannelPressure, PolyPressure };
    Tick tick = 0;
    Seconds seconds = 0;
    std::uint16_t track = 0;
    std::uint8_t channel = 0; ///< as Note::channel
    Kind kind = Kind::Control;
    std::uint8_t number = 0; ///< controller, or pitch for PolyPressure; else 0
    std::int16_t value = 0;  ///< 0-127; PitchBend -8192..8191
    bool operator==(const ChannelEvent&) const = default;
};

/// System exclusive bytes with their leading F0 (or F7 for an escaped packet), without the length.
struct SysExEvent {
    Tick tick = 0;
    std::uint16_t track = 0;
    std::vector<std::uint8_t> bytes;
    std::uint8_t port = 0; ///< index into Song::ports
    bool operator==(const SysExEvent&) const = default;
};

/// Meta event 01-0F (text, copyright, lyric, marker ...) but not 03, which is Track::name, and any
/// other meta event without a field here (kept so that a file written again still holds it). Meta
/// 21 (MIDI port) is in the channels and in Song::ports.
struct MetaEvent {
    Tick tick = 0;
    std::uint16_t track = 0;
    std::uint8_t type = 1;
    std::string bytes; ///< as in the file, encoding unknown
    bool operator==(const MetaEvent&) const = default;
};

struct KeyChange {
    Tick tick = 0;
    std::int8_t sharps = 0; ///< -7 (flats) .. 7
    bool minor = false;
    bool operator==(const KeyChange&) const = default;
};

struct Track {
    std::string name; ///< meta 03, as in the file
    bool operator==(const Track&) const = default;
};

/// A piece of music as a player needs it: notes with ticks and seconds and all events that affect
/// their sound. A plain value type: copy it, share it const.
struct Song {
    int ticksPerQuarter = 480;
    std::vector<Track> tracks;
    /// Number (meta 21, 0-127) of each MIDI port, at most kMaxPorts; empty: port 0 alone.
    std::vector<std::uint8_t> ports;
    std::vector<Note> notes;          ///< by (start, track, channel, pitch)
    std::vector<ChannelEvent> events; ///< by tick, file order kept within one
    std::vector<SysExEvent> sysex;    ///< this and the next two by tick too
    std::vector<MetaEvent> metas;
    std::vector<KeyChange> keys;
    TempoMap tempo;
    MetreMap metre;

    /// End of the last note, 0 for none.
    Tick endTick() const;
    Seconds endSeconds() const;
    int bars() const; ///< bars that hold a note or lie before one

    /// Sorts notes, events, sysex, metas and keys and fills every seconds field from the tempo map.
    /// Call it after setting ticks by hand.
    void finish();

    /// Fills the seconds fields only; notes and events must be sorted already.
    void fillSeconds();

    /// The part [from, to) moved to tick 0: the notes that sound there, cut to it; the programs,
    /// controllers, tempo, metre and drum parts active at `from` are set at 0.
    Song excerpt(Tick from, Tick to) const;
};

} // namespace canto::music
