#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace canto::midi {

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
