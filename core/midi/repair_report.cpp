// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/repair_report.h"

namespace canto::midi {
namespace {

struct KindText {
    const char* name;
    const char* text;
};

/// In the order of Repair::Kind.
constexpr KindText kTexts[] = {
    {"leadingJunk", "Bytes before the header were skipped"},
    {"wrongHeaderLength", "The header says a wrong length for itself"},
    {"unknownFormat", "The header names a format over 2; read as format 1"},
    {"zeroDivision", "The header has no usable time division; it was replaced"},
    {"trackCount", "The header counts other tracks than there are; all that are there were read"},
    {"format0Tracks", "Format 0 with several tracks; read as format 1"},
    {"alienChunk", "A chunk that is not MIDI was skipped"},
    {"wrongChunkLength", "The track is not as long as its header says"},
    {"trailingJunk", "Bytes after the last track were skipped"},
    {"noEndOfTrack", "The end of the track is missing"},
    {"afterEndOfTrack", "Bytes after the end of the track were skipped"},
    {"cutEvent", "The track ends inside an event, which was dropped"},
    {"noRunningStatus", "Data bytes without a status were skipped"},
    {"runningAfterMeta", "Running status went on after a meta or system event and was honoured"},
    {"strayStatus", "A system message that has no place in a file was skipped"},
    {"dataOver127", "A data byte over 127 was read as 127"},
    {"longNumber", "A variable-length number has more than four bytes"},
    {"badMeta", "A tempo, metre, key or port that makes no sense was left out"},
    {"longText", "A text over 64 KB was cut"},
    {"tempoInSmpteTime", "A tempo in a file that counts frames was left out"},
    {"zeroLengthNote", "A note without length was given one tick"},
    {"hangingNote", "A note without an end was ended with its track"},
    {"unmatchedNoteOff", "The end of a note that does not sound was skipped"},
    {"afterTimeLimit", "What lies more than 24 hours after the start was left out"},
};
static_assert(std::size(kTexts) == static_cast<std::size_t>(Repair::Kind::Last) + 1);

} // namespace

const char* repairName(Repair::Kind kind) { return kTexts[static_cast<std::size_t>(kind)].name; }

std::size_t RepairReport::count(Repair::Kind kind) const {
    std::size_t sum = 0;
    for (const Repair& repair : m_entries) {
        sum += repair.kind == kind ? repair.count : 0;
    }
    return sum;
}

void RepairReport::add(Repair::Kind kind, int track, std::size_t offset, std::size_t times) {
    const auto slot = static_cast<std::size_t>(kind);
    if (m_latest[slot] != 0 && m_entries[m_latest[slot] - 1].track == track) {
        m_entries[m_latest[slot] - 1].count += times;
        return;
    }
    m_entries.push_back({kind, track, offset, kTexts[slot].text, times});
    m_latest[slot] = m_entries.size();
}

} // namespace canto::midi
