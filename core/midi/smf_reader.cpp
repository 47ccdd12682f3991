// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/smf_reader.h"

#include "core/midi/byte_reader.h"
#include "core/midi/file_kind.h"
#include "core/midi/smf_assemble.h"
#include "core/midi/smf_limits.h"
#include "core/midi/smf_track.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace canto::midi {
namespace {

using music::Tick;
using Kind = Repair::Kind;

std::string atByte(std::size_t offset) { return "byte " + std::to_string(offset); }

Error notMidi(const ForeignKind& kind) {
    return {Error::Code::BadFile, "Not MIDI, but " + kind.what, atByte(0), kind.hint};
}

/// The chunks of one file, from its first byte to the song.
class SmfFile {
  public:
    explicit SmfFile(std::span<const std::uint8_t> bytes)
        : m_bytes(bytes), m_text(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
          m_parser(bytes, m_score) {}

    Result<MidiFile> read();

  private:
    Result<std::size_t> findHeader();
    Result<std::size_t> readHeader(std::size_t at);
    void readDivision();
    Result<void> readChunks(std::size_t at);
    Result<std::size_t> readTrack(std::size_t at);
    std::size_t afterEnd(std::size_t at, std::size_t end, bool overlong);
    bool isChunk(std::size_t at) const;
    std::size_t findTrack(std::size_t from) const {
        return std::min(m_text.find("MTrk", from), m_text.size());
    }
    bool isTrack(std::size_t at) const { return m_text.substr(at, 4) == "MTrk"; }
    std::uint32_t lengthAt(std::size_t at) const {
        std::uint32_t length = 0;
        ByteReader(m_bytes, at + 4, at + 8).u32(length);
        return length;
    }
    int trackCount() const { return static_cast<int>(m_score.tracks.size()); }
    void mend(Kind kind, std::size_t offset, int track = -1) {
        m_score.repairs.add(kind, track, offset);
    }

    std::span<const std::uint8_t> m_bytes;
    std::string_view m_text; ///< the same bytes
    SmfScore m_score;
    SmfTrackParser m_parser;
    MidiFile m_file;
};

Result<std::size_t> SmfFile::findHeader() {
    if (m_bytes.empty()) {
        return fail(Error::Code::BadFile, "The file is empty", "0 bytes",
                    "Its download or copy failed: fetch it again.");
    }
    if (m_bytes.size() > kMaxFileBytes) {
        return fail(Error::Code::TooLarge, "The file is larger than 32 MB",
                    std::to_string(m_bytes.size()) + " bytes",
                    "No ordinary music is; split it into parts.");
    }
    if (m_text.starts_with("MThd")) {
        return 0;
    }
    if (const auto foreign = foreignKind(m_bytes)) {
        return fail(notMidi(*foreign));
    }
    const std::size_t found = m_text.substr(0, kHeaderSearchBytes).find("MThd");
    if (found == std::string_view::npos) {
        return fail(notMidi(guessKind(m_bytes)));
    }
    m_file.riff = m_text.starts_with("RIFF") && m_text.substr(8).starts_with("RMID");
    if (!m_file.riff) {
        mend(Kind::LeadingJunk, 0);
    }
    return found;
}

Result<std::size_t> SmfFile::readHeader(std::size_t at) {
    ByteReader in(m_bytes, at + 4, m_bytes.size());
    std::uint32_t length = 0;
    std::uint16_t format = 0;
    std::uint16_t tracks = 0;
    if (!in.u32(length) || !in.u16(format) || !in.u16(tracks) || !in.u16(m_file.division)) {
        return fail(Error::Code::Truncated, "The file ends inside its header",
                    atByte(m_bytes.size()), "Fetch or export it again.");
    }
    m_file.format = format;
    m_file.declaredTracks = tracks;
    if (format > 2) {
        mend(Kind::UnknownFormat, at + 8);
    }
    readDivision();
    if (length == 6) {
        return at + 14;
    }
    mend(Kind::WrongHeaderLength, at + 4);
    const std::size_t next = at + 8 + std::min<std::size_t>(length, m_bytes.size());
    return next <= m_bytes.size() && isTrack(next) ? next : findTrack(at + 8);
}

void SmfFile::readDivision() {
    music::Song& song = m_file.song;
    if ((m_file.division & 0x8000) == 0) {
        song.ticksPerQuarter = m_file.division;
        if (m_file.division == 0) {
            song.ticksPerQuarter = 480;
            mend(Kind::ZeroDivision, 12);
        }
        return;
    }
    m_score.countsFrames = true;
    int frames = 256 - (m_file.division >> 8);
    int ticks = m_file.division & 0xFF;
    if (ticks == 0) {
        ticks = 1;
        mend(Kind::ZeroDivision, 12);
    }
    // 29 stands for 30 frames in 1.001 seconds.
    const bool dropFrame = frames == 29;
    frames = dropFrame ? 30 : frames;
    song.ticksPerQuarter = frames * ticks;
    m_score.tempi.push_back({0, dropFrame ? 1'001'000u : 1'000'000u});
}

/// Whether a chunk may begin here: four printable characters and a length that fits.
bool SmfFile::isChunk(std::size_t at) const {
    if (isTrack(at)) {
        return true;
    }
    const std::string_view id = m_text.substr(at, 4);
    return m_text.size() - at >= 8 && lengthAt(at) <= m_text.size() - at - 8 &&
           std::all_of(id.begin(), id.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

Result<void> SmfFile::readChunks(std::size_t at) {
    while (at < m_bytes.size()) {
        const bool complete = trackCount() >= std::max(m_file.declaredTracks, 1);
        if (isTrack(at)) {
            if (m_score.tracks.size() == kMaxTracks) {
                return fail(Error::Code::TooLarge, "The file has more than 1,024 tracks",
                            atByte(at), "Merge some of them in a sequencer.");
            }
            if (m_bytes.size() - at < 8) {
                mend(Kind::TrailingJunk, at);
                break;
            }
            CANTO_TRY(next, readTrack(at));
            at = *next;
        } else if (isChunk(at) && m_text.substr(at, 4) != "MThd") {
            mend(Kind::AlienChunk, at);
            at += 8 + static_cast<std::size_t>(lengthAt(at));
        } else if (const std::size_t found = findTrack(at); found < m_bytes.size() && !complete) {
            mend(Kind::WrongChunkLength, at, trackCount() - 1);
            at = found;
        } else {
            if (!m_file.riff) { // the RIFF container may hold padding and chunks of its own
                mend(Kind::TrailingJunk, at);
            }
            break;
        }
    }
    return {};
}

/// Reads the track whose chunk begins at `at`. Returns where to look for the next chunk.
Result<std::size_t> SmfFile::readTrack(std::size_t at) {
    const std::size_t body = at + 8;
    const std::size_t left = m_bytes.size() - body;
    const std::uint32_t length = lengthAt(at);
    const bool overlong = length > left;
    const std::size_t end = body + std::min<std::size_t>(length, left);

    const bool sequence = m_file.format == 2 && trackCount() > 0;
    const Tick origin = sequence ? m_score.lastTick : 0;
    if (sequence && !m_score.tempi.empty() && !m_score.countsFrames) {
        m_score.tempi.push_back({origin, 500'000});
    }
    if (sequence && !m_score.metres.empty()) {
        m_score.metres.push_back({.tick = origin});
    }
    m_parser.begin(origin);
    const int track = trackCount() - 1;
    if (overlong) {
        mend(Kind::WrongChunkLength, at + 4, track);
    }
    auto stop = m_parser.parse(body, end);
    std::size_t next = end;
    if (stop == SmfTrackParser::Stop::RanOut && end < m_bytes.size() && !isChunk(end)) {
        // If the stated length cut the track short, the rest belongs to an event or ends with an
        // end of track.
        const std::size_t until = findTrack(end);
        const bool cut = m_parser.offset() < end;
        if (cut || m_text.substr(0, until).ends_with(std::string_view("\xFF\x2F\0", 3))) {
            mend(Kind::WrongChunkLength, at + 4, track);
            stop = m_parser.parse(m_parser.offset(), until);
            next = stop == SmfTrackParser::Stop::EndOfTrack ? m_parser.offset() : until;
        }
    } else if (stop == SmfTrackParser::Stop::EndOfTrack) {
        next = afterEnd(at, end, overlong);
    }
    if (stop == SmfTrackParser::Stop::TooMany) {
        return fail(Error::Code::TooLarge, "The file has too many events",
                    atByte(m_parser.offset()),
                    "At most 4,000,000 events, 400,000 of them texts, are read.");
    }
    if (stop == SmfTrackParser::Stop::RanOut) {
        mend(m_parser.offset() < next ? Kind::CutEvent : Kind::NoEndOfTrack, m_parser.offset(),
             track);
    }
    m_parser.end();
    return next;
}

/// Where the next chunk lies after a track that ended at the parser's position.
std::size_t SmfFile::afterEnd(std::size_t at, std::size_t end, bool overlong) {
    const std::size_t here = m_parser.offset();
    if (here == end) {
        return end;
    }
    const int track = trackCount() - 1;
    if (isTrack(here)) {
        mend(Kind::WrongChunkLength, at + 4, track);
        return here;
    }
    if (!overlong && (end == m_bytes.size() || isChunk(end))) {
        mend(Kind::AfterEndOfTrack, here, track);
        return end;
    }
    const std::size_t found = findTrack(here);
    if (found < end || overlong) {
        mend(Kind::WrongChunkLength, at + 4, track);
        return found;
    }
    mend(Kind::AfterEndOfTrack, here, track);
    return end;
}

Result<MidiFile> SmfFile::read() {
    CANTO_TRY(header, findHeader());
    CANTO_TRY(first, readHeader(*header));
    // Reserve space for the largest possible number of notes and events; unused memory costs
    // nothing.
    const std::size_t most = std::min(m_bytes.size() / 3, kMaxEvents);
    m_score.notes.reserve(most);
    m_score.events.reserve(most);
    CANTO_CHECK(readChunks(*first));
    if (m_score.tracks.empty()) {
        // A wrong length of the header or of another chunk may have skipped all tracks.
        const std::size_t hidden = findTrack(*header + 14);
        if (hidden + 8 <= m_bytes.size()) {
            mend(Kind::WrongChunkLength, *header + 4, -1);
            CANTO_CHECK(readChunks(hidden));
        }
    }
    if (m_score.tracks.empty()) {
        return fail(Error::Code::Truncated, "The file has a MIDI header but no track",
                    atByte(m_bytes.size()), "Fetch or export it again.");
    }
    if (trackCount() != m_file.declaredTracks) {
        mend(Kind::TrackCount, *header + 10);
    }
    if (m_file.format == 0 && trackCount() > 1) {
        mend(Kind::Format0Tracks, *header + 8);
    }
    m_file.song = assembleSong(m_score, m_file.song.ticksPerQuarter);
    m_file.repairs = std::move(m_score.repairs);
    return std::move(m_file);
}

} // namespace

Result<MidiFile> readSmf(std::span<const std::uint8_t> bytes) { return SmfFile(bytes).read(); }

Result<MidiFile> readSmfFile(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    if (!std::filesystem::is_regular_file(status)) {
        return fail(Error::Code::BadFile, "This is a folder or a device, not a file",
                    path.string());
    }
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (!error && size > kMaxFileBytes) {
        return fail(Error::Code::TooLarge, "The file is larger than 32 MB",
                    path.string() + ", " + std::to_string(size) + " bytes",
                    "No ordinary music is; split it into parts.");
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    std::vector<std::uint8_t> bytes(error ? 0 : static_cast<std::size_t>(size));
    stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (error || !stream.is_open() || stream.bad() ||
        (errno != 0 && stream.gcount() == 0 && size > 0)) {
        return fail(Error::Code::Io, "The file could not be read", path.string(),
                    error ? error.message() : std::strerror(errno));
    }
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    auto file = readSmf(bytes);
    if (!file) {
        std::string& where = file.error().where;
        where = path.string() + (where.empty() ? "" : ", " + where);
    }
    return file;
}

} // namespace canto::midi
