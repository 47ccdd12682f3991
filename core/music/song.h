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

struct Note {
    Tick start = 0;
    Tick length = 0;
    Seconds startSeconds = 0;
    Seconds lengthSeconds = 0;
    std::uint16_t track = 0; ///< index into Song::tracks
    std::uint8_t channel = 0;
    std::uint8_t program =
        0; ///< General MIDI, from 0, in force on the channel when the note starts
    std::uint8_t pitch = 60;
    std::uint8_t velocity = 80;
    std::uint8_t releaseVelocity = 64;

    Tick end() const { return start + length; }
    Seconds endSeconds() const { return startSeconds + lengthSeconds; }
    bool isDrum() const { return channel == kDrumChannel; }
    bool operator==(const Note&) const = default;
};

/// Anything but a note that a channel hears.
struct ChannelEvent {
    enum class Kind : std::uint8_t { Program, Control, PitchBend, ChannelPressure, PolyPressure };
    Tick tick = 0;
    Seconds seconds = 0;
    std::uint16_t track = 0;
    std::uint8_t channel = 0;
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
    bool operator==(const SysExEvent&) const = default;
};

/// Meta event 01-0F (text, copyright, lyric, marker ...) but not 03, which is Track::name, and any
/// other meta event we have no field for (kept so that a file written again still holds it).
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

/// A piece of music as a player needs it: notes with ticks and seconds and all that colours them.
/// A plain value: copy it, share it const.
struct Song {
    int ticksPerQuarter = 480;
    std::vector<Track> tracks;
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
    /// To be called after ticks were set by hand.
    void finish();

    /// Fills the seconds fields alone; notes and events are sorted already.
    void fillSeconds();

    /// The part [from, to) moved to tick 0: notes that sound there, cut to it; the programs,
    /// controllers, tempo and metre in force at `from` stand at 0.
    Song excerpt(Tick from, Tick to) const;
};

} // namespace canto::music
