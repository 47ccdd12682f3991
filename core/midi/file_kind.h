// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace canto::midi {

/// How names of MIDI files end, in small letters.
inline constexpr std::array<std::string_view, 5> kMidiEndings = {".mid", ".midi", ".kar", ".rmi",
                                                                 ".smf"};

/// Whether a name is one of a MIDI file: one of kMidiEndings in any case, but not a "._name" that
/// macOS leaves beside each file on foreign disks. What the file holds is for readSmfFile to say.
bool isMidiName(const std::filesystem::path& path);

/// What a file is that somebody took for MIDI, and what to do about it.
struct ForeignKind {
    std::string what; ///< "a gzip archive"
    std::string hint; ///< a sentence
};

/// Kinds with a signature of their own, that are no MIDI file whatever else they hold.
std::optional<ForeignKind> foreignKind(std::span<const std::uint8_t> bytes);

/// What a file without any known signature looks like: text, zeros, or nothing we know.
ForeignKind guessKind(std::span<const std::uint8_t> bytes);

} // namespace canto::midi
