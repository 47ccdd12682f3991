#pragma once

#include "core/base/result.h"
#include "core/midi/repair_report.h"
#include "core/music/song.h"

#include <cstdint>
#include <filesystem>
#include <span>

namespace canto::midi {

/// A Standard MIDI File as it was meant.
struct MidiFile {
    music::Song song;
    int format = 1;       ///< 0, 1 or 2 as in the header
    RepairReport repairs; ///< what was mended on the way; empty for a faithful file
};

/// Reads a Standard MIDI File from memory (Standard MIDI Files 1.0, RP-001).
Result<MidiFile> readSmf(std::span<const std::uint8_t> bytes);

/// The same from disk; errors name the path.
Result<MidiFile> readSmfFile(const std::filesystem::path& path);

} // namespace canto::midi
