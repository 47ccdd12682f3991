// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"
#include "core/base/result.h"
#include "core/music/song.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace canto {

/// A folder in which the original files of a library are searched for.
struct OriginalFolder {
    std::filesystem::path path;
    /// The user named this folder. Files are then also found anywhere below it, by file name and by
    /// checksum; elsewhere only at the path that the library states.
    bool searchBelow = false;
};

/// Folders that may contain the originals of a library, in the order in which they are searched:
/// $CANTO_LIBRARY (colons between several), the folders of setNamedFolders(), the library's own
/// folder, and where Debian's music packages install theirs. Thread: any.
std::vector<OriginalFolder> libraryFolders(const std::filesystem::path& atlas);

/// Replaces the folders that the user named in the window, for the whole process, and discards the
/// results of earlier searches. Thread: any.
void setNamedFolders(std::vector<std::filesystem::path> folders);

/// The file that a song was imported from: at its own path (a relative path is tried below each of
/// the folders in turn); else, anywhere below a named folder, a file of the same name, of several
/// the one whose folders agree most with the song's path. A file found by its name must have the
/// song's checksum; if none is known, equally good candidates count as none. Thread: any; the first
/// search below a named folder lists that folder.
std::optional<std::filesystem::path> findOriginal(const atlas::SongRow& song,
                                                  std::span<const OriginalFolder> folders);

/// As findOriginal(), but a file at the song's own path is skipped if its checksum differs and a
/// better one is found, finally by checksum alone: a file that was renamed. The first such search
/// reads every file below the named folders that has the song's file name extension.
std::optional<std::filesystem::path> searchOriginal(const atlas::SongRow& song,
                                                    std::span<const OriginalFolder> folders);

/// Reads the original that searchOriginal() finds. Errors: NotFound if it is not on this computer;
/// BadFile if the file at the song's path is not the imported one (its checksum differs); those of
/// the MIDI reader. Thread: any.
Result<std::shared_ptr<const music::Song>> readOriginal(const atlas::SongRow& song,
                                                        std::span<const OriginalFolder> folders);

} // namespace canto
