// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace canto::midi {

/// One fault of a file and how it was repaired.
struct Repair {
    enum class Kind {
        LeadingJunk,       ///< bytes before the header; skipped
        WrongHeaderLength, ///< header not 6 bytes long
        UnknownFormat,     ///< format over 2; read as 1
        ZeroDivision,      ///< no or impossible time division; replaced
        TrackCount,        ///< other number of tracks than the header says; those found are read
        Format0Tracks,     ///< format 0 with several tracks; read as 1
        AlienChunk,        ///< chunk that is neither header nor track; skipped
        WrongChunkLength,  ///< track longer or shorter than its length says
        TrailingJunk,      ///< bytes after the last track; skipped
        NoEndOfTrack,      ///< end-of-track event missing; track ends with its last event
        AfterEndOfTrack,   ///< bytes of a track after its end; skipped
        CutEvent,          ///< track ends inside an event; the event is dropped
        NoRunningStatus,   ///< data bytes before any status; skipped
        RunningAfterMeta,  ///< running status continued after a meta or sysex event; honoured
        StrayStatus,       ///< system message that has no place in a file; skipped
        DataOver127,       ///< data byte over 127; read as 127
        LongNumber,        ///< variable-length number over 4 bytes; read to its end
        BadMeta,           ///< tempo, metre, key or port that is not valid; left out
        LongText,          ///< text over the limit; cut
        TempoInSmpteTime,  ///< tempo in a file that counts frames; left out
        ZeroLengthNote,    ///< note that ends where it starts; given one tick
        HangingNote,       ///< note without an end; ended with its track
        UnmatchedNoteOff,  ///< note-off without a sounding note; skipped
        AfterTimeLimit,    ///< music later than the time limit; left out
        Last = AfterTimeLimit
    };
    Kind kind = Kind::AlienChunk;
    int track = -1;         ///< from 0 in the order of the file; -1 for the file as a whole
    std::size_t offset = 0; ///< byte of the file where it was first seen
    std::string text;       ///< one sentence for a person, without a full stop
    std::size_t count = 1;  ///< how often in this track
};

/// One word for a kind, as the command line prints it: "hangingNote".
const char* repairName(Repair::Kind kind);

/// All repairs, one entry for each kind and track, in the order of the file.
class RepairReport {
  public:
    const std::vector<Repair>& entries() const { return m_entries; }
    bool empty() const { return m_entries.empty(); }
    /// How often a kind was met in the whole file.
    std::size_t count(Repair::Kind kind) const;

    /// Adds `times` occurrences. Tracks must be reported one after another; a kind that occurs
    /// again after another track was reported gets an entry of its own.
    void add(Repair::Kind kind, int track, std::size_t offset, std::size_t times = 1);

  private:
    static constexpr std::size_t kKinds = static_cast<std::size_t>(Repair::Kind::Last) + 1;
    std::vector<Repair> m_entries;
    std::array<std::size_t, kKinds> m_latest{}; ///< 1 + index of the kind's latest entry, 0: none
};

} // namespace canto::midi
