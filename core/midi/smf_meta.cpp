// SPDX-License-Identifier: GPL-3.0-or-later
// Meta and system messages of a track.

#include "core/midi/smf_limits.h"
#include "core/midi/smf_track.h"

#include <algorithm>

namespace canto::midi {

using music::Tick;
using Kind = Repair::Kind;

bool SmfTrackParser::roomForText() { return ++m_texts <= kMaxTexts; }

SmfTrackParser::Step SmfTrackParser::system(ByteReader& in, std::uint8_t status, Tick at) {
    if (status == 0xFF) {
        return meta(in, at);
    }
    if (status == 0xF0 || status == 0xF7) {
        std::uint32_t length = 0;
        bool isLong = false;
        std::span<const std::uint8_t> body;
        if (!in.varLen(length, isLong) || !in.take(length, body)) {
            return Step::RanOut;
        }
        if (!roomForText()) {
            return Step::TooMany;
        }
        music::SysExEvent sysex{
            .tick = at, .track = static_cast<std::uint16_t>(m_track), .bytes = {}, .port = m_port};
        sysex.bytes.reserve(body.size() + 1);
        sysex.bytes.push_back(status);
        sysex.bytes.insert(sysex.bytes.end(), body.begin(), body.end());
        m_score.sysex.push_back(std::move(sysex));
        return Step::Good;
    }
    // Of the other messages song position has two data bytes, time code and song select have one.
    if (!in.skip(status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3 ? 1 : 0)) {
        return Step::RanOut;
    }
    mend(Kind::StrayStatus);
    return Step::Good;
}

SmfTrackParser::Step SmfTrackParser::meta(ByteReader& in, Tick at) {
    std::uint8_t type = 0;
    std::uint32_t length = 0;
    bool isLong = false;
    std::span<const std::uint8_t> body;
    if (!in.u8(type) || !in.varLen(length, isLong) || !in.take(length, body)) {
        return Step::RanOut;
    }
    if (type == 0x2F) {
        return Step::EndOfTrack;
    }
    if (!roomForText()) {
        return Step::TooMany;
    }
    switch (type) {
    case 0x51:
        tempo(body, at);
        break;
    case 0x58:
        metre(body, at);
        break;
    case 0x59:
        key(body, at);
        break;
    case 0x21:
        if (body.size() != 1) {
            mend(Kind::BadMeta);
            break;
        }
        m_portHasNumber = true;
        changePort({.number = static_cast<std::uint8_t>(body[0] & 0x7F), .name = {}});
        break;
    default:
        text(type, body, at);
        break;
    }
    return Step::Good;
}

void SmfTrackParser::tempo(std::span<const std::uint8_t> body, Tick at) {
    if (m_score.countsFrames) {
        mend(Kind::TempoInSmpteTime);
        return;
    }
    std::uint32_t micros = 0;
    if (body.size() >= 3) {
        micros = static_cast<std::uint32_t>(body[0]) << 16 |
                 static_cast<std::uint32_t>(body[1]) << 8 | body[2];
    }
    if (micros == 0) {
        mend(Kind::BadMeta);
        return;
    }
    m_score.tempi.push_back({at, micros});
}

void SmfTrackParser::metre(std::span<const std::uint8_t> body, Tick at) {
    if (body.size() < 2 || body[0] == 0 || body[1] > 7) {
        mend(Kind::BadMeta);
        return;
    }
    music::MetreChange change{.tick = at, .numerator = body[0], .denominator = 1 << body[1]};
    if (body.size() >= 4) {
        change.clocksPerClick = body[2];
        change.thirtySecondsPerQuarter = body[3];
    }
    m_score.metres.push_back(change);
}

void SmfTrackParser::key(std::span<const std::uint8_t> body, Tick at) {
    const int sharps = body.empty() ? 8 : static_cast<std::int8_t>(body[0]);
    if (body.size() < 2 || sharps < -7 || sharps > 7 || body[1] > 1) {
        mend(Kind::BadMeta);
        return;
    }
    m_score.keys.push_back({at, static_cast<std::int8_t>(sharps), body[1] == 1});
}

void SmfTrackParser::changePort(SmfPort port) {
    auto& ports = m_score.ports;
    auto known = std::find_if(ports.begin(), ports.end(), [&port](const SmfPort& other) {
        return other.number == port.number && other.name == port.name;
    });
    if (known == ports.end() && ports.size() < static_cast<std::size_t>(music::kMaxPorts)) {
        known = ports.insert(ports.end(), std::move(port));
    } else if (known == ports.end()) {
        --known; // more ports than channels can distinguish: the last is shared
    }
    m_port = static_cast<std::uint8_t>(known - ports.begin());
}

void SmfTrackParser::text(std::uint8_t type, std::span<const std::uint8_t> body, Tick at) {
    if (body.size() > kMaxTextBytes) {
        mend(Kind::LongText);
        body = body.first(kMaxTextBytes);
    }
    const std::string_view bytes(reinterpret_cast<const char*>(body.data()), body.size());
    std::string& name = m_score.tracks.back().name;
    if (type == 0x03 && name.empty()) {
        name = bytes;
        return;
    }
    if (type == 0x09 && !m_portHasNumber) {
        changePort({.number = 0, .name = std::string(bytes)});
    }
    m_score.metas.push_back({at, static_cast<std::uint16_t>(m_track), type, std::string(bytes)});
}

} // namespace canto::midi
