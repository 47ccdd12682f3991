// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/midi/byte_reader.h"
#include "core/midi/repair_report.h"
#include "core/music/song.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canto::midi {

/// A note as stored in the file: smaller than music::Note, so that more of them fit into the cache.
struct SmfNote {
    music::Tick start = 0;
    music::Tick length = 0;
    std::uint16_t track = 0;
    std::uint8_t channel = 0; ///< 16 to a port, as everything here until ports are assigned
    std::uint8_t program = 0; ///< the latest of the note's own track, 0 for none
    std::uint8_t pitch = 0;
    std::uint8_t velocity = 0;
    std::uint8_t releaseVelocity = 64;
};

/// A port that tracks play on, as the file names it.
struct SmfPort {
    std::uint8_t number = 0; ///< meta 21
    std::string name;        ///< meta 09 (device name), where a track has no number; else empty
};

/// Collects the content of the tracks of a file while they are read: track after track, unsorted,
/// without seconds.
struct SmfScore {
    std::vector<music::Track> tracks;
    std::vector<SmfPort> ports{SmfPort{}}; ///< in the order of the file; tracks begin on the first
    std::vector<SmfNote> notes;
    std::vector<music::ChannelEvent> events;
    std::vector<music::SysExEvent> sysex;
    std::vector<music::MetaEvent> metas;
    std::vector<music::KeyChange> keys;
    std::vector<music::TempoChange> tempi;
    std::vector<music::MetreChange> metres;
    RepairReport repairs;
    /// A note that is followed, within its tick, by a program change of its own track.
    struct Early {
        std::uint32_t note = 0;
        std::uint32_t event = 0; ///< index of that change
    };
    std::vector<Early> early;
    std::size_t eventCount = 0;
    music::Tick lastTick = 0; ///< latest tick of anything
    bool countsFrames = false;
    /// Where channels have notes and program changes: 1 + the only track, kSeveral, or 0 for none.
    static constexpr int kSeveral = -1;
    static constexpr std::size_t kChannels = std::size_t{music::kMaxPorts} * music::kPortChannels;
    std::array<int, kChannels> noteTrack{};
    std::array<int, kChannels> programTrack{};
};

/// Reads the events of one track after another into a score.
class SmfTrackParser {
  public:
    enum class Stop {
        EndOfTrack, ///< end-of-track event read
        RanOut,     ///< no whole event left
        TooMany     ///< a limit of smf_limits.h is passed
    };

    /// Both outlive the parser.
    SmfTrackParser(std::span<const std::uint8_t> bytes, SmfScore& score)
        : m_bytes(bytes), m_score(score) {}

    /// A new track whose tick 0 is the song's tick `origin`.
    void begin(music::Tick origin);
    /// Reads events in [from, to). After RanOut, parsing can continue from offset() with a later
    /// end.
    Stop parse(std::size_t from, std::size_t to);
    /// Ends what still sounds.
    void end();

    /// After EndOfTrack the first byte behind it; after RanOut the start of the incomplete event
    /// (or the end); after TooMany the event that exceeds the limit.
    std::size_t offset() const { return m_offset; }
    /// The song's tick at the parser's position in the track.
    music::Tick tick() const { return m_tick; }

  private:
    enum class Step { Good, RanOut, EndOfTrack, TooMany };

    Step system(ByteReader& in, std::uint8_t status, music::Tick at);
    Step meta(ByteReader& in, music::Tick at);
    void tempo(std::span<const std::uint8_t> body, music::Tick at);
    void metre(std::span<const std::uint8_t> body, music::Tick at);
    void key(std::span<const std::uint8_t> body, music::Tick at);
    /// The port of the following events of this track, already known or new.
    void changePort(SmfPort port);
    void text(std::uint8_t type, std::span<const std::uint8_t> body, music::Tick at);
    inline void noteOn(std::uint8_t channel, std::uint8_t pitch, std::uint8_t velocity,
                       music::Tick at);
    inline void noteOff(std::uint8_t channel, std::uint8_t pitch, std::uint8_t velocity,
                        music::Tick at);
    void program(std::uint8_t channel, std::uint8_t number, music::Tick at);
    void event(music::ChannelEvent::Kind kind, std::uint8_t channel, std::uint8_t number, int value,
               music::Tick at);
    bool roomForText();
    void mend(Repair::Kind kind) { m_score.repairs.add(kind, m_track, m_offset); }

    std::span<const std::uint8_t> m_bytes;
    SmfScore& m_score;
    int m_track = -1;
    music::Tick m_tick = 0;
    std::size_t m_offset = 0;
    std::uint8_t m_port = 0;      ///< index into SmfScore::ports
    bool m_portHasNumber = false; ///< this track has a meta 21: device names do not count
    std::uint8_t m_running = 0;   ///< status in force, 0: none
    std::uint8_t m_last = 0;      ///< the last channel status, even if it is not in force any more
    std::size_t m_texts = 0;      ///< of all tracks

    /// Sounding notes by channel and pitch, first in, first out: 1 + index of the oldest and the
    /// newest, 0 for none. A sounding note's length holds 1 + index of the next.
    static constexpr std::size_t kChannels = SmfScore::kChannels;
    std::array<std::uint32_t, kChannels * 128> m_oldest{};
    std::array<std::uint32_t, kChannels * 128> m_newest{};
    std::size_t m_sounding = 0;
    std::array<std::uint8_t, kChannels> m_program{};
    std::array<music::Tick, kChannels> m_lastStart{};     ///< of the channel's latest note here
    std::array<std::size_t, kChannels> m_programSeenAt{}; ///< notes before this one have been
                                                          ///< checked
    std::bitset<kChannels> m_noteChannels;
};

} // namespace canto::midi
