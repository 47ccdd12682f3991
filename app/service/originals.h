#pragma once

#include "core/atlas/atlas.h"
#include "core/base/result.h"
#include "core/music/song.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace canto {

/// Folders below which songs that an atlas names by a relative path may lie: $CANTO_LIBRARY (colons
/// between several), the atlas' own folder, and where Debian's music packages put theirs.
std::vector<std::filesystem::path> libraryFolders(const std::filesystem::path& atlas);

/// The file a song was read from, where it is on this machine. Only looks, opens nothing.
std::optional<std::filesystem::path> findOriginal(const atlas::SongRow& song,
                                                  std::span<const std::filesystem::path> folders);

/// Reads the original. NotFound when it is not here; BadFile when the file there is another one
/// than was imported (its checksum differs); those of the MIDI reader. Thread: any.
Result<std::shared_ptr<const music::Song>>
readOriginal(const atlas::SongRow& song, std::span<const std::filesystem::path> folders);

} // namespace canto
