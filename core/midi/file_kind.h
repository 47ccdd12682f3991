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

/// Extensions of MIDI files, in lower case.
inline constexpr std::array<std::string_view, 5> kMidiEndings = {".mid", ".midi", ".kar", ".rmi",
                                                                 ".smf"};

/// Whether a file name is that of a MIDI file: it ends in one of kMidiEndings in any case and is
/// not a "._name" that macOS leaves beside each file on foreign disks. The content is checked by
/// readSmfFile.
bool isMidiName(const std::filesystem::path& path);

/// The kind of a file that is not MIDI, and what the user can do about it.
struct ForeignKind {
    std::string what; ///< "a gzip archive"
    std::string hint; ///< a sentence
};

/// Kinds that have a signature of their own and are not MIDI, whatever else they contain.
std::optional<ForeignKind> foreignKind(std::span<const std::uint8_t> bytes);

/// What a file without a known signature looks like: text, zeros, or unknown.
ForeignKind guessKind(std::span<const std::uint8_t> bytes);

} // namespace canto::midi
