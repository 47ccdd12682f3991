// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace canto::sound {

/// Bytes of a file that must be replaced when reading it.
struct HeaderPatch {
    std::uint64_t at = 0;
    std::string bytes;
};

/// Corrections for a WAV, RF64 or AIFF file whose data chunk states a length of 0 although sound
/// data follow to the end of the file. Empty for all other files, including unreadable ones.
std::vector<HeaderPatch> unfinishedHeaderPatches(const std::filesystem::path& path);

} // namespace canto::sound
