// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Folders of small MIDI files, some broken, made byte by byte (Standard MIDI Files 1.0).

#include "core/base/random.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace canto::test {

inline std::string bigEndian(std::uint32_t value, int bytes) {
    std::string text;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        text += static_cast<char>(value >> shift & 0xFF);
    }
    return text;
}

inline std::string smf(const std::string& track) {
    return "MThd" + bigEndian(6, 4) + bigEndian(0, 2) + bigEndian(1, 2) + bigEndian(96, 2) +
           "MTrk" + bigEndian(static_cast<std::uint32_t>(track.size()), 4) + track;
}

/// One track of quarter notes by chance, 4/4, 96 ticks a quarter.
inline std::string songBytes(std::uint64_t seed, int bars) {
    Random random(seed);
    std::string track;
    for (int beat = 0; beat < 4 * bars; ++beat) {
        const char pitch = static_cast<char>(36 + random.below(48));
        track += {'\0', '\x90', pitch, static_cast<char>(40 + random.below(80))};
        track += {'\x60', '\x80', pitch, '\x40'}; // 96 ticks later
    }
    track.append("\0\xFF\x2F\0", 4);
    return smf(track);
}

/// Twenty files that hold no music, each in its own way.
inline std::vector<std::pair<std::string, std::string>> brokenFiles() {
    const std::string whole = songBytes(1, 2);
    const std::string end("\0\xFF\x2F\0", 4);
    return {{"empty", ""},
            {"one byte", "M"},
            {"HTML", "<!DOCTYPE html><html><body>Not found</body></html>"},
            {"gzip", std::string("\x1F\x8B\x08\0\0\0\0\0\0\3", 10) + std::string(100, 'z')},
            {"ZIP", "PK\3\4" + std::string(100, 'z')},
            {"PDF", "%PDF-1.4\n" + std::string(100, 'p')},
            {"PNG", "\x89PNG\r\n\x1A\n" + std::string(100, 'i')},
            {"WAVE", "RIFF" + std::string("\x24\0\0\0", 4) + "WAVEfmt " + std::string(100, '\0')},
            {"Ogg", "OggS" + std::string(100, 'o')},
            {"JSON", R"({"error": "rate limit"})"},
            {"zeros", std::string(2000, '\0')},
            {"all FF", std::string(2000, '\xFF')},
            {"text", std::string(500, 'a')},
            {"magic only", "MThd"},
            {"cut in the header", whole.substr(0, 10)},
            {"header only", whole.substr(0, 14)},
            {"cut in the track's head", whole.substr(0, 19)},
            {"no events", smf("")},
            {"end of track only", smf(end)},
            {"no notes", smf(std::string("\0\xFF\x03\x04Name\0\xC0\x05", 11) + end)}};
}

/// 0000.mid ... with `good` songs of 1 to 8 bars, and the broken ones among them.
inline void fillMidiFolder(const std::filesystem::path& folder, int good) {
    std::filesystem::create_directories(folder / "음악 🎵");
    for (int i = 0; i < good; ++i) {
        std::string name = std::to_string(i);
        name = std::string(4 - std::min<std::size_t>(4, name.size()), '0') + name + ".mid";
        const auto path = i % 3 == 0 ? folder / "음악 🎵" / name : folder / name;
        std::ofstream(path, std::ios::binary)
            << songBytes(static_cast<std::uint64_t>(i), 1 + i % 8);
    }
    int number = 0;
    for (const auto& [kind, bytes] : brokenFiles()) {
        const std::string name = "0" + std::to_string(40 * number++) + " " + kind + ".mid";
        std::ofstream(folder / name, std::ios::binary) << bytes;
    }
}

} // namespace canto::test
