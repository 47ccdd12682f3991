// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Standard MIDI Files built byte by byte for tests.

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace canto::test {

using Bytes = std::vector<std::uint8_t>;

inline const Bytes kEndOfTrack{0x00, 0xFF, 0x2F, 0x00};

inline Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

inline Bytes text(std::string_view letters) { return {letters.begin(), letters.end()}; }

inline Bytes big32(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

inline Bytes chunk(std::string_view id, const Bytes& body) {
    return text(id) + big32(static_cast<std::uint32_t>(body.size())) + body;
}

inline Bytes header(int format, int tracks, int division = 96) {
    const auto high = [](int v) { return static_cast<std::uint8_t>(v >> 8); };
    const auto low = [](int v) { return static_cast<std::uint8_t>(v); };
    return chunk("MThd", {high(format), low(format), high(tracks), low(tracks), high(division),
                          low(division)});
}

/// A track chunk with its end-of-track event.
inline Bytes track(const Bytes& events) { return chunk("MTrk", events + kEndOfTrack); }

/// Format 0, 96 ticks a quarter.
inline Bytes oneTrack(const Bytes& events) { return header(0, 1) + track(events); }

inline Bytes meta(std::uint8_t type, const Bytes& body) {
    return Bytes{0x00, 0xFF, type, static_cast<std::uint8_t>(body.size())} + body;
}

/// One quarter of a pitch on a channel, after `delta` ticks (under 128).
inline Bytes quarter(std::uint8_t pitch, std::uint8_t channel = 0, std::uint8_t delta = 0) {
    const auto on = static_cast<std::uint8_t>(0x90 | channel);
    const auto off = static_cast<std::uint8_t>(0x80 | channel);
    return {delta, on, pitch, 64, 0x60, off, pitch, 64};
}

/// Eight quarters from middle C up.
inline Bytes scale(std::uint8_t channel = 0) {
    Bytes events;
    for (const int pitch : {60, 62, 64, 65, 67, 69, 71, 72}) {
        events = events + quarter(static_cast<std::uint8_t>(pitch), channel);
    }
    return events;
}

} // namespace canto::test
