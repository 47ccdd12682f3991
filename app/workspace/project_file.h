// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Project files: two lines of UTF-8. The first is a JSON object that says what the file is: format
// ("canto.project"), version, and the number of bytes and the XXH64 of what follows; the second is
// a session as toJson() writes it. Thread: any.

#include "app/workspace/session_state.h"
#include "core/atlas/atlas.h"

#include <filesystem>
#include <span>

namespace canto::app {

inline constexpr auto kProjectEnding = ".canto";
/// Written by this program, and the newest that it reads.
inline constexpr int kProjectVersion = 1;

std::string projectText(const SessionState& state);
/// @param where  named in errors.
/// Errors: BadFile (empty, of another kind, of a newer version, damaged), Truncated.
Result<SessionState> projectFromText(const std::string& text, const std::string& where);

/// Writes the file whole or not at all. Libraries are named relative to its folder, too.
/// Errors: those of AtomicFile.
Result<void> saveProject(SessionState state, const std::filesystem::path& file);
/// The state has `file` as its project. Errors: NotFound, Io, TooLarge; those of projectFromText.
Result<SessionState> loadProject(const std::filesystem::path& file);

/// Distinguishes the phrases of libraries: XXH64 of the first `phrases` of them, each by the
/// checksum of its song's file and its bar; 16 digits.
std::string libraryDigest(const atlas::AtlasPoints& points, std::size_t phrases);

/// Where the library of a space lies now: beside the project as it did when it was saved, where it
/// was then, or else among `known` under the same name. Empty: it is not there.
std::filesystem::path findLibrary(const SessionState& state,
                                  std::span<const std::filesystem::path> known);

} // namespace canto::app
